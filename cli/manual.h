// The manual page, in the language of man.
#pragma once

#include <string>

namespace whimbrel {

/// Section 1, without the final newline.
std::string manualPage();

}  // namespace whimbrel
