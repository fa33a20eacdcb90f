// The lock that keeps runs apart (spec/commands.md section 12).
#include <chrono>
#include <thread>

#include "core/error.h"
#include "tests/history_table.h"
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

bool impatient() { return true; }

TableName historyOf(const World& world) { return {world.schema(), "flyway_schema_history"}; }

/// Whether `database` gets the lock at its first try; then gives it back.
bool canLock(Database& database, const TableName& table) {
  try {
    database.lock(table, 0, impatient);
  } catch (const Error&) {
    return false;
  }
  database.unlock(table);
  return true;
}

}  // namespace

TEST_CASE("one connection has the lock at a time") {
  onEachDriver([](World& world) {
    const std::unique_ptr<Database> other = world.connect();
    const TableName table = historyOf(world);
    for (int round = 0; round < 2; ++round) {
      world.database().lock(table, 0, impatient);
      CHECK_FALSE(canLock(*other, table));
      world.database().unlock(table);
      CHECK(canLock(*other, table));
    }
  });
}

TEST_CASE("the lock lasts beyond the transactions that run under it") {
  onEachDriver([](World& world) {
    const std::unique_ptr<Database> other = world.connect();
    const TableName table = historyOf(world);
    world.run({"CREATE TABLE t (id INT)"});
    world.database().lock(table, 0, impatient);
    {
      Transaction transaction(world.database());
      world.run({"INSERT INTO t VALUES (1)"});
      transaction.commit();
    }
    CHECK_FALSE(canLock(*other, table));
    {
      const Transaction rolledBack(world.database());
      world.run({"INSERT INTO t VALUES (2)"});
    }
    CHECK_FALSE(canLock(*other, table));
    world.run({"INSERT INTO t VALUES (3)"});
    CHECK_FALSE(canLock(*other, table));
    world.database().unlock(table);
    CHECK(canLock(*other, table));
    CHECK(other->query("SELECT id FROM t ORDER BY id") == std::vector<Row>{{"1"}, {"3"}});
  });
}

TEST_CASE("under the lock one sees what others committed before, and they see what was committed under it") {
  onEachDriver([](World& world) {
    const std::unique_ptr<Database> other = world.connect();
    const TableName table = historyOf(world);
    world.run({"CREATE TABLE t (id INT)"});
    CHECK(world.number("SELECT count(*) FROM t") == 0);
    other->query("INSERT INTO t VALUES (1)");
    world.database().lock(table, 0, impatient);
    CHECK(world.number("SELECT count(*) FROM t") == 1);
    world.database().query("INSERT INTO t VALUES (2)");
    world.database().unlock(table);
    CHECK(other->query("SELECT count(*) FROM t") == std::vector<Row>{{"2"}});
  });
}

TEST_CASE("a transaction that was left open is not committed by giving the lock back") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    {
      world.database().lock(historyOf(world), 0, impatient);
      const Transaction failed(world.database());
      world.run({"INSERT INTO t VALUES (1)"});
      world.database().unlock(historyOf(world));
    }
    CHECK(world.number("SELECT count(*) FROM t") == 0);
  });
}

TEST_CASE("a lost connection gives its lock back") {
  onEachDriver([](World& world) {
    const TableName table = historyOf(world);
    std::unique_ptr<Database> lost = world.connect();
    lost->lock(table, 0, impatient);
    CHECK_FALSE(canLock(world.database(), table));
    lost.reset();
    bool free = false;
    // A server notices it a moment later.
    for (int tries = 0; tries < 100 && !free; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      free = canLock(world.database(), table);
    }
    CHECK(free);
  });
}

TEST_CASE("the lock can be taken before the history table exists, and around its creation") {
  onEachDriver([](World& world) {
    const TableName table = historyOf(world);
    world.database().lock(table, 0, impatient);
    CHECK_FALSE(world.database().tableExists(table));
    createHistoryTable(world.database(), table, "", {});
    CHECK(world.database().tableExists(table));
    world.database().unlock(table);
    CHECK(world.connect()->tableExists(table));
  });
}

TEST_CASE("the lock is the reference's own") {
  onEachDriver([](World& world) {
    if (!world.dialect().lockProbe) return;
    const std::unique_ptr<Database> other = world.connect();
    const auto& [table, query, heldAnswer] = *world.dialect().lockProbe;
    const auto answer = [&, &query = query] { return other->query(query).at(0).at(0); };
    CHECK(answer() != heldAnswer);
    world.database().lock(table, 0, impatient);
    CHECK(answer() == heldAnswer);
    world.database().unlock(table);
    CHECK(answer() != heldAnswer);
  });
}

}  // namespace whimbrel::contract
