// "Did you mean …": finds what a mistyped word was meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// The candidate that differs from `word` in letter case only, or else in the fewest characters (left out,
/// added, changed, or two neighbours swapped): at most one in three. Of equal ones the first; absent when
/// none is near.
std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace whimbrel
