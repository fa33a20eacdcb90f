#include "core/config/suggestion.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::size_t longestWord = 100;

/// How many characters to leave out, add, change or swap with the next to get from one to the other.
std::size_t distance(std::string_view from, std::string_view to) {
  // Rows of the table of all beginnings; of `from` only the last two are still needed.
  std::vector<std::size_t> before;
  std::vector<std::size_t> last;
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[to.size()];
}

/// No distance is less.
std::size_t differenceInLength(std::string_view one, std::string_view other) {
  return std::max(one.size(), other.size()) - std::min(one.size(), other.size());
}

}  // namespace

std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > longestWord) return std::nullopt;
  const std::string lower = asciiLower(word);
  std::optional<std::string> nearest;
  std::size_t allowed = word.size() / 3 + 1;  // the first that counts has to be nearer than this
  for (const std::string& candidate : candidates) {
    if (differenceInLength(lower, candidate) >= allowed) continue;
    const std::size_t away = distance(lower, asciiLower(candidate));
    if (away >= allowed) continue;
    allowed = away;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace whimbrel
