// The driver for PostgreSQL, over libpq.
#pragma once

#include <memory>
#include <string_view>

#include "core/database.h"

namespace whimbrel {

/// Whether this driver serves `url`: jdbc:postgresql:, with ports that are numbers.
bool postgresqlAccepts(std::string_view url);

/// Connects. Throws Error for a URL or property that cannot be honoured, SqlError when no server lets us in.
std::unique_ptr<Database> openPostgresql(const ConnectionSettings& settings);

}  // namespace whimbrel
