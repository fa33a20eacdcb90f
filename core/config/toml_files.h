// What TOML files configure together: [flyway], and the environment that was chosen
// (spec/configuration.md section 20).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/configuration.h"
#include "core/config/toml.h"

namespace whimbrel {

struct TomlFile {
  std::string source;  ///< its path, or "standard input"
  std::vector<TomlEntry> entries;
};

/// The environment that the files choose by `environment` in [flyway]; empty when they don't.
std::string chosenEnvironment(const std::vector<TomlFile>& files);

/// The names of all tables [environments.NAME], sorted.
std::vector<std::string> environmentNames(const std::vector<TomlFile>& files);

/// The values by full key ("flyway.url"); of several files the later ones win, the environment wins over
/// [flyway]. Names of replaced variables are written to `log`. Throws Error, naming file and line, for keys
/// that an environment can't have, for commas in the elements of a list, and for what can't be resolved.
Configuration mergeToml(const std::vector<TomlFile>& files, const std::string& environment,
                        const std::map<std::string, std::string>& variables, Log& log);

/// The full key ("flyway.url", "flyway.table") of `key` in [environments.NAME] ("url", "flyway.table"). Empty
/// for what is accepted without effect; absent for what is unknown.
std::optional<std::string> environmentKey(std::string_view key);

}  // namespace whimbrel
