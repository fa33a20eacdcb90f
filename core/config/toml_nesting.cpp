#include "core/config/toml_nesting.h"

#include <algorithm>

namespace whimbrel {

namespace {

/// What a string begins with, and whether a backslash in it hides a quote.
struct Quote {
  std::string_view mark;
  bool escapes;
};

constexpr Quote quotes[] = {{R"(""")", true}, {"'''", false}, {"\"", true}, {"'", false}};

/// The length of the string at the front, 0 when none begins there.
std::size_t stringLength(std::string_view text) {
  for (const Quote& quote : quotes) {
    if (!text.starts_with(quote.mark)) continue;
    std::size_t at = quote.mark.size();
    while (at < text.size() && !text.substr(at).starts_with(quote.mark))
      at += quote.escapes && text[at] == '\\' ? 2 : 1;
    return std::min(at + quote.mark.size(), text.size());
  }
  return 0;
}

bool continuesKey(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == ' ' || c == '\t';
}

}  // namespace

bool nestsWithin(std::string_view toml, int limit) {
  int brackets = 0;
  int dots = 0;
  for (std::size_t at = 0; at < toml.size();) {
    const char c = toml[at];
    if (const std::size_t length = stringLength(toml.substr(at)); length > 0) {
      at += length;
      continue;
    }
    if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
      continue;
    }
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (c == '.')
      ++dots;
    else if (!continuesKey(c))
      dots = 0;
    if (brackets > limit || dots > limit) return false;
    ++at;
  }
  return true;
}

}  // namespace whimbrel
