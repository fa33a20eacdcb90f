// Sets the fresh session up and reads what the driver has to know of it. One round trip, right after
// connecting.
#pragma once

#include <optional>
#include <string>

#include "drivers/postgresql/connection.h"

namespace whimbrel::postgresql {

/// What scripts may change in a session and what is then put back.
struct SessionFacts {
  std::string user;  ///< the role that statements run as
  std::string searchPath;
  std::optional<std::string> schema;  ///< absent when no schema of the path exists
};

struct ServerFacts {
  int version = 0;  ///< 150020 is 15.20, 90624 is 9.6.24
  std::string database;
  SessionFacts session;
};

/// The session gets what the Java driver gives it (spec/commands.md section 13), and `searchPath` if it is
/// not empty.
ServerFacts askServer(Connection& connection, const std::string& searchPath);

/// Reads the session once more.
SessionFacts askSession(Connection& connection);

/// "15.20"; the major and minor number that Flyway prints.
std::string versionText(int version);

}  // namespace whimbrel::postgresql
