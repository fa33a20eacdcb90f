// The table of all configuration keys: one row each, from which parsing, environment names, help, -X and the
// tests of docs/configuration.md come. Its order is the order in which values are checked
// (spec/configuration.md section 1.9).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/config/settings.h"

namespace whimbrel {

struct Key {
  std::string_view name;         ///< after "flyway."; a map ends in ".*"
  std::string_view environment;  ///< FLYWAY_…; a map's is a prefix that ends in '_'; empty: none
  std::string_view type;  ///< "string", "boolean", "integer", "list", "version", "map" …, for help and docs
  std::string_view defaultValue;  ///< as text, for help and docs
  std::string_view help;          ///< one sentence
  std::string_view commands;      ///< that it matters to, separated by blanks; empty: it has no effect
  /// Parses `value` into its field. `entry` is the name after the prefix for maps, else empty. Throws Error.
  void (*apply)(const Key& key, Settings& settings, std::string_view entry, const std::string& value);
  enum class Trait {
    None,
    Secret,            ///< never printed
    CommandLineOnly,   ///< unknown in files, and no variable
    LowerCaseEntries,  ///< a map whose names from the environment become lower case
  };
  Trait trait = Trait::None;
};

/// The prefix of every key in files.
inline constexpr std::string_view keyPrefix = "flyway.";

std::span<const Key> keys();

/// Whether the key stands for many ("placeholders.*").
constexpr bool isMap(const Key& key) { return key.name.ends_with(".*"); }

/// Whether the command's own help lists the key.
bool mattersTo(const Key& key, std::string_view command);

/// "flyway.table", and "flyway.placeholders." for a map.
std::string fullName(const Key& key);

/// The row for a full key ("flyway.placeholders.x" finds "placeholders.*"); null when nobody knows it.
const Key* findKey(std::string_view fullName);

}  // namespace whimbrel
