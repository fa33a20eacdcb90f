// Keeps other runs, real Flyway's too, away from a history table (spec/commands.md sections 12 and 14).
#pragma once

#include <memory>
#include <string>

#include "core/database.h"
#include "drivers/mysql/connect_options.h"
#include "drivers/mysql/connection.h"

namespace whimbrel::mysql {

/// The argument of GET_LOCK: "Flyway--320650056" for `app`.`flyway_schema_history`.
std::string lockName(const TableName& table);

/// A named lock of the server, held by the connection that runs the migrations.
class NamedLock {
 public:
  explicit NamedLock(Connection& connection) : connection_(connection) {}
  /// One try that waits a second at most. Throws SqlError (1235 where the server has no such locks).
  bool tryAcquire(const TableName& table);
  void release(const TableName& table);

 private:
  Connection& connection_;
};

/// For clusters, where named locks protect nothing: row locks on the history table, in a transaction of a
/// second connection, since the DDL of a migration would end one of its own. Statements on the history table
/// have to go through this connection while it holds them.
class RowLock {
 public:
  explicit RowLock(ConnectOptions options) : options_(std::move(options)) {}
  /// One try that waits a second at most. A table that is not there yet needs no lock.
  bool tryAcquire(const TableName& table);
  void release();

  /// The connection that holds the lock; null when nothing is locked.
  Connection* holder() const { return held_ ? connection_.get() : nullptr; }
  /// Marks what rollback() goes back to, keeping the lock.
  void begin();
  void rollback();

 private:
  ConnectOptions options_;
  std::unique_ptr<Connection> connection_;
  bool held_ = false;
};

}  // namespace whimbrel::mysql
