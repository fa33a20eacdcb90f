// Several processes at once, as whole runs of the program would be.
#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "drivers/sqlite/sqlite_database.h"
#include "tests/history_table.h"

namespace whimbrel {

namespace {

constexpr int migrations = 12;
const TableName history{"main", "h"};

bool never() { return false; }

ConnectionSettings settingsFor(const std::string& file) {
  ConnectionSettings settings;
  settings.url = "jdbc:sqlite:" + file;
  return settings;
}

void createHistory(Database& database) {
  database.lock(history, 50, never);
  if (!database.tableExists(history)) createHistoryTable(database, history, "", {});
  database.unlock(history);
}

/// Applies the next migration as migrate does; false when there is none. Every third runs outside of a
/// transaction.
bool migrateOne(Database& database) {
  database.lock(history, 50, never);
  const int applied = std::stoi(database.query("SELECT count(*) FROM h").at(0).at(0).value());
  const std::string number = std::to_string(applied + 1);
  const std::string row =
      "INSERT INTO h (installed_rank, version, description, type, script, installed_by, "
      "execution_time, success) VALUES (" +
      number + ", " + number + ", 'd', 'SQL', 's', 'u', 0, 1)";
  if (applied < migrations && applied % 3 == 2) {
    database.execute("PRAGMA foreign_keys = on");
    database.execute("CREATE TABLE t" + number + " (id INT)");
    database.query(row);
  } else if (applied < migrations) {
    Transaction transaction(database);
    database.execute("CREATE TABLE t" + number + " (id INT)");
    database.execute("INSERT INTO t" + number + " VALUES (1)");
    database.query(row);
    transaction.commit();
  }
  database.unlock(history);
  return applied < migrations;
}

/// Runs `work` in `count` processes at once; true when none failed.
bool inProcesses(int count, const std::function<void()>& work) {
  for (int child = 0; child < count; ++child) {
    if (fork() != 0) continue;
    int status = 0;
    try {
      work();
    } catch (const std::exception& error) {
      dprintf(STDERR_FILENO, "%s\n", error.what());
      status = 1;
    }
    _exit(status);
  }
  bool good = true;
  for (int child = 0; child < count; ++child) {
    int status = 0;
    wait(&status);
    good = good && status == 0;
  }
  return good;
}

}  // namespace

TEST_CASE("runs at once apply each migration exactly once, and none fails") {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("whimbrel_concurrency_" + std::to_string(getpid()) + ".db"))
          .string();
  for (const std::string mode : {"delete", "wal"}) {
    CAPTURE(mode);
    for (int round = 0; round < 3; ++round) {
      const bool good = inProcesses(5, [&] {
        const auto database = openSqlite(settingsFor(file + "?journal_mode=" + mode));
        createHistory(*database);
        while (migrateOne(*database)) {
        }
      });
      CHECK(good);
      CHECK(openSqlite(settingsFor(file))->query("SELECT count(*), max(installed_rank) FROM h") ==
            std::vector<Row>{{std::to_string(migrations), std::to_string(migrations)}});
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file + suffix);
    }
  }
}

}  // namespace whimbrel
