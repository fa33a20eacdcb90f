#include "core/config/values.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"
#include "core/version/version.h"

namespace whimbrel {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimSpaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

bool parseBoolean(std::string_view key, std::string_view value) {
  if (value == "true") return true;
  if (value == "false") return false;
  throw Error(ErrorCode::Configuration,
              fmt::format("Invalid value for flyway.{} (should be either true or false): {}", key, value));
}

int parseInteger(std::string_view key, std::string_view value) {
  std::string_view digits = value;
  // from_chars knows the minus sign only, and "+-5" is no number.
  if (digits.size() > 1 && digits[0] == '+' && isDigit(digits[1])) digits.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && end == digits.data() + digits.size()) return number;
  throw Error(ErrorCode::Configuration,
              fmt::format("Invalid value for flyway.{} (should be an integer): {}", key, value));
}

std::vector<std::string> parseList(std::string_view value) {
  std::vector<std::string> elements = split(value, ',');
  for (std::string& element : elements) element = std::string(trimSpaces(element));
  if (elements.back().empty()) elements.pop_back();
  return elements;
}

void requireVersion(std::string_view value) {
  const std::string word = asciiLower(value);
  if (word == "latest" || word == "current" || word == "next") return;
  Version::parse(value);
}

}  // namespace whimbrel
