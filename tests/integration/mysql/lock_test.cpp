// spec/commands.md sections 12 and 14.
#include "core/error.h"
#include "drivers/mysql/history_lock.h"
#include "server_under_test.h"
#include "tests/history_table.h"

using namespace whimbrel;
using namespace whimbrel::test;

namespace {

bool always() { return true; }
bool never() { return false; }

}  // namespace

TEST_CASE("one run at a time holds the named lock") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const TableName table{"whimbrel_mysql", "flyway_schema_history"};
    const auto first = server.open("");
    const auto second = server.open("");
    first->lock(table, 0, never);
    CHECK(single(*second, "SELECT IS_FREE_LOCK('" + mysql::lockName(table) + "')") == "0");
    CHECK_THROWS_AS(second->lock(table, 0, always), Error);
    first->unlock(table);
    second->lock(table, 0, always);
    second->unlock(table);
    CHECK(single(*second, "SELECT IS_FREE_LOCK('" + mysql::lockName(table) + "')") == "1");
  }
}

TEST_CASE("the row lock outlives DDL of the migration and goes back to its savepoint") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const TableName table{schema.name(), "h"};
    const auto options = mysql::connectOptions(server.settings(schema.name()));
    mysql::RowLock first(options);
    CHECK(first.tryAcquire(table));
    CHECK(first.holder() == nullptr);  // no table, no lock

    const auto database = server.open(schema.name());
    createHistoryTable(*database, table, "", BaselineRow{"1", "base", "base", "bob"});
    REQUIRE(first.tryAcquire(table));
    mysql::RowLock second(options);
    CHECK_FALSE(second.tryAcquire(table));
    database->execute("CREATE TABLE made_meanwhile (id INT)");
    CHECK_FALSE(second.tryAcquire(table));

    first.begin();
    first.holder()->run("DELETE FROM h");
    first.rollback();
    CHECK(first.holder()->query("SELECT COUNT(*) FROM h").at(0).at(0) == "1");
    CHECK_FALSE(second.tryAcquire(table));
    first.release();
    CHECK(first.holder() == nullptr);
    CHECK(second.tryAcquire(table));
    second.release();
  }
}
