// What comes back from statements: rows, counts and refusals.
#include <chrono>
#include <thread>

#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

TEST_CASE("a query gives titles and rows, NULL apart from the empty text") {
  onEachDriver([](World& world) {
    const Execution execution = world.database().execute(
        "SELECT 1 AS one, NULL AS absent, '' AS blank, 'é' AS word UNION ALL "
        "SELECT 22, NULL, '', 'x' ORDER BY 1");
    REQUIRE(execution.results.size() == 1);
    const StatementResult& result = execution.results[0];
    CHECK(result.hasRows);
    CHECK(result.columns == std::vector<std::string>{"one", "absent", "blank", "word"});
    CHECK(result.rows == std::vector<Row>{{"1", std::nullopt, "", "é"}, {"22", std::nullopt, "", "x"}});
  });
}

TEST_CASE("a query without rows still has titles") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT, v VARCHAR(9))"});
    const Execution execution = world.database().execute("SELECT id, v FROM t");
    REQUIRE(execution.results.size() == 1);
    CHECK(execution.results[0].hasRows);
    CHECK(execution.results[0].columns == std::vector<std::string>{"id", "v"});
    CHECK(execution.results[0].rows.empty());
  });
}

TEST_CASE("the title of an aliased column is that of the reference's driver") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT, v VARCHAR(9))"});
    const Execution execution =
        world.database().execute("SELECT v AS label, id + 1 AS nxt, count(*) FROM t GROUP BY v, id");
    CHECK(execution.results.at(0).columns ==
          std::vector<std::string>{world.dialect().aliasedColumnTitle, "nxt", world.dialect().countTitle});
  });
}

TEST_CASE("statements without rows count what they changed") {
  onEachDriver([](World& world) {
    const std::pair<std::string, long long> counts[] = {
        {"CREATE TABLE t (id INT)", 0},    {"INSERT INTO t VALUES (1), (2), (3)", 3},
        {"UPDATE t SET id = id", 3},       {"CREATE TABLE u (id INT)", 0},
        {"DELETE FROM t WHERE id > 1", 2}, {"DELETE FROM t WHERE id > 1", 0},
    };
    for (const auto& [sql, count] : counts) {
      CAPTURE(sql);
      const Execution execution = world.database().execute(sql);
      REQUIRE(execution.results.size() == 1);
      CHECK_FALSE(execution.results[0].hasRows);
      CHECK(execution.results[0].updateCount == count);
    }
  });
}

TEST_CASE("a row is inserted as its values are, one after the other") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE r (id INT NOT NULL PRIMARY KEY, v VARCHAR(99), sum INT, done BOOLEAN)"});
    const TableName table{world.schema(), "r"};
    const std::string hostile = "it's \\ \"é\" ? :x $1 \U0001F600\n; DROP TABLE r";
    const auto insert = [&](int id, FieldValue v, FieldValue sum, bool done) {
      const Field row[] = {{"id", id}, {"v", std::move(v)}, {"sum", std::move(sum)}, {"done", done}};
      world.database().insert(table, row);
    };
    insert(1, hostile, -2147483647, true);
    insert(2, nullptr, nullptr, false);
    CHECK_THROWS_AS(insert(2, "twice", 0, true), SqlError);
    insert(3, "", 0, true);
    const auto rows = [&] {
      return world.database().query(
          "SELECT id, v, sum, CASE WHEN done THEN 'y' ELSE 'n' END FROM r ORDER BY id");
    };
    CHECK(rows() == std::vector<Row>{{"1", hostile, "-2147483647", "y"},
                                     {"2", std::nullopt, std::nullopt, "n"},
                                     {"3", "", "0", "y"}});

    // The table may become another one behind the same name.
    world.run({"DROP TABLE r"});
    CHECK_THROWS_AS(insert(4, "gone", 0, true), SqlError);
    world.run({"CREATE TABLE r (done BOOLEAN, sum INT, v VARCHAR(99), id INT)"});
    insert(5, "back", 7, false);
    CHECK(rows() == std::vector<Row>{{"5", "back", "7", "n"}});
    const Field noSuchColumn[] = {{"absent", 1}};
    CHECK_THROWS_AS(world.database().insert(table, noSuchColumn), SqlError);
  });
}

TEST_CASE("our own statements give rows, or none") {
  onEachDriver([](World& world) {
    CHECK(world.database().query("CREATE TABLE t (id INT)").empty());
    CHECK(world.database().query("INSERT INTO t VALUES (7)").empty());
    CHECK(world.database().query("SELECT id FROM t") == std::vector<Row>{{"7"}});
  });
}

TEST_CASE("a refusal carries the database's text, state and code") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE d (id INT PRIMARY KEY)"});
    for (const Refusal& refusal : world.dialect().refusals) {
      CAPTURE(refusal.sql);
      for (const bool ours : {false, true}) {
        try {
          if (ours)
            world.database().query(refusal.sql);
          else
            world.database().execute(refusal.sql);
          FAIL_CHECK("was not refused");
        } catch (const SqlError& error) {
          CHECK(error.sqlState == refusal.sqlState);
          CHECK(error.vendorCode == refusal.vendorCode);
          CHECK(std::string(error.what()) != "");
        }
      }
    }
    CHECK(world.value("SELECT 1") == "1");
  });
}

TEST_CASE("a NUL character never cuts a statement short silently") {
  onEachDriver([](World& world) {
    const std::string sql("CREATE TABLE t (id INT)\0 this is lost", 37);
    CHECK_THROWS_AS(world.database().execute(sql), SqlError);
    CHECK_FALSE(world.database().tableExists({world.schema(), "t"}));
  });
}

TEST_CASE("another thread can cancel a statement, and the session goes on") {
  onEachDriver([](World& world) {
    Database& database = world.database();
    world.run({"CREATE TABLE t (id INT)",
               "INSERT INTO t VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)"});
    const std::jthread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      database.cancel();
    });
    CHECK_THROWS_AS(database.execute("SELECT count(*) FROM t a, t b, t c, t d, t e, t f, t g, t h, t i, t j, "
                                     "t k WHERE a.id + k.id < b.id"),
                    SqlError);
    CHECK(world.value("SELECT 1") == "1");
  });
}

}  // namespace whimbrel::contract
