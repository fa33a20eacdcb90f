#include "drivers/mysql/sql_text.h"

#include <algorithm>

#include "core/text/strings.h"

namespace whimbrel::mysql {

namespace {

bool meansTheSameEverywhere(char c) { return c >= ' ' && c <= '~' && c != '\\'; }

}  // namespace

std::string quoteName(std::string_view name) { return "`" + replaceAll(name, "`", "``") + "`"; }

std::string quoteText(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, meansTheSameEverywhere))
    return "'" + replaceAll(text, "'", "''") + "'";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string literal = "_utf8mb4 X'";
  literal.reserve(literal.size() + text.size() * 2 + 1);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    literal += digits[byte >> 4U];
    literal += digits[byte & 0xFU];
  }
  return literal + "'";
}

}  // namespace whimbrel::mysql
