#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

TEST_CASE("a transaction that was not committed is rolled back") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    {
      const Transaction transaction(world.database());
      world.run({"INSERT INTO t VALUES (1)"});
      CHECK(world.number("SELECT count(*) FROM t") == 1);
    }
    CHECK(world.number("SELECT count(*) FROM t") == 0);
  });
}

TEST_CASE("a committed transaction is seen by others, and only then") {
  onEachDriver([](World& world) {
    const std::unique_ptr<Database> other = world.connect();
    const auto seen = [&] { return other->query("SELECT count(*) FROM t").at(0).at(0); };
    world.run({"CREATE TABLE t (id INT)"});
    Transaction transaction(world.database());
    world.run({"INSERT INTO t VALUES (1)"});
    CHECK(seen() == "0");
    transaction.commit();
    CHECK(seen() == "1");
  });
}

TEST_CASE("outside of a transaction each statement stays") {
  onEachDriver([](World& world) {
    const std::unique_ptr<Database> other = world.connect();
    world.run({"CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)"});
    CHECK(other->query("SELECT count(*) FROM t").at(0).at(0) == "1");
    {
      Transaction transaction(world.database());
      transaction.commit();
    }
    world.run({"INSERT INTO t VALUES (2)"});
    CHECK(other->query("SELECT count(*) FROM t").at(0).at(0) == "2");
  });
}

TEST_CASE("DDL is rolled back where the facts say so") {
  onEachDriver([](World& world) {
    {
      const Transaction transaction(world.database());
      world.run({"CREATE TABLE t (id INT)"});
    }
    CHECK(world.database().tableExists({world.schema(), "t"}) != world.database().facts().transactionalDdl);
  });
}

TEST_CASE("a script may end the transaction that it runs in") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    for (const std::string end : {"COMMIT", "ROLLBACK"}) {
      CAPTURE(end);
      Transaction transaction(world.database());
      world.run({"DELETE FROM t", "INSERT INTO t VALUES (1)", end, "INSERT INTO t VALUES (2)"});
      transaction.commit();
      CHECK(world.number("SELECT max(id) FROM t") == 2);
      world.database().rollback();
      CHECK(world.number("SELECT max(id) FROM t") == 2);
    }
  });
}

TEST_CASE("a script that ended its transaction and failed leaves what it had committed") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    {
      const Transaction transaction(world.database());
      world.run({"INSERT INTO t VALUES (1)", "COMMIT"});
      CHECK_THROWS_AS(world.run({"INSERT INTO nope VALUES (2)"}), SqlError);
    }
    CHECK(world.number("SELECT count(*) FROM t") == 1);
  });
}

TEST_CASE("transactions follow one another on a connection, after failures too") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    for (int round = 0; round < 3; ++round) {
      {
        const Transaction failing(world.database());
        CHECK_THROWS_AS(world.run({"INSERT INTO t VALUES (1)", "SELECT * FROM nope"}), SqlError);
      }
      Transaction transaction(world.database());
      world.run({"INSERT INTO t VALUES (1)"});
      transaction.commit();
    }
    CHECK(world.number("SELECT count(*) FROM t") == 3);
  });
}

TEST_CASE("ending a transaction that there is not does nothing") {
  onEachDriver([](World& world) {
    world.database().commit();
    world.database().rollback();
    CHECK(world.value("SELECT 1") == "1");
  });
}

TEST_CASE("whether a transaction is open is known after each statement, a failed one too") {
  onEachDriver([](World& world) {
    Database& database = world.database();
    world.run({"CREATE TABLE t (id INT)"});
    CHECK(database.commitsEach());
    CHECK_FALSE(database.hasOpenTransaction());
    database.begin();
    CHECK_FALSE(database.commitsEach());
    world.run({"INSERT INTO t VALUES (1)"});
    CHECK(database.hasOpenTransaction());
    CHECK_THROWS_AS(database.execute("NONSENSE"), SqlError);
    CHECK(database.hasOpenTransaction());
    database.rollback();
    CHECK_FALSE(database.hasOpenTransaction());
    database.begin();
    world.run({"INSERT INTO t VALUES (1)", "COMMIT"});
    CHECK_FALSE(database.hasOpenTransaction());
    database.rollback();
    CHECK(database.commitsEach());
  });
}

TEST_CASE("what commits is known beforehand") {
  using Commit = StatementEffect::Commit;
  onEachDriver([](World& world) {
    Database& database = world.database();
    CHECK(database.effectOf("INSERT INTO t VALUES (1)").commit == Commit::No);
    CHECK(database.effectOf("COMMIT").commit == Commit::Whole);
    CHECK((database.effectOf("CREATE TABLE t (id INT)").commit == Commit::No) ==
          database.facts().transactionalDdl);
    CHECK(database.effectOf("CREATE TEMPORARY TABLE t (id INT)").session == StatementEffect::Session::Bound);
  });
}

TEST_CASE("a failed definition has committed what went before it where definitions commit") {
  onEachDriver([](World& world) {
    Database& database = world.database();
    world.run({"CREATE TABLE t (id INT)"});
    const Transaction transaction(database);
    world.run({"INSERT INTO t VALUES (1)"});
    CHECK_THROWS_AS(database.execute("CREATE TABLE t (id INT)"), SqlError);
    CHECK(database.hasOpenTransaction() == database.facts().transactionalDdl);
  });
}

}  // namespace whimbrel::contract
