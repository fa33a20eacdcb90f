// From raw values to Settings, in the fixed order of the keys table.
#include "core/config/settings.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/config/keys.h"
#include "core/config/suggestion.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

bool mayStandThere(const Key& key, const ConfiguredValue& value) {
  return key.trait != Key::Trait::CommandLineOnly || value.source == commandLineSource;
}

/// Gives the value to its key. Where it was configured is added to the error when that is wanted.
void applyValue(const Key& key, Settings& settings, std::string_view entry, const ConfiguredValue& value) {
  try {
    key.apply(key, settings, entry, value.value);
  } catch (const Error& error) {
    if (!value.showsSource) throw;
    throw Error(error.code(), error.message(), {value.source});
  }
}

void applyMap(const Key& key, const Configuration& configuration, Settings& settings) {
  const std::string prefix = fullName(key);
  for (auto entry = configuration.upper_bound(prefix);
       entry != configuration.end() && entry->first.starts_with(prefix); ++entry)
    applyValue(key, settings, std::string_view(entry->first).substr(prefix.size()), entry->second);
}

void applyKey(const Key& key, const Configuration& configuration, Settings& settings) {
  if (isMap(key)) return applyMap(key, configuration, settings);
  const auto found = configuration.find(fullName(key));
  if (found != configuration.end() && mayStandThere(key, found->second))
    applyValue(key, settings, {}, found->second);
}

/// "Did you mean flyway.table instead of flyway.Table?", or nothing.
std::string hint(const std::string& unknown) {
  std::vector<std::string> known;
  for (const Key& key : keys())
    if (!isMap(key)) known.emplace_back(key.name);
  std::string name = unknown.substr(keyPrefix.size());
  if (name.starts_with(keyPrefix)) name.erase(0, keyPrefix.size());
  const std::optional<std::string> meant = suggest(name, known);
  return meant ? fmt::format("\nDid you mean {}{} instead of {}?", keyPrefix, *meant, unknown) : "";
}

void refuseUnknownKeys(const Configuration& configuration) {
  std::vector<std::string> unknown;
  std::vector<std::string> places;
  std::string hints;
  constexpr std::size_t mostHints = 10;
  for (const auto& [name, value] : configuration) {
    if (!name.starts_with(keyPrefix)) continue;
    const Key* key = findKey(name);
    if (key != nullptr && mayStandThere(*key, value)) continue;
    unknown.push_back(name);
    if (value.showsSource) places.push_back(fmt::format("{}: {}", name, value.source));
    if (key == nullptr && unknown.size() <= mostHints) hints += hint(name);
  }
  if (unknown.empty()) return;
  throw Error(
      ErrorCode::Configuration,
      (unknown.size() == 1 ? "Unknown configuration property: " : "Unknown configuration properties: ") +
          join(unknown, ",") + hints,
      places);
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
