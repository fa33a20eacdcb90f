// What only SQLite has: the rest is in tests/integration/driver_contract.
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "core/error.h"
#include "drivers/sqlite/sqlite_database.h"
#include "tests/history_table.h"

namespace whimbrel {

namespace {

/// An empty folder for one test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "whimbrel_sqlite_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::unique_ptr<Database> open(const std::string& address) {
  ConnectionSettings settings;
  settings.url = "jdbc:sqlite:" + address;
  return openSqlite(settings);
}

Value value(Database& database, const std::string& sql) { return database.query(sql).at(0).at(0); }

struct Failure {
  std::string message = "(none)";
  int code = -1;
};

Failure failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const SqlError& error) {
    CHECK_FALSE(error.sqlState);
    return {error.what(), error.vendorCode};
  }
  return {};
}

bool impatient() { return true; }

const TableName history{"main", "flyway_schema_history"};

}  // namespace

TEST_CASE("failures read as the reference's driver words them") {
  const auto database = open(":memory:");
  for (const char* sql :
       {"CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE, c NOT NULL DEFAULT 1, d CHECK (d > 0))",
        "INSERT INTO t VALUES (1, 1, 1, 1)", "CREATE TABLE o (n)",
        "CREATE TRIGGER boo AFTER INSERT ON o BEGIN SELECT RAISE(ABORT, 'boo'); END"})
    database->execute(sql);
  struct Case {
    const char* sql;
    const char* message;
    int code;
  };
  const Case cases[] = {
      {"SELECT * FROM nope", "[SQLITE_ERROR] SQL error or missing database (no such table: nope)", 1},
      {"INSERT INTO t (a) VALUES (1)",
       "[SQLITE_CONSTRAINT_PRIMARYKEY]  A PRIMARY KEY constraint failed (UNIQUE constraint failed: t.a)", 19},
      {"INSERT INTO t (b) VALUES (1)",
       "[SQLITE_CONSTRAINT_UNIQUE]  A UNIQUE constraint failed (UNIQUE constraint failed: t.b)", 19},
      {"INSERT INTO t (c) VALUES (NULL)",
       "[SQLITE_CONSTRAINT_NOTNULL]  A NOT NULL constraint failed (NOT NULL constraint failed: t.c)", 19},
      {"INSERT INTO t (d) VALUES (-2)",
       "[SQLITE_CONSTRAINT_CHECK]  A CHECK constraint failed (CHECK constraint failed: d > 0)", 19},
      {"INSERT INTO o VALUES (1)",
       "[SQLITE_CONSTRAINT_TRIGGER]  A RAISE function within a trigger fired, causing the SQL statement to "
       "abort (boo)",
       19},
      {"INSERT INTO t (a) VALUES ('x')", "[SQLITE_MISMATCH]  Data type mismatch (datatype mismatch)", 20},
      {"SELECT zeroblob(2000000000)",
       "[SQLITE_TOOBIG]  String or BLOB exceeds size limit (string or blob too big)", 18},
      {"SELECT load_extension('/nope')", "[SQLITE_ERROR] SQL error or missing database (not authorized)", 1},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.sql);
    const Failure seen = failure([&] { database->execute(expected.sql); });
    CHECK(seen.message == expected.message);
    CHECK(seen.code == expected.code);
  }
}

TEST_CASE("files that are no database, can't be opened or written say so") {
  const Folder folder;
  std::ofstream(folder.file("text.db")) << std::string(4096, 'x');
  CHECK(failure([&] { open(folder.file("text.db"))->tableExists(history); }).message ==
        "[SQLITE_NOTADB]  File opened that is not a database file (file is not a database)");

  std::filesystem::create_directory(folder.file("folder.db"));
  const Failure notAFile = failure([&] { open(folder.file("folder.db")); });
  CHECK(notAFile.code == 14);
  CHECK(notAFile.message.starts_with(
      "[SQLITE_CANTOPEN]  Unable to open the database file (unable to open database file"));

  open(folder.file("readonly.db"))->execute("CREATE TABLE t (id INT)");
  const auto readOnly = open(folder.file("readonly.db") + "?open_mode=1");
  CHECK(failure([&] { readOnly->execute("INSERT INTO t VALUES (1)"); }).message ==
        "[SQLITE_READONLY]  Attempt to write a readonly database (attempt to write a readonly database)");
  readOnly->lock(history, 0, impatient);
  CHECK(value(*readOnly, "SELECT count(*) FROM t") == "0");
  readOnly->unlock(history);

  const auto full = open(folder.file("full.db") + "?max_page_count=3");
  full->execute("CREATE TABLE t (b)");
  CHECK(failure([&] { full->execute("INSERT INTO t VALUES (zeroblob(100000))"); }).message ==
        "[SQLITE_FULL]  Insertion failed because database is full (database or disk is full)");
}

TEST_CASE("a damaged database says so") {
  const Folder folder;
  {
    const auto database = open(folder.file("damaged.db"));
    database->execute("CREATE TABLE t (b)");
    database->execute("INSERT INTO t VALUES (zeroblob(100000))");
  }
  {
    std::fstream file(folder.file("damaged.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8192, '\xff');
  }
  const Failure seen = failure([&] { open(folder.file("damaged.db"))->query("SELECT * FROM t"); });
  CHECK(seen.code == 11);
  CHECK(seen.message ==
        "[SQLITE_CORRUPT]  The database disk image is malformed (database disk image is malformed)");
}

TEST_CASE("a lock that another writer keeps is waited for as long as the busy timeout says") {
  const Folder folder;
  const auto writer = open(folder.file("x.db"));
  const auto waiting = open(folder.file("x.db") + "?busy_timeout=20");
  writer->begin();
  writer->execute("CREATE TABLE t (id INT)");
  const Failure seen = failure([&] { waiting->execute("CREATE TABLE u (id INT)"); });
  CHECK(seen.message == "[SQLITE_BUSY]  The database file is locked (database is locked)");
  CHECK(seen.code == 5);
  CHECK(failure([&] { waiting->lock(history, 2, [] { return false; }); }).code == 5);
  CHECK_THROWS_AS(waiting->lock(history, -1, impatient), Error);
  writer->commit();
  waiting->lock(history, 0, impatient);
  waiting->unlock(history);
}

TEST_CASE("values are shown as the reference shows them") {
  const auto database = open(":memory:");
  const std::pair<const char*, std::string> values[] = {
      {"1.0", "1.0"},
      {"0.1 + 0.2", "0.3"},
      {"1e10", "10000000000.0"},
      {"1e15", "1.0e+15"},
      {"9.5e-5", "9.5e-05"},
      {"1e999", "Inf"},
      {"-1e999", "-Inf"},
      {"x'4142'", "AB"},
      {"x'ff00fe'", std::string("\xef\xbf\xbd\0\xef\xbf\xbd", 7)},
      {"x''", ""},
      {"''", ""},
      {"9223372036854775807", "9223372036854775807"},
      {"zeroblob(3)", std::string(3, '\0')},
      {"'a' || char(0) || 'b'", std::string("a\0b", 3)},
  };
  for (const auto& [sql, shown] : values) {
    CAPTURE(sql);
    CHECK(value(*database, std::string("SELECT ") + sql) == shown);
  }
}

TEST_CASE("text behind the first statement runs too") {
  const auto database = open(":memory:");
  const Execution execution = database->execute(
      "CREATE TABLE t (id INT); INSERT INTO t VALUES (1), (2); -- and\n SELECT id FROM t; /* end */ ;");
  REQUIRE(execution.results.size() == 3);
  CHECK(execution.results[1].updateCount == 2);
  CHECK(execution.results[2].rows == std::vector<Row>{{"1"}, {"2"}});
  CHECK(database->execute(" -- nothing\n").results.empty());
  CHECK_THROWS_AS(database->execute("INSERT INTO t VALUES (3); nonsense"), SqlError);
  CHECK(value(*database, "SELECT count(*) FROM t") == "3");
}

TEST_CASE("recursive triggers and foreign keys are off, as in the reference, unless the URL says otherwise") {
  CHECK(value(*open(":memory:"), "PRAGMA recursive_triggers") == "0");
  CHECK(value(*open(":memory:"), "PRAGMA foreign_keys") == "0");
  CHECK(value(*open(":memory:?foreign_keys=on"), "PRAGMA foreign_keys") == "1");
  CHECK(value(*open(":memory:"), "PRAGMA busy_timeout") == "3000");
  CHECK(value(*open(":memory:?busy_timeout=7"), "PRAGMA busy_timeout") == "7");
}

TEST_CASE("a memory database is locked without a file") {
  for (const std::string address : {":memory:", "", "file:shared?mode=memory&cache=shared"}) {
    CAPTURE(address);
    const auto database = open(address);
    database->lock(history, 0, impatient);
    createHistoryTable(*database, history, "", {});
    database->unlock(history);
    CHECK(database->tableExists(history));
  }
  CHECK_FALSE(std::filesystem::exists("file:shared"));
}

TEST_CASE("attached databases and temp are schemas; letter case does not matter") {
  const auto database = open(":memory:");
  database->execute("ATTACH ':memory:' AS \"o'th\"\"er\"");
  for (const std::string name : {"main", "MAIN", "temp", "o'th\"er"}) {
    CAPTURE(name);
    CHECK(database->schemaExists(name));
    CHECK(database->schemaIsEmpty(name));
    database->execute("CREATE TABLE " + database->quote(TableName{name, "t"}) + " (id INT)");
    CHECK(database->tableExists({name, "t"}));
    CHECK_FALSE(database->schemaIsEmpty(name));
    database->cleanSchema(name);
    CHECK(database->schemaIsEmpty(name));
  }
}

TEST_CASE("cleaning leaves foreign keys as they were") {
  const auto database = open(":memory:?foreign_keys=on");
  database->execute("CREATE TABLE p (id INTEGER PRIMARY KEY)");
  database->execute("CREATE TABLE c (id INT NOT NULL REFERENCES p (id) ON DELETE SET NULL)");
  database->execute("INSERT INTO p VALUES (1)");
  database->execute("INSERT INTO c VALUES (1)");
  database->begin();
  database->cleanSchema("main");
  database->commit();
  CHECK(database->schemaIsEmpty("main"));
  CHECK(value(*database, "PRAGMA foreign_keys") == "1");
}

TEST_CASE("a clean that fails half-way has dropped nothing") {
  const auto database = open(":memory:");
  database->execute("CREATE TABLE t (id INT)");
  database->execute("CREATE VIEW v AS SELECT 1");
  database->execute("PRAGMA writable_schema = on");
  database->execute(
      "INSERT INTO sqlite_master VALUES ('table', 'm', 'm', 0, 'CREATE VIRTUAL TABLE m USING nomodule(a)')");
  database->execute("PRAGMA writable_schema = reset");
  CHECK(failure([&] { database->cleanSchema("main"); }).message ==
        "[SQLITE_ERROR] SQL error or missing database (no such module: nomodule)");
  CHECK(value(*database, "SELECT count(*) FROM sqlite_master") == "3");
}

TEST_CASE("AUTOINCREMENT starts again after a clean") {
  const auto database = open(":memory:");
  for (int round = 0; round < 2; ++round) {
    database->execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v INT)");
    database->execute("INSERT INTO t (v) VALUES (5)");
    CHECK(value(*database, "SELECT max(id) FROM t") == "1");
    database->cleanSchema("main");
  }
}

TEST_CASE("a script under the lock may do what needs no transaction") {
  const Folder folder;
  const auto database = open(folder.file("x.db"));
  database->execute("CREATE TABLE t (id INT)");
  database->lock(history, 0, impatient);
  database->execute("PRAGMA foreign_keys = on");
  database->execute("VACUUM");
  database->execute("PRAGMA journal_mode = wal");
  database->query("INSERT INTO t VALUES (1)");
  database->unlock(history);
  CHECK(value(*database, "PRAGMA foreign_keys") == "1");
  CHECK(value(*database, "PRAGMA journal_mode") == "wal");
  CHECK(value(*open(folder.file("x.db")), "SELECT count(*) FROM t") == "1");
}

TEST_CASE("a transaction that a script began and left open is kept, with the row that records the script") {
  const Folder folder;
  const auto database = open(folder.file("x.db"));
  database->execute("CREATE TABLE t (id INT)");
  database->lock(history, 0, impatient);
  database->execute("BEGIN");
  database->execute("INSERT INTO t VALUES (1)");
  database->query("INSERT INTO t VALUES (2)");
  database->unlock(history);
  CHECK(value(*open(folder.file("x.db")), "SELECT count(*) FROM t") == "2");
  database->execute("BEGIN");
  database->execute("INSERT INTO t VALUES (3)");
  database->begin();
  database->rollback();
  CHECK(value(*database, "SELECT count(*) FROM t") == "3");
}

TEST_CASE("a transaction that a script began and failed in is undone, but what is recorded of it stays") {
  const Folder folder;
  const auto database = open(folder.file("x.db"));
  database->execute("CREATE TABLE t (id INT)");
  database->lock(history, 0, impatient);
  database->execute("BEGIN");
  database->execute("INSERT INTO t VALUES (1)");
  CHECK_THROWS_AS(database->execute("INSERT INTO nope VALUES (1)"), SqlError);
  database->query("INSERT INTO t VALUES (2)");
  database->unlock(history);
  CHECK(database->query("SELECT id FROM t") == std::vector<Row>{{"2"}});
}

}  // namespace whimbrel
