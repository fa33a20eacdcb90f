#include "drivers/sqlite/sql_text.h"

#include <fmt/format.h>

#include "core/text/strings.h"

namespace whimbrel::sqlite {

std::string quote(std::string_view identifier) { return '"' + replaceAll(identifier, "\"", "\"\"") + '"'; }

std::string literal(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return '\'' + replaceAll(text, "'", "''") + '\'';
  std::string hex;
  for (const char byte : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return "CAST(x'" + hex + "' AS TEXT)";
}

std::string validUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) appendUtf8(valid, decodeUtf8(text, position));
  return valid;
}

}  // namespace whimbrel::sqlite
