#include "core/state/ignore_patterns.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::array types = {"*", "repeatable", "versioned"};
constexpr std::array states = {"*", "missing", "pending", "ignored", "future"};

template <typename Names>
void requireKnown(const Names& names, std::string_view what, const std::string& value) {
  if (std::ranges::find(names, value) != names.end()) return;
  throw Error(fmt::format("Invalid migration {0} '{1}'. Valid {0}s are: [{2}]", what, value,
                          fmt::join(names.begin(), names.end(), ", ")));
}

}  // namespace

IgnorePatterns::IgnorePatterns(const Settings& settings) {
  for (const std::string& pattern : settings.ignoreMigrationPatterns) patterns_.push_back(parse(pattern));
  if (settings.ignoreMissingMigrations) patterns_.push_back({"*", "missing"});
  if (settings.ignoreIgnoredMigrations) patterns_.push_back({"*", "ignored"});
  if (settings.ignorePendingMigrations) patterns_.push_back({"*", "pending"});
  if (settings.ignoreFutureMigrations) patterns_.push_back({"*", "future"});
}

IgnorePatterns::Pattern IgnorePatterns::parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw Error(fmt::format(
        "Invalid pattern '{}'. Pattern must be of the form <migration_type>:<migration_state>", text));
  }
  Pattern pattern{asciiLower(trim(text.substr(0, colon))), asciiLower(trim(text.substr(colon + 1)))};
  requireKnown(types, "type", pattern.type);
  requireKnown(states, "state", pattern.state);
  return pattern;
}

bool IgnorePatterns::ignores(const MigrationInfo& info, State state) const {
  const std::string_view type = info.version() ? "versioned" : "repeatable";
  const std::string name = asciiLower(facts(state).text);
  return std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
    return (pattern.type == "*" || pattern.type == type) && (pattern.state == "*" || pattern.state == name);
  });
}

}  // namespace whimbrel
