// The driver for MySQL, MariaDB and Aurora, over the libmysqlclient API.
#pragma once

#include <memory>
#include <string_view>

#include "core/database.h"

namespace whimbrel {

/// Whether this driver serves `url`: jdbc:mysql:, jdbc:mariadb:, and their sub-protocols.
bool mysqlAccepts(std::string_view url);

/// Connects. Throws Error for a URL or property that cannot be honoured, SqlError when no server lets us in.
std::unique_ptr<Database> openMysql(const ConnectionSettings& settings);

}  // namespace whimbrel
