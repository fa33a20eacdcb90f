// How deeply TOML text nests. The parser calls itself for every level, so text from nowhere could exhaust the
// stack: this looks first.
#pragma once

#include <string_view>

namespace whimbrel {

/// Whether brackets, braces and dotted keys nest no deeper than `limit`. Reads strings and comments as TOML
/// does as far as the text is TOML; beyond the first error the parser does not come either.
bool nestsWithin(std::string_view toml, int limit);

}  // namespace whimbrel
