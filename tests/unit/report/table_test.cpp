#include "core/report/table.h"

#include <doctest/doctest.h>

using namespace whimbrel;

TEST_CASE("the info table with rows of every kind") {
  Migration script;
  script.version = Version::parse("2");
  script.description = "two";
  AppliedMigration schema;
  schema.type = "SCHEMA";
  schema.description = "<< Flyway Schema Creation >>";
  schema.installedOn = "2026-11-23 08:54:26.999";
  const MigrationInfo created{nullptr, &schema, State::Success};
  const MigrationInfo pending{&script, nullptr, State::Pending};
  CHECK(infoTable({&created, &pending}) ==
        "+-----------+---------+------------------------------+--------+---------------------+---------+\n"
        "| Category  | Version | Description                  | Type   | Installed On        | State   |\n"
        "+-----------+---------+------------------------------+--------+---------------------+---------+\n"
        "|           |         | << Flyway Schema Creation >> | SCHEMA | 2026-11-23 08:54:26 | Success |\n"
        "| Versioned | 2       | two                          | SQL    |                     | Pending |\n"
        "+-----------+---------+------------------------------+--------+---------------------+---------+\n");
}

TEST_CASE("descriptions give way where lines can't be long") {
  Migration script;
  script.version = Version::parse("2");
  script.description = "a description which goes on and on";
  const MigrationInfo pending{&script, nullptr, State::Pending};
  CHECK(infoTable({&pending}, 80) ==
        "+-----------+---------+------------------------+------+--------------+---------+\n"
        "| Category  | Version | Description            | Type | Installed On | State   |\n"
        "+-----------+---------+------------------------+------+--------------+---------+\n"
        "| Versioned | 2       | a description which g… | SQL  |              | Pending |\n"
        "+-----------+---------+------------------------+------+--------------+---------+\n");
  CHECK(infoTable({&pending}, 20).find("| a descript… |") != std::string::npos);
  CHECK(infoTable({&pending}, 200) == infoTable({&pending}));
}

TEST_CASE("the info table without rows") {
  CHECK(infoTable({}) ==
        "+----------+---------+-------------+------+--------------+-------+\n"
        "| Category | Version | Description | Type | Installed On | State |\n"
        "+----------+---------+-------------+------+--------------+-------+\n"
        "| No migrations found                                            |\n"
        "+----------+---------+-------------+------+--------------+-------+\n");
}

TEST_CASE("widths count UTF-16 units and NULL is empty") {
  StatementResult result;
  result.hasRows = true;
  result.columns = {"a"};
  result.rows = {{"\xF0\x9F\x98\x80"}, {"\xE6\xBC\xA2"}, {std::nullopt}};
  CHECK(resultTable(result) ==
        "+----+\n"
        "| a  |\n"
        "+----+\n"
        "| \xF0\x9F\x98\x80 |\n"
        "| \xE6\xBC\xA2  |\n"
        "|    |\n"
        "+----+\n");
}

TEST_CASE("the text of an empty result is cut to a narrow table") {
  StatementResult result;
  result.hasRows = true;
  result.columns = {"id", "x"};
  CHECK(resultTable(result) ==
        "+----+---+\n"
        "| id | x |\n"
        "+----+---+\n"
        "| No row |\n"
        "+----+---+\n");
}
