// The promises of core/database.h, checked on every driver: what a new driver must pass.
//
// To add a database: one row in dialects() (dialects.cpp) with the SQL that differs there, and the
// environment variable that names a server. SQLite needs none. Servers are given as JDBC URLs whose user may
// create and drop databases:
//   WHIMBREL_TEST_MARIADB_URL=jdbc:mariadb://127.0.0.1:13306/   _USER and _PASSWORD in place of _URL: default
//   fly
// A dialect without a server is skipped, with a line that says so.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/database.h"

namespace whimbrel::contract {

using Statements = std::vector<std::string>;

/// Something that a schema can hold.
struct ObjectKind {
  std::string name;
  Statements create;
  bool counts;  ///< makes the schema non-empty (spec/commands.md section 2.2)
};

/// A statement that the database refuses, and how.
struct Refusal {
  std::string sql;
  std::optional<std::string> sqlState;
  int vendorCode;
};

/// What a script changes in its session, and whether restoreSession puts it back (spec/commands.md section
/// 13).
struct SessionChange {
  std::string change;
  std::string probe;  ///< a query with one value
  Value afterwards;   ///< after restoreSession
};

/// A name that the reference locks a history table by, and how another connection sees it held.
struct LockProbe {
  TableName table;
  std::string query;
  std::string heldAnswer;
};

struct Dialect {
  std::string product;  ///< as DatabaseFacts has it
  std::string
      variable;  ///< WHIMBREL_TEST_…, the front part of the environment variables; empty: a file of our own
  bool transactionalDdl;
  bool hasSchemas;
  std::string user;                ///< as DatabaseFacts has it; with a variable that is set, its value
  std::string schemaProperty;      ///< of the URL; empty: the schema is the database of the URL
  std::string catalog;             ///< a query for what DatabaseFacts has
  std::string changeSchema;        ///< how a script does it; {schema} is the quoted name
  std::string textType;            ///< a column type for any text
  bool textsHoldNul = true;        ///< the character, not the value
  std::string aliasedColumnTitle;  ///< of `SELECT v AS label FROM t`
  std::string countTitle;          ///< of `SELECT count(*) FROM t`
  bool unknownSchemaHasNoTables;   ///< tableExists there: false, or else a failure
  Statements sessionModes;         ///< statements that change how literals are read
  std::vector<ObjectKind> objectKinds;
  Statements messySchema;    ///< objects that depend on one another, for cleanSchema
  std::string countObjects;  ///< what is left in the schema, whose name replaces {schema}
  std::vector<Refusal> refusals;
  std::vector<SessionChange> sessionChanges;
  std::optional<LockProbe> lockProbe;
  Statements historyTable;  ///< the DDL of table h in schema s
};

const std::vector<Dialect>& dialects();

/// A schema of its own on a dialect's server, dropped again at the end.
class World {
 public:
  explicit World(const Dialect& dialect);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  const Dialect& dialect() const { return dialect_; }
  Database& database() { return *database_; }
  const std::string& schema() const { return schema_; }
  /// The user that the connections were made with.
  const std::string& user() const { return settings_.user ? *settings_.user : dialect_.user; }
  /// A further connection to the same schema.
  std::unique_ptr<Database> connect() const;

  void run(const Statements& statements);
  /// The only value of the only row.
  Value value(const std::string& sql);
  long long number(const std::string& sql);
  std::string name(const std::string& table) const { return database_->quote(TableName{schema_, table}); }

 private:
  const Dialect& dialect_;
  std::string schema_;
  ConnectionSettings settings_;
  std::string folder_;  ///< of the SQLite file
  std::unique_ptr<Database> database_;
};

/// Runs `test` once for each dialect that has a server.
void onEachDriver(const std::function<void(World&)>& test);

}  // namespace whimbrel::contract
