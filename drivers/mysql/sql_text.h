// Names and texts inside statements, safe in every sql_mode and with every client character set.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::mysql {

/// In backticks, which work with and without ANSI_QUOTES; backticks inside are doubled.
std::string quoteName(std::string_view name);

/// A string literal that means `text` in every mode that a script may have left behind. What a mode or SET
/// NAMES could read in another way is sent in hexadecimal: backslashes (NO_BACKSLASH_ESCAPES), anything but
/// printable ASCII, and the empty text (EMPTY_STRING_IS_NULL).
std::string quoteText(std::string_view text);

}  // namespace whimbrel::mysql
