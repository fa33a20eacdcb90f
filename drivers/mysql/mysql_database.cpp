#include "drivers/mysql/mysql_database.h"

#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/sql/syntax.h"
#include "drivers/mysql/connection.h"
#include "drivers/mysql/history_lock.h"
#include "drivers/mysql/history_table.h"
#include "drivers/mysql/packet.h"
#include "drivers/mysql/schema_catalog.h"
#include "drivers/mysql/server_facts.h"
#include "drivers/mysql/session_state.h"
#include "drivers/mysql/sql_text.h"
#include "drivers/mysql/statement_effect.h"

namespace whimbrel {

namespace mysql {

namespace {

DatabaseFacts databaseFacts(const ServerFacts& server, JavaDriver driver) {
  DatabaseFacts facts;
  facts.product = server.mariadb ? "MariaDB" : "MySQL";
  facts.version = server.version;
  facts.catalog = server.database.value_or("");
  facts.user = server.user;
  // Without a database in the URL MySQL's driver says "", MariaDB's null.
  facts.catalogInJson = server.database;
  if (!server.database && driver == JavaDriver::MySql) facts.catalogInJson = "";
  facts.catalogInInfoJson = facts.catalogInJson;
  facts.beginStatement = "SET autocommit = 0";
  facts.commitStatement = "SET autocommit = 1";
  facts.syntax = server.mariadb ? &sql::mariadbSyntax : &sql::mysqlSyntax;
  facts.tableOptions = " ENGINE=InnoDB";
  return facts;
}

class MysqlDatabase final : public Database {
 public:
  explicit MysqlDatabase(const ConnectOptions& options)
      : connection_(options),
        server_(askServer(connection_)),
        facts_(databaseFacts(server_, options.driver)),
        session_(connection_, server_),
        catalog_(connection_, server_.lettersMatter),
        namedLock_(connection_),
        rowLock_(options),
        useNamedLock_(!server_.noNamedLocks),
        useRowLock_(server_.cluster) {}

  const DatabaseFacts& facts() const override { return facts_; }
  void cancel() noexcept override { connection_.cancel(); }

  std::string quote(std::string_view identifier) const override { return quoteName(identifier); }
  std::string literal(std::string_view text) const override { return quoteText(text); }
  std::string booleanLiteral(bool value) const override { return value ? "1" : "0"; }

  std::string createSchemaStatement(const std::string& schema) const override {
    return "CREATE SCHEMA " + quoteName(schema);
  }
  std::vector<std::string> sessionStatements() const override { return {connection_.sessionSetup()}; }
  std::vector<std::string> scriptStatements(const std::string& schema) const override {
    return {session_.restoreStatement(), "USE " + quoteName(schema)};
  }

  Execution execute(std::string_view sql) override {
    session_.disturb(sql);
    Execution execution;
    execution.results = connection_.results(sql);
    execution.warnings = connection_.warnings();
    return execution;
  }

  void executeBatch(std::span<const std::string_view> statements,
                    const std::function<void(const Execution&)>& done) override {
    for (const std::string_view statement : statements) session_.disturb(statement);
    while (!statements.empty()) {
      if (!connection_.backslashEscapes() || !batchesBringWarnings_)
        return Database::executeBatch(statements, done);
      const Packet packet = firstPacket(statements, connection_.largestStatement());
      runPacket(packet, statements.first(packet.statements), done);
      statements = statements.subspan(packet.statements);
    }
  }

  std::vector<Row> query(std::string_view sql) override {
    Connection* const locked = rowLock_.holder();
    return (locked != nullptr ? *locked : connection_).query(sql);
  }

  // Autocommit is switched rather than a transaction started: after a DDL statement, which commits, a started
  // one would be over and the next statements would commit one by one.
  void begin() override {
    connection_.run("SET autocommit=0");
    rowLock_.begin();
  }

  void commit() override {
    // Switching it on commits, unless a script has done that already: then there may be a transaction of the
    // script's own.
    connection_.run(connection_.autocommits() ? "COMMIT" : "SET autocommit=1");
  }

  void rollback() override {
    connection_.run("ROLLBACK");
    connection_.run("SET autocommit=1");
    rowLock_.rollback();
  }

  StatementEffect effectOf(std::string_view sql) const override { return statementEffect(sql); }
  bool hasOpenTransaction() override { return connection_.inTransaction(); }
  bool commitsEach() const override { return connection_.commitsEach(); }
  std::vector<std::string> tablesWithoutTransactions(const std::string& schema) override {
    return catalog_.tablesWithoutTransactions(schema);
  }

  std::optional<std::string> currentSchema() override { return session_.currentSchema(); }
  void useSchema(const std::string& schema) override { session_.useSchema(schema); }
  void keepSession() override { session_.keep(); }
  void restoreSession() override {
    batchesBringWarnings_ = true;
    session_.restore();
  }

  bool schemaExists(const std::string& schema) override { return catalog_.schemaExists(schema); }
  bool schemaIsEmpty(const std::string& schema) override { return catalog_.isEmpty(schema); }
  bool tableExists(const TableName& table) override { return catalog_.tableExists(table); }

  void createSchema(const std::string& schema) override { connection_.run(createSchemaStatement(schema)); }

  void dropSchema(const std::string& schema) override {
    session_.forgetSchema();
    connection_.run("DROP SCHEMA " + quoteName(schema));
  }

  void cleanSchema(const std::string& schema) override {
    session_.disturb("");
    catalog_.clean(schema);
  }

  std::vector<std::string> historyTableStatements(const TableName& table, const std::string& tablespace,
                                                  const std::optional<BaselineRow>& baseline) const override {
    return historyTableDdl(server_, table, tablespace, baseline);
  }

  /// Waits for ever: the reference does not count retries here.
  void lock(const TableName& table, int, bool (*interrupted)()) override {
    while (!tryLock(table)) {
      if (interrupted()) throw Error("Interrupted while waiting for the lock on the schema history table");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  void unlock(const TableName& table) noexcept override {
    try {
      if (useRowLock_) rowLock_.release();
      if (useNamedLock_) namedLock_.release(table);
    } catch (const std::exception&) {
      // A connection that can't give the lock back is lost, and with it the lock.
    }
  }

 private:
  void runPacket(const Packet& packet, std::span<const std::string_view> statements,
                 const std::function<void(const Execution&)>& done) {
    std::size_t finished = 0;
    Execution last;
    try {
      connection_.batch(packet.text, [&](StatementResult result, unsigned warnings) {
        Execution execution;
        execution.results.push_back(std::move(result));
        if (++finished == statements.size()) {
          last = std::move(execution);
        } else {
          if (warnings > 0) execution.warnings.push_back(lostWarnings(warnings));
          done(execution);
        }
      });
    } catch (const SqlError& error) {
      // The text of a parse error shows what stands behind it in the packet. Nothing was done, so the
      // statement may be asked again alone.
      constexpr int parseError = 1064;
      if (error.vendorCode == parseError && finished < statements.size()) execute(statements[finished]);
      throw;
    }
    if (finished != statements.size())
      throw SqlError(fmt::format("The server found {} statements in a batch of {}. Run the script with "
                                 "batch=false.",
                                 finished, statements.size()),
                     "HY000", 0);
    last.warnings = connection_.warnings();
    done(last);
  }

  /// The server tells the warnings of the last statement only. What follows is sent one by one, so that
  /// nothing more is lost.
  ServerWarning lostWarnings(unsigned count) {
    batchesBringWarnings_ = false;
    return {"", 0,
            fmt::format("{} warning(s), of which a batch brings the number only. The statements behind "
                        "this batch are sent one by one.",
                        count)};
  }

  /// In a cluster the named lock keeps away the runs on this node, real Flyway's among them, and the row lock
  /// those on the other nodes.
  bool tryLock(const TableName& table) {
    if (useNamedLock_ && !tryNamedLock(table)) return false;
    if (!useRowLock_ || rowLock_.tryAcquire(table)) return true;
    if (useNamedLock_) namedLock_.release(table);
    return false;
  }

  bool tryNamedLock(const TableName& table) {
    constexpr int notSupported = 1235;
    try {
      return namedLock_.tryAcquire(table);
    } catch (const SqlError& error) {
      if (error.vendorCode != notSupported) throw;
      useNamedLock_ = false;
      useRowLock_ = true;
      return true;
    }
  }

  Connection connection_;
  ServerFacts server_;
  DatabaseFacts facts_;
  SessionState session_;
  SchemaCatalog catalog_;
  NamedLock namedLock_;
  RowLock rowLock_;
  bool useNamedLock_;
  bool useRowLock_;
  bool batchesBringWarnings_ = true;
};

}  // namespace

}  // namespace mysql

bool mysqlAccepts(std::string_view url) {
  return url.starts_with("jdbc:mysql:") || url.starts_with("jdbc:mariadb:");
}

std::unique_ptr<Database> openMysql(const ConnectionSettings& settings) {
  return std::make_unique<mysql::MysqlDatabase>(mysql::connectOptions(settings));
}

}  // namespace whimbrel
