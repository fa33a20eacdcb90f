#include "drivers/postgresql/history_lock.h"

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

std::int64_t lockKey(const TableName& table) {
  constexpr std::int64_t flyway = 77431708279161;
  return flyway + javaHash(quoteName(table.schema) + "." + quoteName(table.table));
}

bool HistoryLock::tryAcquire(const TableName& table) {
  const std::vector<Row> rows =
      connection_.query(fmt::format("SELECT pg_try_advisory_lock({})", lockKey(table)));
  return rows.at(0).at(0) == "t";
}

void HistoryLock::release(const TableName& table) {
  if (connection_.transactionFailed()) connection_.rollback();
  connection_.run(fmt::format("SELECT pg_advisory_unlock({})", lockKey(table)));
}

}  // namespace whimbrel::postgresql
