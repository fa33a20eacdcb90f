#include "drivers/postgresql/postgresql_database.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/error.h"
#include "core/sql/syntax.h"
#include "core/text/strings.h"
#include "drivers/postgresql/connection.h"
#include "drivers/postgresql/history_lock.h"
#include "drivers/postgresql/history_table.h"
#include "drivers/postgresql/postgresql_url.h"
#include "drivers/postgresql/schema_catalog.h"
#include "drivers/postgresql/server_facts.h"
#include "drivers/postgresql/session_state.h"
#include "drivers/postgresql/sql_text.h"

namespace whimbrel {

namespace postgresql {

namespace {

DatabaseFacts databaseFacts(const ServerFacts& server) {
  constexpr int version12 = 120000;
  DatabaseFacts facts;
  facts.product = "PostgreSQL";
  facts.version = versionText(server.version);
  facts.catalog = server.database;
  facts.user = server.session.user;
  facts.transactionalDdl = true;
  facts.catalogInInfoJson = server.database;
  facts.catalogInJson = server.database;
  facts.syntax = server.version < version12 ? &sql::postgresql11Syntax : &sql::postgresqlSyntax;
  return facts;
}

class PostgresqlDatabase final : public Database {
 public:
  explicit PostgresqlDatabase(const ConnectOptions& options)
      : connection_(options),
        server_(askServer(connection_, options.searchPath)),
        facts_(databaseFacts(server_)),
        session_(connection_, server_.session),
        catalog_(connection_),
        lock_(connection_) {}

  const DatabaseFacts& facts() const override { return facts_; }

  std::string quote(std::string_view identifier) const override { return quoteName(identifier); }
  std::string literal(std::string_view text) const override { return quoteText(text); }
  std::string booleanLiteral(bool value) const override { return value ? "TRUE" : "FALSE"; }

  std::string createSchemaStatement(const std::string& schema) const override {
    return "CREATE SCHEMA " + quoteName(schema);
  }
  std::vector<std::string> sessionStatements() const override { return {"SET client_encoding = 'UTF8'"}; }
  std::vector<std::string> scriptStatements(const std::string& schema) const override {
    return {"SET search_path = " + session_.searchPathFor(schema)};
  }

  Execution execute(std::string_view sql) override {
    session_.disturb();
    return connection_.execute(sql);
  }

  /// A pipeline without a transaction would be one: what runs in it would be rolled back with the statement
  /// that fails.
  void executeBatch(std::span<const std::string_view> statements,
                    const std::function<void(const Execution&)>& done) override {
    if (!connection_.inTransactions()) return Database::executeBatch(statements, done);
    session_.disturb();
    connection_.batch(statements, done);
  }

  Execution executeCopy(std::string_view sql, Reader& data) override {
    session_.disturb();
    return connection_.copy(sql, data);
  }

  std::vector<Row> query(std::string_view sql) override { return connection_.query(sql); }

  void cancel() noexcept override { connection_.cancel(); }

  void begin() override { connection_.begin(); }
  void commit() override { connection_.commit(); }

  void rollback() override {
    session_.disturb();
    connection_.rollback();
  }
  bool hasOpenTransaction() override { return connection_.inTransaction(); }
  bool commitsEach() const override { return connection_.commitsEach(); }

  std::optional<std::string> currentSchema() override { return session_.currentSchema(); }
  void useSchema(const std::string& schema) override { session_.useSchema(schema); }
  void restoreSession() override { session_.restore(); }

  void keepSession() override {
    SessionFacts session = askSession(connection_);
    facts_.user = session.user;
    session_.keep(std::move(session));
  }

  bool schemaExists(const std::string& schema) override { return catalog_.schemaExists(schema); }
  bool schemaIsEmpty(const std::string& schema) override { return catalog_.isEmpty(schema); }
  bool tableExists(const TableName& table) override { return catalog_.tableExists(table); }
  void createSchema(const std::string& schema) override { connection_.run(createSchemaStatement(schema)); }
  void dropSchema(const std::string& schema) override {
    connection_.run("DROP SCHEMA " + quoteName(schema) + " CASCADE");
  }
  void cleanSchema(const std::string& schema) override { catalog_.clean(schema); }

  std::vector<std::string> historyTableStatements(const TableName& table, const std::string& tablespace,
                                                  const std::optional<BaselineRow>& baseline) const override {
    return historyTableDdl(table, tablespace, baseline);
  }

  /// N retries take N + 1 seconds, as in the reference, which asks once a second; here a lock that comes free
  /// is taken sooner.
  void lock(const TableName& table, int retryCount, bool (*interrupted)()) override {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::seconds(retryCount) + std::chrono::seconds(1);
    while (!lock_.tryAcquire(table)) {
      if (interrupted()) throw Error("Interrupted while waiting for the lock on the schema history table");
      if (retryCount >= 0 && Clock::now() >= end) {
        throw Error(
            "Number of retries exceeded while attempting to acquire PostgreSQL advisory lock. Configure the "
            "number of "
            "retries with the 'lockRetryCount' configuration option: https://rd.gt/3A57jfk");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  void unlock(const TableName& table) noexcept override {
    try {
      lock_.release(table);
    } catch (const SqlError&) {
      // A connection that can't give the lock back is lost, and with it the lock.
    }
  }

 private:
  Connection connection_;
  ServerFacts server_;
  DatabaseFacts facts_;
  SessionState session_;
  SchemaCatalog catalog_;
  HistoryLock lock_;
};

}  // namespace

}  // namespace postgresql

bool postgresqlAccepts(std::string_view url) { return postgresql::parseUrl(url).has_value(); }

std::unique_ptr<Database> openPostgresql(const ConnectionSettings& settings) {
  return std::make_unique<postgresql::PostgresqlDatabase>(postgresql::connectOptions(settings));
}

}  // namespace whimbrel
