// The flyway.conf that a package brings: every key with its default, and all of them commented out.
#pragma once

#include <string>

namespace whimbrel {

/// Without the final newline.
std::string sampleConfiguration();

}  // namespace whimbrel
