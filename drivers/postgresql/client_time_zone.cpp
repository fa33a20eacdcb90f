#include "drivers/postgresql/client_time_zone.h"

#include <string_view>
#include <system_error>

namespace whimbrel::postgresql {

namespace {

/// What stands behind the folder of all zones: "Etc/UTC" of "/usr/share/zoneinfo/Etc/UTC".
std::optional<std::string> zoneOfPath(const std::string& path) {
  constexpr std::string_view folder = "zoneinfo/";
  const std::size_t at = path.rfind(folder);
  if (at == std::string::npos) return std::nullopt;
  return path.substr(at + folder.size());
}

std::optional<std::string> zoneOfFile(const std::filesystem::path& file) {
  if (std::optional<std::string> zone = zoneOfPath(file.string())) return zone;
  std::error_code failed;
  const std::filesystem::path target = std::filesystem::read_symlink(file, failed);
  return failed ? std::nullopt : zoneOfPath(target.string());
}

}  // namespace

std::optional<std::string> clientTimeZone(const char* variable, const std::filesystem::path& localtime) {
  if (variable == nullptr) return zoneOfFile(localtime);
  std::string_view zone = variable;
  if (zone.starts_with(':')) zone.remove_prefix(1);
  if (zone.empty()) return "UTC";
  if (zone.starts_with('/')) return zoneOfFile(zone);
  return std::string(zone);
}

}  // namespace whimbrel::postgresql
