// What whimbrel needs of a database: the whole contract between the core and drivers/. The core knows
// databases only through this header; adding one is a class that implements it, a row in drivers/registry,
// and passing tests/integration/driver_contract. All texts are UTF-8. Nothing but cancel() is thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/log.h"
#include "core/text/reader.h"

namespace whimbrel {

namespace sql {
struct Syntax;
}

/// What the server (or the client library) answered when it refused something. `sqlState` is absent where the
/// database has none (SQLite); what() is the server's own text.
class SqlError : public std::runtime_error {
 public:
  SqlError(const std::string& message, std::optional<std::string> state, int code)
      : std::runtime_error(message), sqlState(std::move(state)), vendorCode(code) {}
  std::optional<std::string> sqlState;
  int vendorCode;
};

/// A value as text; absent is NULL.
using Value = std::optional<std::string>;
using Row = std::vector<Value>;

struct ServerWarning {
  std::string sqlState;  ///< empty where the reference's driver has none; "00000" for notices without weight
  int vendorCode = 0;
  std::string message;
};

/// One answer of a statement: rows with column titles, or a count of changed rows.
struct StatementResult {
  bool hasRows = false;
  std::vector<std::string> columns;
  std::vector<Row> rows;
  long long updateCount = 0;
};

/// Everything that one statement of a script gave back: the server's warnings, then its results in order
/// (several for a CALL).
struct Execution {
  std::vector<ServerWarning> warnings;
  std::vector<StatementResult> results;
};

/// What is always true of one database server. Read once when the connection is made.
struct DatabaseFacts {
  std::string product;  ///< "MySQL", "MariaDB", "SQLite", "PostgreSQL": as printed, whatever the URL says
  std::string version;  ///< "10.11"
  std::string catalog;  ///< the database of the URL; empty on SQLite
  std::string user;     ///< what `${flyway:user}` and installed_by give; empty on SQLite
  /// DDL is rolled back with its transaction: a failed migration leaves nothing, not even a failed row.
  bool transactionalDdl = false;
  /// Whether the current schema can be set at all (not on SQLite).
  bool hasSchemas = true;
  /// What the JSON documents have as "database": absent is null.
  std::optional<std::string> catalogInInfoJson;
  std::optional<std::string> catalogInJson;
  /// What begins and ends a transaction in a script for the database's own client.
  std::string_view beginStatement = "BEGIN";
  std::string_view commitStatement = "COMMIT";
  /// How scripts are split into statements.
  const sql::Syntax* syntax = nullptr;
  /// What stands at the end of CREATE TABLE so that the table takes part in transactions.
  std::string tableOptions;
};

/// What running a statement of a script does besides what it says, as far as its text tells.
struct StatementEffect {
  enum class Commit {
    No,      ///< it is part of the open transaction
    Whole,   ///< it may commit the open transaction; if it fails, it has not taken effect itself
    Midway,  ///< it may commit at any point, and fail having taken effect in part
    Locks,   ///< likewise, and may keep us from writing our own tables until a later statement
  };
  enum class Session {
    Kept,     ///< it leaves nothing in the session that later statements may need
    Changed,  ///< it does, and running it again in another session does the same there
    Bound,  ///< it does, and no other session can get that: a temporary table, a variable computed from rows
  };
  Commit commit = Commit::No;
  Session session = Session::Kept;
};

/// A table with its schema, both unquoted.
struct TableName {
  std::string schema;
  std::string table;
};

/// One column of a row that is to be inserted; nullptr is NULL.
using FieldValue = std::variant<std::nullptr_t, bool, int, std::string>;
struct Field {
  std::string_view column;
  FieldValue value;
};

/// The first row of a history table that is created together with a baseline.
struct BaselineRow {
  std::string version;
  std::string description;
  std::string script;  ///< the description once more, but cut to what this column holds
  std::string installedBy;
};

class Database {
 public:
  virtual ~Database() = default;

  virtual const DatabaseFacts& facts() const = 0;

  // ---- Text for statements
  /// `identifier` in the database's quotes, with quotes inside doubled.
  virtual std::string quote(std::string_view identifier) const = 0;
  /// `text` as a string literal that means just this text, whatever the session's mode is.
  virtual std::string literal(std::string_view text) const = 0;
  virtual std::string booleanLiteral(bool value) const = 0;
  /// What createSchema() sends; empty where schemas can't be created.
  virtual std::string createSchemaStatement(const std::string& schema) const = 0;
  /// What another client has to send first, so that its session is like this one.
  virtual std::vector<std::string> sessionStatements() const = 0;
  /// What it has to send before each script, in place of restoreSession() and useSchema().
  virtual std::vector<std::string> scriptStatements(const std::string& schema) const = 0;
  std::string quote(const TableName& name) const { return quote(name.schema) + "." + quote(name.table); }

  // ---- Running SQL. All throw SqlError.
  /// Runs one statement of a user's script and gives everything that came back. The session counts as
  /// disturbed afterwards, see restoreSession().
  virtual Execution execute(std::string_view sql) = 0;
  /// Runs statements that are `batchable` by the database's Syntax, in order, in as few round trips as the
  /// database allows, and gives `done` what each gave back. Throws SqlError for the first that fails: the one
  /// behind those that are done; those behind it have not run. The default runs them one by one.
  virtual void executeBatch(std::span<const std::string_view> statements,
                            const std::function<void(const Execution&)>& done);
  /// Runs a COPY … FROM STDIN of a script and streams its data lines to the server. Only for a syntax that
  /// has such statements; the default refuses.
  virtual Execution executeCopy(std::string_view sql, Reader& data);
  /// Runs one statement of our own and gives its rows (none for a statement without rows).
  virtual std::vector<Row> query(std::string_view sql) = 0;
  /// Inserts a row. The default gives query() a statement with all the values in it.
  virtual void insert(const TableName& table, std::span<const Field> row);

  /// Asks the server to give up the statement of a script that is under way, as its own client does when a
  /// user interrupts it; that statement then fails. For another thread, while execute(), executeBatch() or
  /// executeCopy() runs. The request may arrive late: see CancelledBySignal. When it can't be made, nothing
  /// happens.
  virtual void cancel() noexcept = 0;

  // ---- Transactions
  virtual void begin() = 0;
  /// Does nothing when a script has already ended the transaction.
  virtual void commit() = 0;
  virtual void rollback() = 0;
  /// The default knows what is the same everywhere: what ends a transaction, and SET.
  virtual StatementEffect effectOf(std::string_view sql) const;
  /// Whether the server has a transaction open that holds changes, or may. A round trip at most, and only
  /// after a failure.
  virtual bool hasOpenTransaction() = 0;
  /// Whether each statement is committed by itself now, be it that a script has switched to that.
  virtual bool commitsEach() const = 0;
  /// Tables of the schema whose changes no rollback takes back.
  virtual std::vector<std::string> tablesWithoutTransactions(const std::string& schema);

  // ---- Session
  /// The schema that unqualified names belong to; absent when there is none (a MySQL URL without database).
  virtual std::optional<std::string> currentSchema() = 0;
  /// Makes `schema` the current one. No round trip when it surely is already.
  virtual void useSchema(const std::string& schema) = 0;
  /// Puts back what a script may have changed and the reference restores (spec/commands.md section 13). No
  /// round trip when nothing ran since the last call.
  virtual void restoreSession() = 0;
  /// Takes the session as it is now, after initSql, for what restoreSession() goes back to.
  virtual void keepSession() {}

  // ---- Schemas
  virtual bool schemaExists(const std::string& schema) = 0;
  /// Whether there is nothing in the schema that Flyway counts (spec/commands.md section 2.2). False for a
  /// missing one is never returned: a schema that does not exist is empty.
  virtual bool schemaIsEmpty(const std::string& schema) = 0;
  virtual void createSchema(const std::string& schema) = 0;
  virtual void dropSchema(const std::string& schema) = 0;
  /// Drops every object in the schema, in an order that works.
  virtual void cleanSchema(const std::string& schema) = 0;
  virtual bool tableExists(const TableName& table) = 0;

  // ---- The schema history table
  /// The statements that create the table exactly as the reference does (spec/commands.md section 11.1), with
  /// `baseline` as its first row if there is one. `tablespace` is empty unless configured.
  virtual std::vector<std::string> historyTableStatements(
      const TableName& table, const std::string& tablespace,
      const std::optional<BaselineRow>& baseline) const = 0;
  /// Takes the lock that keeps other runs (real Flyway's too) away from this history table; waits for it as
  /// the reference does, at most `retryCount` further tries where the reference counts them (negative: for
  /// ever). `interrupted` is asked between tries; when it says true, Error is thrown.
  virtual void lock(const TableName& table, int retryCount, bool (*interrupted)()) = 0;
  /// Gives the lock back; never throws, because it runs while other failures are on their way.
  virtual void unlock(const TableName& table) noexcept = 0;
};

/// Makes the password for one connection to this server: a token that is good for a few minutes.
using MakeToken = std::function<std::string(std::string_view host, int port, std::string_view user)>;

/// What a driver needs to connect.
struct ConnectionSettings {
  std::string url;  ///< the JDBC URL as configured
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::map<std::string, std::string> jdbcProperties;  ///< as if they stood in the URL; they win over it
  Log* log = nullptr;  ///< for what a driver has to say about what it is asked to do
  Log* propertyLog =
      nullptr;  ///< for warnings on properties that mean nothing here; null when they were given
  /// Absent unless tokens are wanted in place of the password. A token travels as it is: the driver sends it
  /// over TLS only, and to a server that it has verified unless the URL says how far to trust it.
  MakeToken makeToken = {};
};

/// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(&database) { database.begin(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database* database_;
};

}  // namespace whimbrel
