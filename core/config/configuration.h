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
  /// Whether errors name the source. Only for TOML: elsewhere their texts are Flyway's.
  bool showsSource = false;
  /// What was written, when the value was fetched by it: "${ssm:/app/password}". Shown in its place.
  std::optional<std::string> reference = {};
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

/// Collects all sources in the order of spec/configuration.md section 3. Files are .conf or TOML, by the
/// rules of section 20. Throws Error for a listed file that can't be read, for what is no TOML, and for files
/// of both kinds in one list.
Configuration collectConfiguration(const Sources& sources, Log& log);

/// Parses every value, in the keys table's order, then gives a configured URL to `requireDriver`, then
/// refuses unknown keys: so an impossible URL is reported before an unknown key. Throws Error, mostly with
/// code Configuration.
Settings parseSettings(const Configuration& configuration,
                       const std::function<void(const std::string& url)>& requireDriver = {});

/// The password of passwordFile or passwordCommand; absent when neither is configured. A newline at its end
/// is cut off. Throws Error when it can't be had, and when a password is configured in two ways by one
/// source.
std::optional<std::string> fetchPassword(const Configuration& configuration);

/// Where an argument's value comes from, as ConfiguredValue::source says it.
inline constexpr std::string_view commandLineSource = "command line";

/// One property of a .conf file.
struct ConfEntry {
  std::string key;
  std::string value;
  int line;                                 ///< where it begins, counted from 1
  std::vector<std::string> variables = {};  ///< names of the environment variables that were put in
};
/// Reads the text of a .conf file (spec/configuration.md section 4). `${NAME}` in keys and values is replaced
/// from `environment` by literal text; Flyway would read backslashes and line breaks in it. Never fails.
std::vector<ConfEntry> readConf(std::string_view text, const std::map<std::string, std::string>& environment);

/// The URL as messages may show it: every value of a property that names a secret (password=…) as stars,
/// wherever its text occurs again (spec/configuration.md section 11), and the password of user:password@ too.
std::string redactUrl(std::string_view url);
/// The URL as the line `Database: …` shows it: without properties and without user:password@.
std::string displayUrl(std::string_view url);

/// `text` with every occurrence of the `secrets` as stars.
std::string hideTexts(std::string_view text, const std::vector<std::string>& secrets);

/// Whether the name of a key or property ("sslPassword", "API_TOKEN") says that its value must not be shown.
bool namesSecret(std::string_view name);

/// The lines below `DEBUG: Using configuration:` of -X ("flyway.url -> … (command line)"), by key, secrets as
/// stars.
std::vector<std::string> describeConfiguration(const Configuration& configuration);

}  // namespace whimbrel
