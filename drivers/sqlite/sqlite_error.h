// Failures of SQLite in the words of the reference's driver: "[SQLITE_ERROR] SQL error or missing database
// (no such table: nope)". There is no SQLSTATE; the vendor code is the primary result code.
#pragma once

#include <string_view>

#include <sqlite3.h>

#include "core/database.h"

namespace whimbrel::sqlite {

/// The failure that the connection has just reported.
SqlError lastError(sqlite3* connection);

/// A failure with a (primary or extended) result code and a text of our own.
SqlError error(int code, std::string_view text);

}  // namespace whimbrel::sqlite
