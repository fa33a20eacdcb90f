// Texts in SQLite's SQL.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::sqlite {

/// `identifier` in double quotes.
std::string quote(std::string_view identifier);
/// `text` as an expression whose value is just this text. SQL text can't hold a NUL character; a text that
/// does is written in hexadecimal.
std::string literal(std::string_view text);
/// `text` with everything that is no UTF-8 replaced by U+FFFD.
std::string validUtf8(std::string_view text);

}  // namespace whimbrel::sqlite
