// The texts of `help` and `-v` (spec/configuration.md section 16).
#pragma once

#include <string>

namespace whimbrel {

/// The usage text, written from the tables of operations, keys and flags. Without the final newline.
std::string usage();

/// "whimbrel 0.1.0 (compatible with Flyway Community Edition 7.15.0)".
std::string versionText();

}  // namespace whimbrel
