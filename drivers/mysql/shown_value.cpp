#include "drivers/mysql/shown_value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace whimbrel::mysql {

namespace {

std::string shownBits(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
  return std::to_string(number);
}

std::string shownTimestamp(std::string_view value) {
  const std::size_t point = value.find('.');
  if (point == std::string_view::npos) return std::string(value) + ".0";
  const std::size_t lastDigit = std::max(value.find_last_not_of('0'), point + 1);
  return std::string(value.substr(0, lastDigit + 1));
}

/// A decimal number as 0.DIGITS times ten to the power of `exponent`.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< without zeros at either end; "0" for zero
  int exponent = 0;
};

Decimal parseDecimal(std::string_view text) {
  Decimal number;
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  const std::size_t e = std::min(text.find('e'), text.size());
  if (e < text.size()) std::from_chars(text.data() + e + 1, text.data() + text.size(), number.exponent);
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.digits = mantissa.substr(0, point);
  number.digits += mantissa.substr(std::min(point + 1, mantissa.size()));
  const std::size_t first = number.digits.find_first_not_of('0');
  if (first == std::string::npos) return {number.negative, "0", 1};
  number.exponent += static_cast<int>(point) - static_cast<int>(first);
  number.digits = number.digits.substr(first, number.digits.find_last_not_of('0') + 1 - first);
  return number;
}

/// As Java's Double.toString writes it: with a point and a digit behind it, and with an exponent from ten
/// million on and below a thousandth.
std::string shownFloat(std::string_view text) {
  const Decimal number = parseDecimal(text);
  const auto withFraction = [](std::string digits, std::size_t before) {
    if (digits.size() <= before) digits.append(before + 1 - digits.size(), '0');
    return digits.insert(before, ".");
  };
  const std::string sign = number.negative ? "-" : "";
  if (number.exponent > 7 || number.exponent < -2)
    return sign + withFraction(number.digits, 1) + "E" + std::to_string(number.exponent - 1);
  if (number.exponent > 0)
    return sign + withFraction(number.digits, static_cast<std::size_t>(number.exponent));
  return sign + "0." + std::string(static_cast<std::size_t>(-number.exponent), '0') + number.digits;
}

}  // namespace

std::string shownValue(std::string_view value, enum_field_types type, JavaDriver driver) {
  const bool mariadb = driver == JavaDriver::MariaDb;
  switch (type) {
    case MYSQL_TYPE_BIT:
      return shownBits(value);
    case MYSQL_TYPE_YEAR:
      return std::string(value) + "-01-01";
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIMESTAMP:
      return mariadb ? shownTimestamp(value) : std::string(value);
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
      return mariadb ? std::string(value) : shownFloat(value);
    default:
      return std::string(value);
  }
}

}  // namespace whimbrel::mysql
