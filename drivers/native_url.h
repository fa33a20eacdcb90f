// URLs as other programs write them: mysql://user:password@host/db, postgres://…, sqlite:file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

/// The same in the words of JDBC, which drivers read.
struct JdbcUrl {
  std::string url;
  std::optional<std::string> user;  ///< decoded; of a native URL only
  std::optional<std::string> password;
};

/// Takes `user:password@` out of a native URL, decodes it, and turns the rest into a JDBC URL. Anything else
/// is given back as it is.
///   mysql://  mariadb://  postgres://  postgresql://   as in MySQL Shell and psql; properties are those of
///   JDBC, and
///                                      ssl-mode, ssl-ca, ssl-cert, ssl-key, socket
///   sqlite:file  sqlite:///absolute/file
JdbcUrl toJdbcUrl(std::string_view url);

}  // namespace whimbrel
