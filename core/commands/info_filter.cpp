#include "core/commands/info_filter.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

/// "23/11/2026 08:54" as "2026-11-23 08:54", which sorts like installed_on.
std::string sortableDate(std::string_view key, const std::string& text) {
  int day = 0, month = 0, year = 0, hour = 0, minute = 0, read = 0;
  std::sscanf(text.c_str(), "%2d/%2d/%4d %2d:%2d%n", &day, &month, &year, &hour, &minute, &read);
  const bool plausible = day >= 1 && day <= 31 && month >= 1 && month <= 12 && hour >= 0 && hour < 24 &&
                         minute >= 0 && minute < 60;
  if (read == 0 || static_cast<std::size_t>(read) != text.size() || !plausible)
    throw Error(ErrorCode::Configuration,
                fmt::format("Invalid date for {} (should look like dd/MM/yyyy HH:mm): {}", key, text));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", year, month, day, hour, minute);
}

std::set<State> states(const std::string& list) {
  std::set<State> wanted;
  for (const std::string& item : split(list, ',')) {
    const std::string name = asciiLower(trim(item));
    bool known = false;
    for (State state = State::Pending; state <= State::Success;
         state = static_cast<State>(static_cast<int>(state) + 1)) {
      if (asciiLower(facts(state).text) != name) continue;
      wanted.insert(state);
      known = true;
    }
    if (!known)
      throw Error(ErrorCode::Configuration, fmt::format("Unknown migration state for infoOfState: {}", item));
  }
  return wanted;
}

}  // namespace

std::vector<const MigrationInfo*> filterInfos(const MigrationInfos& infos, const Settings& settings) {
  using Filter = std::function<bool(const MigrationInfo&)>;
  std::vector<Filter> filters;
  const auto installedOn = [](const MigrationInfo& info) {
    return info.applied ? info.applied->installedOn.substr(0, 16) : std::string();
  };
  if (!settings.infoSinceDate.empty()) {
    filters.push_back([installedOn, since = sortableDate("infoSinceDate", settings.infoSinceDate)](
                          const auto& info) { return info.applied && installedOn(info) >= since; });
  }
  if (!settings.infoUntilDate.empty()) {
    filters.push_back([installedOn, until = sortableDate("infoUntilDate", settings.infoUntilDate)](
                          const auto& info) { return info.applied && installedOn(info) <= until; });
  }
  if (!settings.infoSinceVersion.empty()) {
    filters.push_back([since = Version::parse(settings.infoSinceVersion)](const auto& info) {
      return !info.version() || *info.version() >= since;
    });
  }
  if (!settings.infoUntilVersion.empty()) {
    filters.push_back([until = Version::parse(settings.infoUntilVersion)](const auto& info) {
      return !info.version() || *info.version() <= until;
    });
  }
  if (!settings.infoOfState.empty()) {
    filters.push_back(
        [wanted = states(settings.infoOfState)](const auto& info) { return wanted.contains(info.state); });
  }

  std::vector<const MigrationInfo*> shown;
  for (const MigrationInfo& info : infos.all)
    if (std::ranges::all_of(filters, [&](const Filter& filter) { return filter(info); }))
      shown.push_back(&info);
  return shown;
}

}  // namespace whimbrel
