// docs/configuration.md has one row for each key of the table, and no other.
#include <fstream>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/config/keys.h"
#include "core/text/strings.h"

using namespace whimbrel;

namespace {

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format(" `{}`", text); }

/// The first columns of the row: key, variable, type and default.
std::string documented(const Key& key) {
  const std::string variable =
      fmt::format("{}{}", key.environment, isMap(key) && !key.environment.empty() ? "*" : "");
  return fmt::format("| `{}` |{} | {} |{} |", key.name, code(variable), key.type, code(key.defaultValue));
}

/// The rows of the table "Key | Environment | …", by key.
std::map<std::string, std::string> rows() {
  std::map<std::string, std::string> found;
  std::ifstream file(CONFIGURATION_PAGE);
  bool inTable = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| Key | Environment |")) inTable = true;
    if (line.empty()) inTable = false;
    if (inTable && line.starts_with("| `")) found[line.substr(3, line.find('`', 3) - 3)] = line;
  }
  return found;
}

}  // namespace

TEST_CASE("docs/configuration.md has every key as it is") {
  std::map<std::string, std::string> written = rows();
  REQUIRE(written.size() > 50);
  for (const Key& key : keys()) {
    const std::string row = written[std::string(key.name)];
    const std::string expected = documented(key);
    INFO("the row in docs/configuration.md: ", row);
    INFO("has to begin with:                ", expected);
    CHECK(row.starts_with(expected));
    CHECK(row.size() > expected.size() + 4);  // there is a meaning
    written.erase(std::string(key.name));
  }
  for (const auto& [key, row] : written)
    FAIL_CHECK("docs/configuration.md has a key that nobody knows: ", key);
}
