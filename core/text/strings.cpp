#include "core/text/strings.h"

#include <charconv>
#include <clocale>
#include <cwctype>

namespace whimbrel {

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) joined += separator;
    joined += part;
  }
  return joined;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (;;) {
    const std::size_t found = from.empty() ? std::string_view::npos : text.find(from);
    result += text.substr(0, found);
    if (found == std::string_view::npos) return result;
    result += to;
    text.remove_prefix(found + from.size());
  }
}

std::string asciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string toLower(std::string_view text) {
  // The locale of the process may be "C", which knows ASCII letters only.
  static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  std::string lower;
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t start = position;
    const char32_t c = decodeUtf8(text, position);
    if (c < 0x80 || c == 0xFFFD || unicode == nullptr) {
      lower +=
          c < 0x80 ? asciiLower(text.substr(start, 1)) : std::string(text.substr(start, position - start));
    } else {
      appendUtf8(lower, static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), unicode)));
    }
  }
  return lower;
}

char32_t decodeUtf8(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(position);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 1) return text[position++] & 0x7F;
  if (size == 0 || position + size > text.size()) return ++position, 0xFFFD;
  char32_t c = lead & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(position + i) & 0xC0) != 0x80) return ++position, 0xFFFD;
    c = (c << 6) | (byte(position + i) & 0x3F);
  }
  const bool overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
  if (overlong || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) return ++position, 0xFFFD;
  position += size;
  return c;
}

bool isUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (decodeUtf8(text, at) == 0xFFFD && at - start == 1) return false;
  }
  return true;
}

void appendUtf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::size_t utf16Length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t position = 0; position < text.size();)
    length += decodeUtf8(text, position) >= 0x10000 ? 2 : 1;
  return length;
}

int compareUtf16(std::string_view left, std::string_view right) {
  // Surrogates (characters from U+10000 on) sort before U+E000 to U+FFFF.
  const auto rank = [](char32_t c) { return c >= 0xE000 && c < 0x10000 ? c + 0x200000 : c; };
  std::size_t l = 0, r = 0;
  while (l < left.size() && r < right.size()) {
    const char32_t a = rank(decodeUtf8(left, l)), b = rank(decodeUtf8(right, r));
    if (a != b) return a < b ? -1 : 1;
  }
  return l < left.size() ? 1 : r < right.size() ? -1 : 0;
}

std::string utf16Prefix(std::string_view text, std::size_t count) {
  std::size_t position = 0;
  for (std::size_t units = 0; position < text.size();) {
    std::size_t next = position;
    units += decodeUtf8(text, next) >= 0x10000 ? 2 : 1;
    if (units > count) break;
    position = next;
  }
  return std::string(text.substr(0, position));
}

std::string utf16Suffix(std::string_view text, std::size_t count) {
  const std::size_t length = utf16Length(text);
  if (length <= count) return std::string(text);
  std::size_t position = 0;
  for (std::size_t units = 0; units < length - count;) units += decodeUtf8(text, position) >= 0x10000 ? 2 : 1;
  return std::string(text.substr(position));
}

std::string_view cutAt(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return head;
}

std::string decodePercent(std::string_view text, Plus plus) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == Plus::IsBlank ? ' ' : text[i];
    }
  }
  return decoded;
}

std::int32_t javaHash(std::string_view text) {
  std::uint32_t hash = 0;
  for (std::size_t position = 0; position < text.size();) {
    const char32_t c = decodeUtf8(text, position);
    if (c >= 0x10000) hash = 31 * hash + (0xD800 + static_cast<std::uint32_t>((c - 0x10000) >> 10));
    hash = 31 * hash + (c >= 0x10000 ? 0xDC00 + ((c - 0x10000) & 0x3FF) : static_cast<std::uint32_t>(c));
  }
  return static_cast<std::int32_t>(hash);
}

}  // namespace whimbrel
