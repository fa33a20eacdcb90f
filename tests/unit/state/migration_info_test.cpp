#include "core/state/migration_info.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/unit/state/state_list.h"

using namespace whimbrel;

TEST_CASE("every state comes out as the rules say") {
  const std::vector<StateCase> cases = readCases(TEST_DATA "/states.txt");
  REQUIRE(cases.size() >= 40);
  for (const StateCase& test : cases) {
    CAPTURE(test.name);
    std::string outcome;
    try {
      outcome = describe(computeState(test.scripts, test.rows, test.options));
    } catch (const Error& error) {
      outcome = error.message();
    }
    CHECK(outcome == test.expected);
  }
}

namespace {

AppliedMigration versioned(const char* version, const char* type = "SQL", bool success = true) {
  AppliedMigration row;
  row.version = Version::parse(version);
  row.type = type;
  row.success = success;
  return row;
}

std::string currentVersion(const std::vector<AppliedMigration>& rows) {
  const MigrationInfos infos = computeState({}, rows, {});
  const MigrationInfo* current = infos.current();
  if (current == nullptr) return "nothing";
  return current->version() ? current->version()->text() : "no version";
}

}  // namespace

TEST_CASE("the current version is the highest applied one, failed ones included") {
  CHECK(currentVersion({}) == "nothing");
  CHECK(currentVersion({versioned("2"), versioned("10"), versioned("9")}) == "10");
  CHECK(currentVersion({versioned("2"), versioned("3", "SQL", false)}) == "3");
  CHECK(currentVersion({versioned("2"), versioned("3"), versioned("3", "DELETE")}) == "2");
  CHECK(currentVersion({versioned("2"), versioned("3"), versioned("3", "UNDO_SQL")}) == "2");
  AppliedMigration schema;
  schema.type = "SCHEMA";
  CHECK(currentVersion({schema}) == "no version");
}

TEST_CASE("a repeatable's second checksum counts as equal") {
  Migration script;
  script.description = "a";
  script.checksum = 1;
  script.equivalentChecksum = 2;
  AppliedMigration row;
  row.description = "a";
  row.type = "SQL";
  row.checksum = 2;
  CHECK(describe(computeState({script}, {row}, {})) == "R:a=Success");
}

TEST_CASE("long descriptions and scripts are shortened to what the columns hold") {
  CHECK(historyDescription(std::string(200, 'x')) == std::string(200, 'x'));
  CHECK(historyDescription(std::string(201, 'x')) == std::string(197, 'x') + "...");
  std::string script;
  for (int i = 0; i < 1005; ++i) script += static_cast<char>('a' + i % 26);
  CHECK(historyScript(script.substr(0, 1000)) == script.substr(0, 1000));
  CHECK(historyScript(script) == "..." + script.substr(3, 997));
}
