#include "drivers/sqlite/sqlite_database.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/error.h"
#include "core/sql/syntax.h"
#include "core/text/strings.h"
#include "drivers/sqlite/clean.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/file_lock.h"
#include "drivers/sqlite/history_table.h"
#include "drivers/sqlite/sql_text.h"
#include "drivers/sqlite/sqlite_url.h"

namespace whimbrel {

namespace {

constexpr auto lockPause = std::chrono::milliseconds(20);
/// As many as lockRetryCount has by default, for the transactions of callbacks, which are under no lock.
constexpr int beginRetries = 50;

DatabaseFacts makeFacts() {
  DatabaseFacts facts;
  facts.product = "SQLite";
  const std::vector<std::string> version = split(sqlite3_libversion(), '.');
  facts.version = version.at(0) + "." + version.at(1);
  facts.transactionalDdl = true;
  facts.hasSchemas = false;
  facts.catalogInInfoJson = "";
  facts.syntax = &sql::sqliteSyntax;
  return facts;
}

/// How runs are kept apart. The reference has no lock here: it reads the history, begins a deferred
/// transaction, and may find at its first write, or at the history's primary key, that another run was
/// faster. So lock() takes FileLock, which other whimbrels wait for whatever the migration at hand does, and
/// begins an immediate transaction, the guard: from here to the commit nobody else can write, real Flyway
/// neither, so the history that is read under the lock is the one that the migration is added to. begin()
/// makes the guard the migration's transaction; a migration that must not run in one ends the guard with its
/// first statement.
class SqliteDatabase : public Database {
 public:
  SqliteDatabase(const ConnectionSettings& settings, const sqlite::Url& url)
      : log_(settings.log), facts_(makeFacts()), connection_(url) {}

  const DatabaseFacts& facts() const override { return facts_; }

  using Database::quote;
  std::string quote(std::string_view identifier) const override { return sqlite::quote(identifier); }
  std::string literal(std::string_view text) const override { return sqlite::literal(text); }
  std::string booleanLiteral(bool value) const override { return value ? "1" : "0"; }
  std::string createSchemaStatement(const std::string&) const override { return ""; }
  std::vector<std::string> sessionStatements() const override { return {}; }
  std::vector<std::string> scriptStatements(const std::string&) const override { return {}; }

  Execution execute(std::string_view sql) override;
  std::vector<Row> query(std::string_view sql) override;
  void insert(const TableName& table, std::span<const Field> row) override;
  void cancel() noexcept override { connection_.interrupt(); }

  void begin() override;
  void commit() override;
  void rollback() override;
  bool hasOpenTransaction() override { return open_ != Open::Guard && connection_.inTransaction(); }
  bool commitsEach() const override { return open_ == Open::Guard || !connection_.inTransaction(); }

  std::optional<std::string> currentSchema() override { return "main"; }
  void useSchema(const std::string&) override {}
  void restoreSession() override {}

  bool schemaExists(const std::string& schema) override { return connection_.hasSchema(schema); }
  bool schemaIsEmpty(const std::string& schema) override;
  void createSchema(const std::string& schema) override {
    say("creating schemas. Schema not created", schema);
  }
  void dropSchema(const std::string& schema) override { say("dropping schemas. Schema not dropped", schema); }
  void cleanSchema(const std::string& schema) override;
  bool tableExists(const TableName& table) override;

  std::vector<std::string> historyTableStatements(const TableName& table, const std::string&,
                                                  const std::optional<BaselineRow>& baseline) const override {
    return sqlite::historyTableDdl(table, baseline);
  }
  void lock(const TableName& table, int retryCount, bool (*interrupted)()) override;
  void unlock(const TableName& table) noexcept override;

 private:
  /// Which of our transactions is open. A script may have ended it behind our back, or begun one of its own.
  enum class Open { None, Guard, Transaction };

  template <typename Work>
  void inTransaction(Work work);
  void beginImmediate(int retryCount, bool (*interrupted)());
  void say(std::string_view what, const std::string& schema) {
    if (log_ != nullptr) log_->info(fmt::format("SQLite does not support {}: {}", what, schema));
  }

  Log* log_;
  DatabaseFacts facts_;
  sqlite::FileLock fileLock_;  // before the connection, so that it goes after it
  sqlite::Connection connection_;
  Open open_ = Open::None;
};

Execution SqliteDatabase::execute(std::string_view sql) {
  if (open_ == Open::Guard) commit();
  try {
    return {{}, connection_.run(sql)};
  } catch (const SqlError&) {
    // A script that failed inside of a BEGIN of its own: what it did there is undone, and what is recorded of
    // the failure must not be.
    if (open_ == Open::None) rollback();
    throw;
  }
}

std::vector<Row> SqliteDatabase::query(std::string_view sql) {
  std::vector<StatementResult> results = connection_.run(sql);
  return results.empty() ? std::vector<Row>() : std::move(results.back().rows);
}

/// What takes the longest in a small migration is to parse the INSERT of its history row.
void SqliteDatabase::insert(const TableName& table, std::span<const Field> row) {
  std::string columns, values;
  for (const Field& field : row) {
    columns += (columns.empty() ? "" : ", ") + quote(field.column);
    values += values.empty() ? "?" : ", ?";
  }
  connection_.insert(fmt::format("INSERT INTO {} ({}) VALUES ({})", quote(table), columns, values), row);
}

void SqliteDatabase::begin() {
  if (open_ != Open::Guard) beginImmediate(beginRetries, [] { return false; });
  open_ = Open::Transaction;
}

void SqliteDatabase::commit() {
  if (connection_.inTransaction()) connection_.run("COMMIT");
  open_ = Open::None;
}

void SqliteDatabase::rollback() {
  open_ = Open::None;
  if (connection_.inTransaction()) connection_.run("ROLLBACK");
}

template <typename Work>
void SqliteDatabase::inTransaction(Work work) {
  if (open_ == Open::Transaction) return work();
  Transaction transaction(*this);
  work();
  transaction.commit();
}

bool SqliteDatabase::schemaIsEmpty(const std::string& schema) {
  if (!schemaExists(schema)) return true;
  return query(fmt::format(
                   "SELECT 1 FROM {}.sqlite_master WHERE type = 'table' AND name NOT IN ('sqlite_sequence', "
                   "'android_metadata') LIMIT 1",
                   quote(schema)))
      .empty();
}

void SqliteDatabase::cleanSchema(const std::string& schema) {
  inTransaction([&] { sqlite::cleanSchema(connection_, schema); });
}

bool SqliteDatabase::tableExists(const TableName& table) {
  return !query(fmt::format("SELECT 1 FROM {}.sqlite_master WHERE type = 'table' AND name = {}",
                            quote(table.schema), literal(table.table)))
              .empty();
}

void SqliteDatabase::lock(const TableName&, int retryCount, bool (*interrupted)()) {
  const std::string path = connection_.path();
  while (!fileLock_.tryLock(path)) {
    if (interrupted()) throw Error("Interrupted while waiting for another run to finish");
    std::this_thread::sleep_for(lockPause);
  }
  try {
    beginImmediate(retryCount, interrupted);
    open_ = Open::Guard;
  } catch (...) {
    fileLock_.unlock();
    throw;
  }
}

/// Immediate, because a deferred transaction that reads first and then writes fails at once when another run
/// writes in between; this one waits. Each try waits as long as the busy timeout says, but SQLite lets nobody
/// queue: where several others (real Flyway, an application) write one after the other, a single wait may be
/// in vain.
void SqliteDatabase::beginImmediate(int retryCount, bool (*interrupted)()) {
  // What a script began outside of our transactions and left open is kept, as MySQL keeps it at START
  // TRANSACTION.
  commit();
  for (int tries = 0;; ++tries) {
    try {
      connection_.run("BEGIN IMMEDIATE");
      return;
    } catch (const SqlError& error) {
      if (error.vendorCode != SQLITE_BUSY || tries == retryCount) throw;
    }
    if (interrupted()) throw Error("Interrupted while waiting for the database");
    std::this_thread::sleep_for(lockPause);
  }
}

void SqliteDatabase::unlock(const TableName&) noexcept {
  try {
    // A transaction that is still open belongs to a migration that failed; the guard, or what a script left
    // open, to one that went well.
    if (open_ == Open::Transaction) {
      rollback();
    } else {
      commit();
    }
  } catch (const std::exception&) {
    // Still open then: the next lock() fails in the same way and says so; closing the connection rolls back.
  }
  fileLock_.unlock();
}

}  // namespace

std::unique_ptr<Database> openSqlite(const ConnectionSettings& settings) {
  const sqlite::Url url = sqlite::parseUrl(settings.url, settings.jdbcProperties, settings.propertyLog);
  sqlite::requireFolder(url);
  return std::make_unique<SqliteDatabase>(settings, url);
}

}  // namespace whimbrel
