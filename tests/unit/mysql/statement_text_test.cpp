// Everything that becomes part of a statement or of what is shown of one.
#include <doctest/doctest.h>

#include "drivers/mysql/history_lock.h"
#include "drivers/mysql/history_table.h"
#include "drivers/mysql/mysql_database.h"
#include "drivers/mysql/shown_value.h"
#include "drivers/mysql/sql_text.h"
#include "drivers/mysql/warning_state.h"

using namespace whimbrel;
using namespace whimbrel::mysql;

TEST_CASE("the driver takes the URLs of both Java drivers") {
  CHECK(mysqlAccepts("jdbc:mysql://h/x"));
  CHECK(mysqlAccepts("jdbc:mariadb:aurora://h/x"));
  CHECK_FALSE(mysqlAccepts("JDBC:mysql://h/x"));
  CHECK_FALSE(mysqlAccepts("jdbc:mysql+srv://h/x"));
  CHECK_FALSE(mysqlAccepts("mysql://h/x"));
}

TEST_CASE("a name is quoted with backticks, which are doubled inside") {
  CHECK(quoteName("a") == "`a`");
  CHECK(quoteName("a`b``") == "`a``b`````");
  CHECK(quoteName("") == "``");
}

TEST_CASE("a text keeps its meaning in every mode of the server") {
  CHECK(quoteText("it's") == "'it''s'");
  CHECK(quoteText("") == "_utf8mb4 X''");
  CHECK(quoteText("a\\'; DROP") == "_utf8mb4 X'615C273B2044524F50'");
  CHECK(quoteText("\xC3\xA9") == "_utf8mb4 X'C3A9'");
  CHECK(quoteText(std::string_view("\0\n\xFF", 3)) == "_utf8mb4 X'000AFF'");
}

TEST_CASE("the lock is the one that Flyway takes") {
  CHECK(lockName({"app", "flyway_schema_history"}) == "Flyway--320650056");
}

TEST_CASE("warnings have the SQL states of MySQL's Java driver") {
  CHECK(warningState(1051) == "42S02");
  CHECK(warningState(1050) == "42S01");
  CHECK(warningState(1264) == "22003");
  CHECK(warningState(1265) == "01000");
  CHECK(warningState(1292) == "22007");
  CHECK(warningState(1008) == "HY000");
  CHECK(warningState(0) == "HY000");
  CHECK(warningState(999'999) == "HY000");
}

TEST_CASE("values are shown as the Java drivers give them") {
  CHECK(shownValue(std::string_view("\x01\x01", 2), MYSQL_TYPE_BIT, JavaDriver::MySql) == "257");
  CHECK(shownValue(std::string_view("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), MYSQL_TYPE_BIT, JavaDriver::MySql) ==
        "18446744073709551615");
  CHECK(shownValue("2020", MYSQL_TYPE_YEAR, JavaDriver::MariaDb) == "2020-01-01");
  const std::string_view second = "2020-02-03 04:05:06";
  CHECK(shownValue(second, MYSQL_TYPE_DATETIME, JavaDriver::MySql) == second);
  CHECK(shownValue(second, MYSQL_TYPE_TIMESTAMP, JavaDriver::MariaDb) == "2020-02-03 04:05:06.0");
  CHECK(shownValue("2020-02-03 04:05:06.700", MYSQL_TYPE_DATETIME, JavaDriver::MariaDb) ==
        "2020-02-03 04:05:06.7");
  CHECK(shownValue("2020-02-03 04:05:06.000", MYSQL_TYPE_DATETIME, JavaDriver::MariaDb) ==
        "2020-02-03 04:05:06.0");
  CHECK(shownValue("10:11:12", MYSQL_TYPE_TIME, JavaDriver::MariaDb) == "10:11:12");
}

TEST_CASE("MySQL's Java driver writes floating-point numbers as Java does") {
  struct Case {
    std::string_view server;
    std::string_view shown;
  };
  // Server texts and what the reference printed for them.
  const Case cases[] = {
      {"0", "0.0"},
      {"-0", "-0.0"},
      {"1499", "1499.0"},
      {"100", "100.0"},
      {"1.500", "1.5"},
      {"0.001", "0.001"},
      {"0.1", "0.1"},
      {"0.0001234", "1.234E-4"},
      {"0.00099999", "9.9999E-4"},
      {"9999999", "9999999.0"},
      {"10000000", "1.0E7"},
      {"123456789", "1.23456789E8"},
      {"-1234567.25", "-1234567.25"},
      {"1e-300", "1.0E-300"},
      {"1.5e300", "1.5E300"},
      {"1e20", "1.0E20"},
      {"1.2345678901234567e19", "1.2345678901234567E19"},
      {"0000000000000000000042", "42.0"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.server);
    CHECK(shownValue(c.server, MYSQL_TYPE_DOUBLE, JavaDriver::MySql) == c.shown);
    CHECK(shownValue(c.server, MYSQL_TYPE_FLOAT, JavaDriver::MySql) == c.shown);
    CHECK(shownValue(c.server, MYSQL_TYPE_DOUBLE, JavaDriver::MariaDb) == c.server);
  }
}

// spec/commands.md section 11.1
TEST_CASE("the history table is created with the reference's statements") {
  ServerFacts facts;
  const TableName table{"app", "h"};
  const std::string columns =
      "CREATE TABLE `app`.`h` (\n"
      "    `installed_rank` INT NOT NULL,\n"
      "    `version` VARCHAR(50),\n"
      "    `description` VARCHAR(200) NOT NULL,\n"
      "    `type` VARCHAR(20) NOT NULL,\n"
      "    `script` VARCHAR(1000) NOT NULL,\n"
      "    `checksum` INT,\n"
      "    `installed_by` VARCHAR(100) NOT NULL,\n"
      "    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
      "    `execution_time` INT NOT NULL,\n"
      "    `success` BOOL NOT NULL,\n"
      "    CONSTRAINT ";
  const std::string index = "CREATE INDEX `h_s_idx` ON `app`.`h` (`success`)";

  SUBCASE("on MySQL") {
    CHECK(
        historyTableDdl(facts, table, "", std::nullopt) ==
        std::vector<std::string>{columns + "`h_pk` PRIMARY KEY (`installed_rank`)\n) ENGINE=InnoDB", index});
  }
  SUBCASE("on MariaDB without a name for the key") {
    facts.mariadb = true;
    CHECK(historyTableDdl(facts, table, "ts", std::nullopt) ==
          std::vector<std::string>{
              columns + " PRIMARY KEY (`installed_rank`)\n) TABLESPACE \"ts\" ENGINE=InnoDB", index});
  }
  SUBCASE("together with a baseline") {
    facts.mariadb = true;
    const auto statements = historyTableDdl(facts, table, "", BaselineRow{"1", "it's", "it's", "bob"});
    REQUIRE(statements.size() == 2);
    CHECK(statements[0] == columns +
                               " PRIMARY KEY (`installed_rank`)\n) ENGINE=InnoDB AS SELECT     1 as "
                               "\"installed_rank\",     '1' as "
                               "\"version\",     'it''s' as \"description\",     'BASELINE' as \"type\",     "
                               "'it''s' as \"script\",     "
                               "NULL as \"checksum\",     'bob' as \"installed_by\",     CURRENT_TIMESTAMP "
                               "as \"installed_on\",     0 as "
                               "\"execution_time\",     TRUE as \"success\"\n");
  }
  SUBCASE("with a row of its own for the baseline where AS SELECT is refused") {
    facts.noCreateAsSelect = true;
    const auto statements = historyTableDdl(facts, table, "", BaselineRow{"1", "base", "base", "bob"});
    REQUIRE(statements.size() == 3);
    CHECK(statements[1] ==
          "INSERT INTO `app`.`h` (`installed_rank`, `version`, `description`, `type`, `script`, `checksum`, "
          "`installed_by`, `execution_time`, `success`) VALUES (1, '1', 'base', 'BASELINE', 'base', NULL, "
          "'bob', 0, "
          "1)");
    CHECK(statements[2] == index);
  }
}
