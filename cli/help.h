// The texts of `help` and `-v` (spec/configuration.md section 16).
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

/// The usage text, written from the tables of operations, keys and flags. Without the final newline.
std::string usage();

/// The help on one command: what it does, and the keys that matter to it. Without the final newline.
std::string usage(std::string_view command);

/// "whimbrel 0.1.0 (compatible with Flyway Community Edition 7.15.0)".
std::string versionText();

}  // namespace whimbrel
