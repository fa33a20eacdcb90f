// What only PostgreSQL has. Needs the server that WHIMBREL_TEST_POSTGRESQL_URL names, see tests/run; user and
// password are fly, or those of …_USER and …_PASSWORD.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <utility>

#include <doctest/doctest.h>

#include "core/error.h"
#include "drivers/registry.h"

using namespace whimbrel;

namespace {

const char* const url = std::getenv("WHIMBREL_TEST_POSTGRESQL_URL");

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::unique_ptr<Database> connect(const std::string& properties = "") {
  ConnectionSettings settings;
  settings.url = url + properties;
  settings.user = environment("WHIMBREL_TEST_POSTGRESQL_USER").value_or("fly");
  settings.password = environment("WHIMBREL_TEST_POSTGRESQL_PASSWORD").value_or("fly");
  return openDatabase(settings);
}

std::string value(Database& database, const std::string& sql) {
  return database.query(sql).at(0).at(0).value_or("NULL");
}

SqlError refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const SqlError& error) {
    return error;
  }
  FAIL("was not refused");
  return {"", "", 0};
}

class FailingReader : public Reader {
 public:
  std::size_t read(char* buffer, std::size_t) override {
    if (std::exchange(begun_, true)) throw Error("no value for a placeholder");
    buffer[0] = '1';
    buffer[1] = '\n';
    return 2;
  }

 private:
  bool begun_ = false;
};

bool patient() { return false; }

}  // namespace

TEST_SUITE("postgresql" * doctest::skip(url == nullptr)) {
  TEST_CASE("COPY takes its data from the script") {
    const auto database = connect();
    database->execute("CREATE TEMPORARY TABLE t (id INT, v TEXT)");
    StringReader data("1\ta;b\n2\t\\N\n3\tžluť\n");
    const Execution execution = database->executeCopy("COPY t FROM STDIN", data);
    REQUIRE(execution.results.size() == 1);
    CHECK(execution.results[0].updateCount == 3);
    CHECK(value(*database, "SELECT string_agg(coalesce(v, 'NULL'), ',' ORDER BY id) FROM t") ==
          "a;b,NULL,žluť");
  }

  TEST_CASE("COPY of any size passes through") {
    const auto database = connect();
    database->execute("CREATE TEMPORARY TABLE t (id INT)");
    std::string lines;
    for (int i = 0; i < 200'000; ++i) lines += std::to_string(i) + "\n";
    StringReader data(lines);
    database->executeCopy("COPY t FROM STDIN", data);
    CHECK(value(*database, "SELECT count(*) FROM t") == "200000");
  }

  TEST_CASE("bad COPY data are refused with the server's message, and leave nothing") {
    const auto database = connect();
    database->execute("CREATE TEMPORARY TABLE t (id INT)");
    StringReader data("1\nx\n");
    const SqlError error = refusal([&] { database->executeCopy("COPY t FROM STDIN", data); });
    CHECK(error.sqlState == "22P02");
    CHECK(std::string(error.what()) ==
          "ERROR: invalid input syntax for type integer: \"x\"\n  Where: COPY t, line 2, column id: \"x\"");
    CHECK(value(*database, "SELECT count(*) FROM t") == "0");
  }

  TEST_CASE("a script that can't be read to its end ends the COPY") {
    const auto database = connect();
    database->execute("CREATE TEMPORARY TABLE t (id INT)");
    FailingReader data;
    CHECK_THROWS_AS(database->executeCopy("COPY t FROM STDIN", data), Error);
    CHECK(value(*database, "SELECT count(*) FROM t") == "0");
  }

  TEST_CASE("notices come with the state that decides how they are printed") {
    const auto database = connect();
    const Execution execution = database->execute(
        "DO $$ BEGIN RAISE NOTICE E'one\\nmore' USING DETAIL = 'd', HINT = 'h'; RAISE WARNING 'two'; END $$");
    REQUIRE(execution.warnings.size() == 2);
    CHECK(execution.warnings[0].sqlState == "00000");
    CHECK(execution.warnings[0].message == "one\nmore");
    CHECK(execution.warnings[1].sqlState == "01000");
    CHECK(execution.warnings[1].message == "two");
    CHECK(database->execute("SELECT 1").warnings.empty());
  }

  TEST_CASE("a refusal has the lines of the reference's driver, in its order") {
    struct Case {
      std::string sql;
      std::string message;
    };
    const Case cases[] = {
        {"SELECT * FROM nope", "ERROR: relation \"nope\" does not exist\n  Position: 15"},
        {"SELECT idd FROM t",
         "ERROR: column \"idd\" does not exist\n  Hint: Perhaps you meant to reference the column "
         "\"t.id\".\n  "
         "Position: 8"},
        {"DO $$ BEGIN RAISE EXCEPTION 'boom' USING HINT = 'h', DETAIL = 'd'; END $$",
         "ERROR: boom\n  Detail: d\n  Hint: h\n  Where: PL/pgSQL function inline_code_block line 1 at RAISE"},
    };
    const auto database = connect();
    database->execute("CREATE TEMPORARY TABLE t (id INT)");
    for (const Case& c : cases) {
      CAPTURE(c.sql);
      // The second time, the transaction has to be begun in front of the statement.
      for (const bool inTransaction : {false, true}) {
        if (inTransaction) database->begin();
        CHECK(std::string(refusal([&] { database->execute(c.sql); }).what()) == c.message);
        database->rollback();
      }
    }
  }

  TEST_CASE("a transaction that failed is not said to be committed") {
    const auto database = connect();
    database->begin();
    CHECK_THROWS_AS(database->execute("SELECT 1/0"), SqlError);
    CHECK(refusal([&] { database->commit(); }).sqlState == "25P02");
  }

  TEST_CASE("the lock comes free although the transaction under it failed") {
    const auto database = connect();
    const auto other = connect();
    const TableName table{"whimbrel test", "failed"};
    database->lock(table, 0, patient);
    database->begin();
    CHECK_THROWS_AS(database->execute("SELECT 1/0"), SqlError);
    database->unlock(table);
    other->lock(table, 0, patient);
    other->unlock(table);
  }

  TEST_CASE("N retries for the lock take N + 1 seconds") {
    const auto database = connect();
    const auto other = connect();
    const TableName table{"whimbrel test", "retries"};
    database->lock(table, 0, patient);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THROWS_WITH(
        other->lock(table, 0, patient),
        "Number of retries exceeded while attempting to acquire PostgreSQL advisory lock. Configure the "
        "number of retries with the 'lockRetryCount' configuration option: https://rd.gt/3A57jfk");
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::seconds(1));
  }

  TEST_CASE("what initSql set is what restoreSession goes back to") {
    const auto database = connect();
    database->execute("SET ROLE pg_monitor; SET search_path = pg_catalog");
    database->keepSession();
    CHECK(database->facts().user == "pg_monitor");
    database->useSchema("public");
    database->execute("RESET ROLE; SET search_path = nowhere");
    database->restoreSession();
    CHECK(value(*database, "SELECT current_user") == "pg_monitor");
    CHECK(value(*database, "SHOW search_path") == "\"public\",pg_catalog");
  }

  TEST_CASE("the session is set up as the Java driver does") {
    const auto database = connect("?ApplicationName=deploy&currentSchema=pg_catalog,public");
    CHECK(value(*database, "SHOW application_name") == "deploy");
    CHECK(value(*database, "SHOW search_path") == "pg_catalog,public");
    CHECK(value(*database, "SHOW client_encoding") == "UTF8");
    CHECK(value(*database, "SHOW extra_float_digits") == "3");
    CHECK(value(*database, "SHOW datestyle").starts_with("ISO"));
  }

  TEST_CASE("a refused login has the server's message and state") {
    struct Case {
      std::string properties;
      std::string state;
      std::string message;
    };
    const Case cases[] = {
        {"?user=fly&password=wrong", "28P01", "FATAL: password authentication failed for user \"fly\""},
        {"?user=nobody%20here", "28P01", "FATAL: password authentication failed for user \"nobody here\""},
        {"_no_such_database", "3D000", "FATAL: database \"fly_no_such_database\" does not exist"},
        {"?password=a%00b", "08001", "The URL, the user or the password holds a NUL character"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.properties);
      const SqlError error = refusal([&] { connect(c.properties); });
      CHECK(error.sqlState == c.state);
      CHECK(error.what() == c.message);
    }
  }

  TEST_CASE("a connection that the server closed is lost, with a state that says so") {
    const auto database = connect();
    const auto other = connect();
    other->query("SELECT pg_terminate_backend(" + value(*database, "SELECT pg_backend_pid()") + ")");
    CHECK(refusal([&] { database->execute("SELECT 1"); }).sqlState == "57P01");
    CHECK(refusal([&] { database->execute("SELECT 1"); }).sqlState == "08006");
    database->unlock({"s", "t"});
  }
}

TEST_CASE("PostgreSQL is tested or said to be skipped") {
  std::cout << "postgresql: "
            << (url == nullptr ? "SKIPPED, WHIMBREL_TEST_POSTGRESQL_URL is not set" : "tested") << '\n';
}
