// Reads the text of a flyway.toml (spec/configuration.md section 20).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// The most that a TOML file may hold, in bytes: the parser's time grows with the square of it.
inline constexpr std::size_t tomlLimit = std::size_t{128} << 10;

/// A value that is no table.
struct TomlEntry {
  std::vector<std::string> path;      ///< {"environments", "dev", "url"}
  std::vector<std::string> elements;  ///< of an array; exactly one for any other value
  int line;                           ///< counted from 1
};

/// All values, by path. Throws Error "Unable to load config file: SOURCE", whose cause names the line, for
/// text that is no TOML, is too large or too deeply nested, and for values that no key can have (arrays of
/// arrays). Text of the file is in no message: it may be a secret.
std::vector<TomlEntry> readToml(std::string_view text, const std::string& source);

}  // namespace whimbrel
