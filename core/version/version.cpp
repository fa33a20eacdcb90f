#include "core/version/version.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

/// The zeros of all decimal digits below U+10000, each followed by its 1 to 9. Java reads no others in a
/// number.
constexpr auto zeros = std::to_array<char32_t>(
    {0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
     0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
     0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10});

std::optional<char> decimalDigit(char32_t c) {
  for (const char32_t zero : zeros)
    if (c >= zero && c < zero + 10) return static_cast<char>('0' + (c - zero));
  return std::nullopt;
}

struct Number {
  bool negative = false;
  std::string digits;
};

/// A whole number of any size, or nothing.
std::optional<Number> readNumber(std::string_view text) {
  Number number;
  std::size_t position = 0;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    position = 1;
  }
  if (position == text.size()) return std::nullopt;
  while (position < text.size()) {
    const std::optional<char> digit = decimalDigit(decodeUtf8(text, position));
    if (!digit) return std::nullopt;
    if (*digit != '0' || !number.digits.empty()) number.digits += *digit;
  }
  if (number.digits.empty()) number.negative = false;
  return number;
}

/// Where the part at the front ends: at a dot with an ASCII digit behind it.
std::size_t partEnd(std::string_view text) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1))
    if (dot + 1 < text.size() && text[dot + 1] >= '0' && text[dot + 1] <= '9') return dot;
  return text.size();
}

}  // namespace

std::optional<Version> Version::tryParse(std::string_view text) {
  Version version;
  version.text_ = replaceAll(text, "_", ".");
  for (std::string_view rest = version.text_;;) {
    const std::size_t end = partEnd(rest);
    std::optional<Number> number = readNumber(rest.substr(0, end));
    if (!number) return std::nullopt;
    version.parts_.push_back({number->negative, std::move(number->digits)});
    if (end == rest.size()) return version;
    rest.remove_prefix(end + 1);
  }
}

Version Version::parse(std::string_view text) {
  if (std::optional<Version> version = tryParse(text)) return *std::move(version);
  throw Error("Version may only contain 0..9 and . (dot). Invalid version: " + replaceAll(text, "_", "."));
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  static const Part zero;
  const std::size_t count = std::max(parts_.size(), other.parts_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Part& left = i < parts_.size() ? parts_[i] : zero;
    const Part& right = i < other.parts_.size() ? other.parts_[i] : zero;
    if (const auto order = left <=> right; std::is_neq(order)) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering Version::Part::operator<=>(const Part& other) const {
  if (negative != other.negative)
    return negative ? std::strong_ordering::less : std::strong_ordering::greater;
  const Part& smaller = negative ? other : *this;
  const Part& greater = negative ? *this : other;
  if (const auto order = smaller.digits.size() <=> greater.digits.size(); std::is_neq(order)) return order;
  return smaller.digits.compare(greater.digits) <=> 0;
}

}  // namespace whimbrel
