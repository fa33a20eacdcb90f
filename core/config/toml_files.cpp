#include "core/config/toml_files.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/config/keys.h"
#include "core/config/toml_resolver.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view overrides = "flyway.";

// What [environments.NAME] may hold; a name that ends in '.' stands for a table.
constexpr std::string_view environmentKeys[] = {
    "url",
    "user",
    "password",
    "schemas",
    "driver",
    "connectRetries",
    "initSql",
    "jdbcProperties.",
    "connectRetriesInterval",
    "passwordFile",
    "passwordCommand",
};
// What other programs read.
constexpr std::string_view ignoredEnvironmentKeys[] = {"displayName", "provisioner", "resolvers",
                                                       "resolvers."};

template <typename Names>
bool contains(const Names& names, std::string_view key) {
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) {
    return name.ends_with('.') ? key.starts_with(name) && key.size() > name.size() : key == name;
  });
}

std::string place(const std::string& source, int line) { return fmt::format("{} line {}", source, line); }

std::string joinPath(const std::vector<std::string>& path, std::size_t from) {
  return join({path.begin() + static_cast<std::ptrdiff_t>(from), path.end()}, ".");
}

bool isFlyway(const TomlEntry& entry) { return entry.path.front() == "flyway" && entry.path.size() > 1; }

class Merger {
 public:
  Merger(const std::string& environment, const std::map<std::string, std::string>& variables, Log& log)
      : environment_(environment), variables_(variables), log_(log) {}

  void addFlyway(const TomlFile& file) {
    for (const TomlEntry& entry : file.entries)
      if (isFlyway(entry)) set("flyway." + joinPath(entry.path, 1), file, entry);
  }

  void addEnvironment(const TomlFile& file) {
    for (const TomlEntry& entry : file.entries) {
      if (!isOfEnvironment(entry)) continue;
      const std::string name = joinPath(entry.path, 2);
      const std::optional<std::string> key = environmentKey(name);
      if (!key)
        throw Error(ErrorCode::Configuration, "Unknown configuration property: " + joinPath(entry.path, 0),
                    {place(file.source, entry.line)});
      if (name.starts_with(overrides)) forgetFlyway(entry.path[3]);
      if (!key->empty()) set(*key, file, entry);
    }
  }

  Configuration take() { return std::move(configuration_); }

 private:
  bool isOfEnvironment(const TomlEntry& entry) const {
    return entry.path.size() > 2 && entry.path[0] == "environments" && entry.path[1] == environment_;
  }

  /// A table of the environment replaces the one of [flyway] as a whole.
  void forgetFlyway(const std::string& name) {
    if (!overridden_.insert(name).second) return;
    std::erase_if(configuration_, [&](const auto& value) {
      return value.first == "flyway." + name || value.first.starts_with("flyway." + name + ".");
    });
  }

  void set(const std::string& key, const TomlFile& file, const TomlEntry& entry) {
    // Java's word for what TOML calls by another name, because "resolvers" are something else there.
    const std::string known = key == "flyway.migrationResolvers" ? "flyway.resolvers" : key;
    if (known == "flyway.environment") return;
    const std::string source = place(file.source, entry.line);
    configuration_[known] = {value(known, entry, source), source, true};
  }

  std::string value(const std::string& key, const TomlEntry& entry, const std::string& source) const {
    const bool isList = entry.elements.size() != 1;
    std::vector<std::string> elements;
    for (const std::string& element : entry.elements) {
      if (isList && element.find(',') != std::string::npos)
        throw Error(ErrorCode::Configuration,
                    fmt::format("A comma separates the elements of {}, so none can hold one", key), {source});
      elements.push_back(resolveToml(element, [&](std::string_view resolver, std::string_view name) {
        return resolved(resolver, name, source);
      }));
    }
    return join(elements, ",");
  }

  std::string resolved(std::string_view resolver, std::string_view name, const std::string& source) const {
    const auto fail = [&](std::string_view why) {
      return Error(ErrorCode::Configuration,
                   fmt::format("Unable to resolve ${{{}.{}}}: {}", resolver, name, why), {source});
    };
    if (resolver != "env") throw fail("of the resolvers only env is supported");
    const auto variable = variables_.find(std::string(name));
    if (variable == variables_.end()) throw fail("there is no such environment variable");
    if (log_.debugs()) log_.debug(fmt::format("Expanding environment variable in config: {} -> ***", name));
    return variable->second;
  }

  const std::string& environment_;
  const std::map<std::string, std::string>& variables_;
  Log& log_;
  Configuration configuration_;
  std::set<std::string> overridden_;
};

}  // namespace

std::string chosenEnvironment(const std::vector<TomlFile>& files) {
  std::string environment;
  for (const TomlFile& file : files)
    for (const TomlEntry& entry : file.entries)
      if (isFlyway(entry) && entry.path.size() == 2 && entry.path[1] == "environment")
        environment = join(entry.elements, ",");
  return environment;
}

std::vector<std::string> environmentNames(const std::vector<TomlFile>& files) {
  std::set<std::string> names;
  for (const TomlFile& file : files)
    for (const TomlEntry& entry : file.entries)
      if (entry.path.size() > 2 && entry.path[0] == "environments") names.insert(entry.path[1]);
  return {names.begin(), names.end()};
}

std::optional<std::string> environmentKey(std::string_view key) {
  if (key.starts_with(overrides) && key.size() > overrides.size()) return std::string(key);
  if (contains(environmentKeys, key)) return std::string(keyPrefix) + std::string(key);
  if (contains(ignoredEnvironmentKeys, key)) return "";
  return std::nullopt;
}

Configuration mergeToml(const std::vector<TomlFile>& files, const std::string& environment,
                        const std::map<std::string, std::string>& variables, Log& log) {
  Merger merger(environment, variables, log);
  for (const TomlFile& file : files) merger.addFlyway(file);
  for (const TomlFile& file : files) merger.addEnvironment(file);
  return merger.take();
}

}  // namespace whimbrel
