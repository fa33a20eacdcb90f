// Which driver takes which URL. Adding a database is one row here.
#pragma once

#include <memory>

#include "core/database.h"

namespace whimbrel {

/// Connects. Throws Error when no driver takes the URL ("No database found to handle …", "Unable to connect to …"), and
/// SqlError when the server can't be reached or refuses.
std::unique_ptr<Database> openDatabase(const ConnectionSettings& settings);

/// Whether any driver takes the URL: checked early, before anything is connected. Throws the same Error as openDatabase.
void requireDriver(const std::string& url);

}  // namespace whimbrel
