// What a JDBC URL, its properties and the configuration ask of a connection, in terms of libpq. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/database.h"
#include "drivers/postgresql/postgresql_url.h"

namespace whimbrel::postgresql {

struct ConnectOptions {
  std::vector<ServerAddress> addresses;  ///< to be tried in this order; never empty
  bool namesServer = true;               ///< else a service file may name it in place of `addresses`
  /// libpq's connection parameters but for host and port. What is missing, libpq finds as ever: the password
  /// in .pgpass, further parameters in environment variables and service files.
  std::vector<std::pair<std::string, std::string>> parameters;
  MakeToken makeToken;      ///< makes the password when there is one
  std::string user;         ///< whom tokens are made for
  std::string searchPath;   ///< of the session, as SET takes it; empty: the server's
  int connectTimeout = 10;  ///< seconds until a server answers at all, 0 is for ever
  int loginTimeout = 0;     ///< seconds until the session is ready, 0 is for ever
  int socketTimeout = 0;    ///< seconds until the server says anything while it is waited for, 0 is for ever
};

/// Throws SqlError with the Java driver's text for a value that it would refuse, and Error for a URL that it
/// does not take and for a property that security depends on and that only Java can honour. Properties nobody
/// knows are named in a debug line.
ConnectOptions connectOptions(const ConnectionSettings& settings);

}  // namespace whimbrel::postgresql
