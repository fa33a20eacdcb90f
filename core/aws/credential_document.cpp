#include "core/aws/credential_document.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace whimbrel::aws {

namespace {

using std::chrono::minutes;
using std::chrono::system_clock;

/// Takes digits off the front of the text.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits) {
  int number = 0;
  const char* const end = text.data() + std::min(digits, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != text.data() + digits || number < 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char character) {
  if (!text.starts_with(character)) return false;
  text.remove_prefix(1);
  return true;
}

/// Reads "Z", "+02:00" or "+0200" as what has to be subtracted.
std::optional<minutes> takeOffset(std::string_view text) {
  if (text == "Z" || text == "z") return minutes{0};
  const bool ahead = text.starts_with('+');
  if (!ahead && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hour = takeNumber(text, 2);
  take(text, ':');
  const auto minute = takeNumber(text, 2);
  if (!hour || !minute || !text.empty()) return std::nullopt;
  const minutes offset{*hour * 60 + *minute};
  return ahead ? offset : -offset;
}

}  // namespace

std::optional<system_clock::time_point> parseTimestamp(std::string_view text) {
  struct Field {
    int std::tm::*member;
    std::size_t digits;
    char end;
  };
  constexpr Field fields[] = {{&std::tm::tm_year, 4, '-'}, {&std::tm::tm_mon, 2, '-'},
                              {&std::tm::tm_mday, 2, 'T'}, {&std::tm::tm_hour, 2, ':'},
                              {&std::tm::tm_min, 2, ':'},  {&std::tm::tm_sec, 2, '\0'}};
  std::tm parts{};
  for (const Field& field : fields) {
    const std::optional<int> number = takeNumber(text, field.digits);
    if (!number || (field.end != '\0' && !take(text, field.end))) return std::nullopt;
    parts.*field.member = *number;
  }
  if (take(text, '.')) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  const std::optional<minutes> offset = takeOffset(text);
  if (!offset) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  // The clock's nanoseconds end in the year 2262; "never" is often written as the year 9999.
  const std::chrono::sys_seconds time{std::chrono::seconds(timegm(&parts)) - *offset};
  return std::clamp(time, std::chrono::sys_seconds{},
                    std::chrono::floor<std::chrono::seconds>(system_clock::time_point::max()));
}

Credentials readCredentialDocument(const std::string& json, const char* tokenName, std::string source) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  // The text itself is never shown: it may hold a secret.
  const auto fail = [&](std::string_view why) {
    return Error(ErrorCode::Configuration, fmt::format("Unable to get AWS credentials from {}", source),
                 {fmt::format("The answer {}", why)});
  };
  if (!document.is_object()) throw fail("is no JSON object");
  const auto member = [&](const char* name) {
    const auto found = document.find(name);
    return found != document.end() && found->is_string() ? found->get<std::string>() : "";
  };
  Credentials credentials{member("AccessKeyId"), member("SecretAccessKey"), member(tokenName), {}, source};
  for (const auto& [name, value] : {std::pair("AccessKeyId", &credentials.accessKeyId),
                                    std::pair("SecretAccessKey", &credentials.secretAccessKey)})
    if (value->empty()) throw fail(fmt::format("has no {}", name));
  if (const std::string expiration = member("Expiration"); !expiration.empty()) {
    credentials.expiration = parseTimestamp(expiration);
    if (!credentials.expiration) throw fail(fmt::format("expires at {}, which is no time", expiration));
  }
  return credentials;
}

}  // namespace whimbrel::aws
