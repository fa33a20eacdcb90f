// From arguments, environment and files to Settings (spec/configuration.md sections 3 to 9).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/settings.h"
#include "core/log.h"

namespace whimbrel {

/// A value and where it came from, for -X and for error messages.
struct ConfiguredValue {
  std::string value;
  std::string source;  ///< "command line", "environment variable FLYWAY_URL", "/etc/flyway.conf line 3"
};

/// What was configured, by full key ("flyway.url", "flyway.placeholders.name"): the raw texts, later sources having
/// replaced earlier ones. Also holds keys nobody knows; parseSettings refuses those.
using Configuration = std::map<std::string, ConfiguredValue>;

/// The world that configuration is read from; tests make their own.
struct Sources {
  std::vector<std::pair<std::string, std::string>> options;  ///< -key=value arguments in order, key without '-'
  std::map<std::string, std::string> environment;
  std::string currentDirectory;
  std::string home;                 ///< empty: there is none
  std::string installationFolder;   ///< holds conf/flyway.conf; empty: there is none
  std::function<std::optional<std::string>()> standardInput;  ///< all of it; absent: a terminal or nothing
};

/// Collects all sources in the order of spec/configuration.md section 3. Throws Error for a listed file that can't be read.
Configuration collectConfiguration(const Sources& sources, Log& log);

/// Parses every value, in the keys table's order, then refuses unknown keys. Throws Error (Configuration).
Settings parseSettings(const Configuration& configuration);

/// Reads the text of a .conf file (spec/configuration.md section 4) into key → value with line numbers.
struct ConfEntry {
  std::string key;
  std::string value;
  int line;
};
std::vector<ConfEntry> readConf(std::string_view text, const std::map<std::string, std::string>& environment);

/// The URL as messages may show it: passwords as stars (spec/configuration.md section 11).
std::string redactUrl(std::string_view url);
/// The URL as the line `Database: …` shows it: without properties and without user:password@.
std::string displayUrl(std::string_view url);

/// The lines of `DEBUG: Using configuration:` with secrets masked, for -X.
std::vector<std::string> describeConfiguration(const Configuration& configuration);

}  // namespace whimbrel
