// Reads a configuration file from disk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

/// The most that a configuration file may hold, in bytes.
inline constexpr std::size_t configFileLimit = std::size_t{16} << 20;

/// The text in UTF-8, bytes that are no text replaced; absent for what is missing, unreadable or a folder. A
/// pipe is read as well, for `-configFiles=<(decrypt secrets)`. Throws Error "Unable to load config file:
/// PATH" for an unknown encoding, a file over the limit, and failures while reading.
std::optional<std::string> readConfigFile(const std::string& path, std::string_view encoding);

}  // namespace whimbrel
