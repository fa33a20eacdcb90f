#include "drivers/mysql/shown_value.h"

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

}  // namespace

std::string shownValue(std::string_view value, enum_field_types type, JavaDriver driver) {
  if (type == MYSQL_TYPE_BIT) return shownBits(value);
  if (type == MYSQL_TYPE_YEAR) return std::string(value) + "-01-01";
  const bool timestamp = type == MYSQL_TYPE_DATETIME || type == MYSQL_TYPE_TIMESTAMP;
  if (timestamp && driver == JavaDriver::MariaDb) return shownTimestamp(value);
  return std::string(value);
}

}  // namespace whimbrel::mysql
