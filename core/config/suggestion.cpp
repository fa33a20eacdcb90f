#include "core/config/suggestion.h"

#include <algorithm>

#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::size_t longestWord = 100;

/// How many characters to leave out, add, change or swap with the next to get from one to the other.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> steps(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) steps[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) steps[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i)
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  return steps[from.size()][to.size()];
}

}  // namespace

std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > longestWord) return std::nullopt;
  const std::string lower = asciiLower(word);
  std::optional<std::string> nearest;
  std::size_t allowed = word.size() / 3 + 1;  // the first that counts has to be nearer than this
  for (const std::string& candidate : candidates) {
    const std::size_t away = distance(lower, asciiLower(candidate));
    if (away >= allowed) continue;
    allowed = away;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace whimbrel
