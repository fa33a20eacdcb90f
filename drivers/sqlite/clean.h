// Empties an SQLite database (spec/commands.md section 8).
#pragma once

#include <string>

#include "drivers/sqlite/connection.h"

namespace whimbrel::sqlite {

/// Drops all views and tables of `schema`; indexes and triggers go with them. AUTOINCREMENT counters start
/// again. Throws SqlError; then the caller must roll back.
void cleanSchema(Connection& connection, const std::string& schema);

}  // namespace whimbrel::sqlite
