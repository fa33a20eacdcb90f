// The driver for SQLite, over its C API.
#pragma once

#include <memory>

#include "core/database.h"

namespace whimbrel {

/// Opens the file of a jdbc:sqlite: URL, creating it when it is missing. User and password are ignored.
/// Throws SqlError when the file can't be opened or a setting of the URL is refused.
std::unique_ptr<Database> openSqlite(const ConnectionSettings& settings);

}  // namespace whimbrel
