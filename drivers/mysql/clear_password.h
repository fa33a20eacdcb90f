// Log-ins that send the password as it is: RDS IAM tokens, PAM, LDAP. Any server can ask for that, also one
// that only pretends to be ours, so it is done over TLS or a local socket only.
#pragma once

#include "drivers/mysql/connect_options.h"
#include "drivers/mysql/mysql_client.h"

namespace whimbrel::mysql {

/// To be called before connecting. With MariaDB's client, a log-in that would break the rule fails with a
/// text that says so. With Oracle's, clear text has to be allowed beforehand, so it needs an sslMode that
/// surely encrypts.
void guardClearPassword(MYSQL* handle, const ConnectOptions& options);

}  // namespace whimbrel::mysql
