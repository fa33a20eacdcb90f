// From raw values to Settings, in the fixed order of the keys table.
#include "core/config/settings.h"

#include <algorithm>
#include <set>

#include "core/config/configuration.h"
#include "core/config/keys.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

bool mayStandThere(const Key& key, const ConfiguredValue& value) {
  return key.trait != Key::Trait::CommandLineOnly || value.source == commandLineSource;
}

void applyMap(const Key& key, const Configuration& configuration, Settings& settings) {
  const std::string prefix = fullName(key);
  for (auto entry = configuration.upper_bound(prefix);
       entry != configuration.end() && entry->first.starts_with(prefix); ++entry)
    key.apply(key, settings, std::string_view(entry->first).substr(prefix.size()), entry->second.value);
}

void applyKey(const Key& key, const Configuration& configuration, Settings& settings) {
  if (isMap(key)) return applyMap(key, configuration, settings);
  const auto found = configuration.find(fullName(key));
  if (found != configuration.end() && mayStandThere(key, found->second))
    key.apply(key, settings, {}, found->second.value);
}

void refuseUnknownKeys(const Configuration& configuration) {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : configuration) {
    if (!name.starts_with(keyPrefix)) continue;
    const Key* key = findKey(name);
    if (key == nullptr || !mayStandThere(*key, value)) unknown.push_back(name);
  }
  if (unknown.empty()) return;
  throw Error(ErrorCode::Configuration, (unknown.size() == 1 ? "Unknown configuration property: "
                                                             : "Unknown configuration properties: ") +
                                            join(unknown, ","));
}

bool isReserved(std::string_view placeholder) { return toLower(placeholder).starts_with("flyway:"); }

void refuseReservedPlaceholders(const Settings& settings) {
  for (const auto& [name, value] : settings.placeholders)
    if (isReserved(name)) throw Error("Invalid placeholder ('flyway:' prefix is reserved): " + name);
}

// Every JDBC property is also a placeholder, unless there is one of that name (spec/configuration.md
// section 19.4). The reference does the opposite too, and so logs in as `placeholders.user`; whimbrel does
// not.
void addJdbcPropertiesAsPlaceholders(Settings& settings) {
  std::set<std::string> taken;
  for (const auto& [name, value] : settings.placeholders) taken.insert(toLower(name));
  for (const auto& [name, value] : settings.jdbcProperties)
    if (!isReserved(name) && taken.insert(toLower(name)).second) settings.placeholders.emplace(name, value);
}

}  // namespace

Settings parseSettings(const Configuration& configuration,
                       const std::function<void(const std::string& url)>& requireDriver) {
  Settings settings;
  for (const Key& key : keys()) applyKey(key, configuration, settings);
  if (requireDriver && !trim(settings.url).empty()) requireDriver(settings.url);
  refuseUnknownKeys(configuration);
  refuseReservedPlaceholders(settings);
  addJdbcPropertiesAsPlaceholders(settings);
  return settings;
}

}  // namespace whimbrel
