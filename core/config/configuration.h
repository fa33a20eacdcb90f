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

/// What was configured, by full key ("flyway.url", "flyway.placeholders.name"): the raw texts, later sources
/// having replaced earlier ones. Also holds keys nobody knows; parseSettings refuses those.
using Configuration = std::map<std::string, ConfiguredValue>;

/// The world that configuration is read from; tests make their own.
struct Sources {
  /// -key=value arguments in order, keys without '-'.
  std::vector<std::pair<std::string, std::string>> options;
  std::map<std::string, std::string> environment;
  std::string currentDirectory;
  std::string home;                ///< empty: there is none
  std::string installationFolder;  ///< holds conf/flyway.conf; empty: there is none
  std::function<std::optional<std::string>()> standardInput;  ///< all of it; absent: a terminal or nothing
};

/// Collects all sources in the order of spec/configuration.md section 3. Throws Error for a listed file that
/// can't be read.
Configuration collectConfiguration(const Sources& sources, Log& log);

/// Parses every value, in the keys table's order, then gives a configured URL to `requireDriver`, then
/// refuses unknown keys: so an impossible URL is reported before an unknown key. Throws Error, mostly with
/// code Configuration.
Settings parseSettings(const Configuration& configuration,
                       const std::function<void(const std::string& url)>& requireDriver = {});

/// Where an argument's value comes from, as ConfiguredValue::source says it.
inline constexpr std::string_view commandLineSource = "command line";

/// One property of a .conf file.
struct ConfEntry {
  std::string key;
  std::string value;
  int line;  ///< where it begins, counted from 1
};
/// Reads the text of a .conf file (spec/configuration.md section 4). `${NAME}` in keys and values is replaced
/// from `environment` by literal text; Flyway would read backslashes and line breaks in it. Never fails.
std::vector<ConfEntry> readConf(std::string_view text, const std::map<std::string, std::string>& environment);

/// The URL as messages may show it: every value of a property that names a secret (password=…) as stars,
/// wherever its text occurs again (spec/configuration.md section 11), and the password of user:password@ too.
std::string redactUrl(std::string_view url);
/// The URL as the line `Database: …` shows it: without properties and without user:password@.
std::string displayUrl(std::string_view url);

/// The lines below `DEBUG: Using configuration:` of -X ("flyway.url -> …", by key), secrets as stars.
std::vector<std::string> describeConfiguration(const Configuration& configuration);

}  // namespace whimbrel
