// The schema history table (spec/commands.md section 11).
#include "tests/history_table.h"

#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

const std::string allColumns =
    "SELECT installed_rank, version, description, type, script, checksum, installed_by, execution_time, "
    "CASE WHEN success THEN 1 ELSE 0 END FROM ";

}  // namespace

TEST_CASE("the history table's DDL is the reference's") {
  onEachDriver([](World& world) {
    CHECK(world.database().historyTableStatements({"s", "h"}, "", {}) == world.dialect().historyTable);
  });
}

TEST_CASE("the history table is created empty, and once") {
  onEachDriver([](World& world) {
    const TableName table{world.schema(), "flyway's \"history\" `ü`"};
    createHistoryTable(world.database(), table, "", {});
    CHECK(world.database().tableExists(table));
    CHECK(world.database().query(allColumns + world.database().quote(table)).empty());
    CHECK_THROWS_AS(createHistoryTable(world.database(), table, "", {}), SqlError);
  });
}

TEST_CASE("the history table is created with a baseline") {
  onEachDriver([](World& world) {
    const TableName table{world.schema(), "flyway_schema_history"};
    const std::string description = "it's \\ \"the\" <<bäseline>>\n";
    createHistoryTable(world.database(), table, "", BaselineRow{"1.0", description, description, "o'neill"});
    CHECK(world.database().query(allColumns + world.database().quote(table)) ==
          std::vector<Row>{
              {"1", "1.0", description, "BASELINE", description, std::nullopt, "o'neill", "0", "1"}});
  });
}

TEST_CASE("the statements of the history table create it one by one") {
  onEachDriver([](World& world) {
    const TableName table{world.schema(), "other_history"};
    for (const std::string& statement :
         world.database().historyTableStatements(table, "", BaselineRow{"7", "seven", "seven", "me"}))
      world.database().query(statement);
    CHECK(world.database().query("SELECT version FROM " + world.database().quote(table)) ==
          std::vector<Row>{{"7"}});
  });
}

TEST_CASE("a row gets its time from the server, and ranks are unique") {
  onEachDriver([](World& world) {
    const TableName table{world.schema(), "h"};
    createHistoryTable(world.database(), table, "", {});
    const std::string insert =
        "INSERT INTO " + world.database().quote(table) +
        " (installed_rank, description, type, script, installed_by, execution_time, success) "
        "VALUES (1, 'd', 'SQL', 's', 'u', 5, " +
        world.database().booleanLiteral(true) + ")";
    world.database().query(insert);
    const Value time = world.value("SELECT installed_on FROM " + world.database().quote(table));
    CHECK(time.value_or("").substr(0, 2) == "20");
    CHECK_THROWS_AS(world.database().query(insert), SqlError);
  });
}

}  // namespace whimbrel::contract
