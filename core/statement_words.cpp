#include "core/statement_words.h"

#include <algorithm>

namespace whimbrel {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view blanks = " \t\r\n\f\v(";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

void cut(std::string_view& text, std::size_t size) { text.remove_prefix(std::min(size, text.size())); }

}  // namespace

/// Skips one thing that is no word; says whether there was one.
bool StatementWords::skip() {
  const std::string_view before = rest_;
  cut(rest_, rest_.find_first_not_of(blanks));
  if (rest_.starts_with("/*!") || rest_.starts_with("/*M!")) {
    cut(rest_, rest_.find('!') + 1);
    cut(rest_, rest_.find_first_not_of(digits));
  } else if (rest_.starts_with("/*")) {
    const std::size_t end = rest_.find("*/", 2);
    cut(rest_, end == std::string_view::npos ? end : end + 2);
  } else if (rest_.starts_with("*/")) {
    cut(rest_, 2);
  } else if (rest_.starts_with("--") || rest_.starts_with("#")) {
    cut(rest_, rest_.find('\n'));
  }
  return rest_.size() < before.size();
}

std::string StatementWords::next() {
  while (skip()) {
  }
  const std::size_t end = std::min(rest_.find_first_not_of(letters), rest_.size());
  std::string word(rest_.substr(0, end));
  std::ranges::transform(word, word.begin(), upper);
  cut(rest_, end);
  return word;
}

}  // namespace whimbrel
