#include "cli/help.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "cli/arguments.h"
#include "core/config/keys.h"
#include "core/text/strings.h"

using namespace whimbrel;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the usage begins with its heading") {
  CHECK(usage().starts_with("Usage\n=====\nwhimbrel [options] command\n"));
}

TEST_CASE("the usage has all sections, underlined, and no newline at its end") {
  const std::string text = usage();
  CHECK(has(text, "\n\nCommands\n--------\nmigrate  : "));
  CHECK(has(text, "\n\nOptions (Format: -key=value)"));
  CHECK(has(text, "\n\nFlags\n-----\n"));
  CHECK(has(text, "\n\nExample\n-------\nwhimbrel "));
  CHECK_FALSE(text.ends_with('\n'));
}

TEST_CASE("the usage names every operation, key and flag") {
  std::set<std::string> names;
  for (const std::string& line : split(usage(), '\n'))
    if (const std::size_t colon = line.find(" : "); colon != std::string::npos)
      names.insert(std::string(trim(line.substr(0, colon))));
  for (const Word& word : operations()) CHECK(names.count(std::string(word.name)) == 1);
  for (const Word& word : flags()) CHECK(names.count(std::string(word.name)) == 1);
  for (const Key& key : keys()) {
    CAPTURE(key.name);
    CHECK(names.count(isMap(key) ? replaceAll(key.name, "*", "<name>") : std::string(key.name)) == 1);
  }
}

TEST_CASE("the colons of the options are aligned") {
  bool inOptions = false;
  std::set<std::size_t> columns;
  for (const std::string& line : split(usage(), '\n')) {
    if (line.starts_with("Options (")) inOptions = true;
    if (line.starts_with("Flags")) break;
    if (const std::size_t colon = line.find(" : "); inOptions && colon != std::string::npos)
      columns.insert(colon);
  }
  CHECK(columns.size() == 1);
}

TEST_CASE("the help on a command has the keys that matter to it") {
  const std::string migrate = usage("migrate");
  CHECK(migrate.starts_with("Usage\n=====\nwhimbrel [options] migrate\n\nMigrates the database.\n"));
  CHECK(has(migrate, "\nbaselineOnMigrate "));
  CHECK(has(migrate, "\nurl "));
  CHECK_FALSE(has(migrate, "\ninfoOfState "));
  CHECK_FALSE(has(migrate, "\ndriver "));
  CHECK(has(usage("info"), "\ninfoOfState "));
  CHECK_FALSE(has(usage("info"), "\nbaselineOnMigrate "));
}

TEST_CASE("keys matter to commands that exist") {
  std::set<std::string> names;
  for (const Word& word : operations()) names.insert(std::string(word.name));
  for (const Key& key : keys()) {
    CAPTURE(key.name);
    for (const std::string& command : split(key.commands, ' '))
      CHECK((key.commands.empty() || names.count(command) == 1));
  }
}

TEST_CASE("the version names the program and what it is compatible with") {
  CHECK(versionText() == "whimbrel " WHIMBREL_VERSION " (compatible with Flyway Community Edition 7.15.0)");
}
