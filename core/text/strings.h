// Text the way Java sees it, where that decides what Flyway does: trimming, splitting of lists, lengths and
// order in UTF-16 code units, letter case by Unicode. All texts are UTF-8; invalid bytes count as one
// character each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// Without characters up to U+0020 at both ends (Java's String.trim).
std::string_view trim(std::string_view text);

/// Split at every separator; "a,,b" has an empty middle, "" is one empty text.
std::vector<std::string> split(std::string_view text, char separator);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// `text` with every `from` replaced by `to`.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

/// The text before the first `separator`, which is cut off `text` together with the separator; all of it when
/// there is none.
std::string_view cutAt(std::string_view& text, char separator);

/// In a web form a plus sign is a blank.
enum class Plus { Kept, IsBlank };
/// `text` with every %XX as the byte that it stands for. What is no escape stays as it is.
std::string decodePercent(std::string_view text, Plus plus = Plus::Kept);

/// Lower case by Unicode, as for placeholder names.
std::string toLower(std::string_view text);
/// Lower case of A to Z only.
std::string asciiLower(std::string_view text);

/// Length in UTF-16 code units: the width that Flyway's tables are laid out by.
std::size_t utf16Length(std::string_view text);

/// Order by UTF-16 code units (Java's String.compareTo): negative, 0 or positive.
int compareUtf16(std::string_view left, std::string_view right);

/// The first `count` and the last `count` UTF-16 units as whole characters (Java's substring).
std::string utf16Prefix(std::string_view text, std::size_t count);
std::string utf16Suffix(std::string_view text, std::size_t count);

/// The code point at `position`, which moves behind it. An invalid byte gives U+FFFD and moves by one.
char32_t decodeUtf8(std::string_view text, std::size_t& position);
void appendUtf8(std::string& text, char32_t codePoint);

bool isUtf8(std::string_view text);

/// Java's String.hashCode over the UTF-16 units: the base of both lock names (spec: locks).
std::int32_t javaHash(std::string_view text);

}  // namespace whimbrel
