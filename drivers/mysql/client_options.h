// Our options in the words of the client library: the differences between MariaDB Connector/C and Oracle's
// libmysqlclient end here.
#pragma once

#include "drivers/mysql/connect_options.h"
#include "drivers/mysql/mysql_client.h"

namespace whimbrel::mysql {

void applyOptions(MYSQL* handle, const ConnectOptions& options);

}  // namespace whimbrel::mysql
