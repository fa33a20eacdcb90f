#include "core/report/migration_fields.h"

#include <cstdio>
#include <ctime>

#include <fmt/format.h>

namespace whimbrel {

namespace {

/// The digits after the seconds, without trailing zeros.
std::string_view fraction(std::string_view time) {
  if (time.size() <= 20 || time[19] != '.') return {};
  std::string_view digits = time.substr(20);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  while (digits.ends_with('0')) digits.remove_suffix(1);
  return digits;
}

}  // namespace

std::string_view category(const MigrationInfo& info) {
  if (info.applied && info.applied->synthetic()) return "";
  if (isBaselineScript(info.type())) return "Baseline";
  return info.version() ? "Versioned" : "Repeatable";
}

std::string versionText(const MigrationInfo& info) { return info.version() ? info.version()->text() : ""; }

std::string filePath(const MigrationInfo& info) {
  return info.resolved ? info.resolved->resource.absolutePath : "";
}

std::string duration(long long milliseconds) {
  return fmt::format("{:02}:{:02}.{:03}s", milliseconds / 60000, milliseconds / 1000 % 60,
                     milliseconds % 1000);
}

std::string installedOnText(std::string_view installedOn) {
  if (installedOn.size() < 19) return std::string(installedOn);
  const std::string_view digits = fraction(installedOn);
  return fmt::format("{}.{}", installedOn.substr(0, 19), digits.empty() ? "0" : digits);
}

std::string installedOnUtc(std::string_view installedOn) {
  std::tm local{};
  const std::string text(installedOn);
  const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2d %2d:%2d:%2d", &local.tm_year, &local.tm_mon,
                                 &local.tm_mday, &local.tm_hour, &local.tm_min, &local.tm_sec);
  if (fields != 6) return "";
  local.tm_year -= 1900;
  local.tm_mon -= 1;
  local.tm_isdst = -1;
  const std::time_t moment = std::mktime(&local);
  std::tm utc{};
  gmtime_r(&moment, &utc);
  std::string digits(fraction(installedOn));
  // Java writes 0, 3, 6 or 9 digits.
  while (digits.size() % 3 != 0) digits += '0';
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, digits.empty() ? "" : ".", digits);
}

}  // namespace whimbrel
