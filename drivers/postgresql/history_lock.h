// Keeps other runs, real Flyway's too, away from a history table (spec/commands.md section 12).
#pragma once

#include <cstdint>

#include "core/database.h"
#include "drivers/postgresql/connection.h"

namespace whimbrel::postgresql {

/// The key of the advisory lock: 77433833903597 for "public"."flyway_schema_history".
std::int64_t lockKey(const TableName& table);

/// An advisory lock of the session, so that it outlasts the transactions under it.
class HistoryLock {
 public:
  explicit HistoryLock(Connection& connection) : connection_(connection) {}
  bool tryAcquire(const TableName& table);
  /// Rolls a failed transaction back, since the server does nothing before that.
  void release(const TableName& table);

 private:
  Connection& connection_;
};

}  // namespace whimbrel::postgresql
