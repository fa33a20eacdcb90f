// The time zone that this machine is in, by name: the Java driver gives it to the session.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace whimbrel::postgresql {

/// "Europe/Prague". `variable` is the value of TZ (null: not set), `localtime` the path of the system's zone,
/// commonly /etc/localtime. Absent when there is no name to be had; then the session keeps the server's zone.
std::optional<std::string> clientTimeZone(const char* variable, const std::filesystem::path& localtime);

}  // namespace whimbrel::postgresql
