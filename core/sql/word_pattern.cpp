#include "core/sql/word_pattern.h"

#include <algorithm>

namespace whimbrel::sql {

namespace {

std::string_view takeWord(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

/// The inside of the `[…]` at the head of `pattern`, which moves behind it.
std::string_view takeGroup(std::string_view& pattern) {
  std::size_t depth = 0;
  std::size_t end = 0;
  do {
    if (pattern[end] == '[') ++depth;
    if (pattern[end] == ']') --depth;
    ++end;
  } while (depth > 0 && end < pattern.size());
  const std::string_view inside = pattern.substr(1, end - 2);
  pattern.remove_prefix(std::min(end + 1, pattern.size()));
  return inside;
}

bool isOneOf(std::string_view alternatives, std::string_view word) {
  while (!alternatives.empty()) {
    const std::size_t end = std::min(alternatives.find('|'), alternatives.size());
    if (alternatives.substr(0, end) == word) return true;
    alternatives.remove_prefix(std::min(end + 1, alternatives.size()));
  }
  return false;
}

/// What is still to be matched once a pattern is used up: the text behind the groups that it stands in.
struct Rest {
  std::string_view pattern;
  const Rest* outer;
};

bool matches(std::string_view pattern, const Rest* rest, std::string_view words) {
  if (pattern.empty()) return rest == nullptr ? words.empty() : matches(rest->pattern, rest->outer, words);
  if (pattern.front() == '[') {
    const std::string_view group = takeGroup(pattern);
    const Rest behind{pattern, rest};
    return matches(group, &behind, words) || matches(pattern, rest, words);
  }
  const std::string_view whole = pattern;
  const std::string_view expected = takeWord(pattern);
  if (expected == "*" && matches(pattern, rest, words)) return true;
  if (words.empty()) return false;
  const std::string_view word = takeWord(words);
  if (expected == "*") return matches(whole, rest, words);
  return (expected == "?" || isOneOf(expected, word)) && matches(pattern, rest, words);
}

}  // namespace

bool matchesWords(std::string_view pattern, std::string_view words) {
  return matches(pattern, nullptr, words);
}

bool beginsWith(std::string_view pattern, std::string_view word) {
  return !pattern.empty() && isOneOf(takeWord(pattern), word);
}

}  // namespace whimbrel::sql
