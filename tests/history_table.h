// Creating a history table the way core/history does, for tests of drivers.
#pragma once

#include <optional>
#include <string>

#include "core/database.h"

namespace whimbrel {

inline void createHistoryTable(Database& database, const TableName& table, const std::string& tablespace,
                               const std::optional<BaselineRow>& baseline) {
  Transaction transaction(database);
  for (const std::string& statement : database.historyTableStatements(table, tablespace, baseline))
    database.query(statement);
  transaction.commit();
}

}  // namespace whimbrel
