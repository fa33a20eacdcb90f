// A JDBC URL of PostgreSQL taken apart (spec/configuration.md section 11). Pure text, no connection.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::postgresql {

struct ServerAddress {
  std::string host = "localhost";
  std::uint16_t port = 5432;
};

struct Url {
  std::vector<ServerAddress> addresses;  ///< to be tried in this order; empty when the URL names none
  std::string database;                  ///< empty when the URL names none: then the user's name is meant
  std::optional<std::string> user;       ///< of a `user:password@` part, which the Java driver does not know
  std::optional<std::string> password;
  std::map<std::string, std::string> properties;  ///< letter case of names matters, as in Java
};

/// Absent for a URL that the Java driver would not take: a port that is none, or not between 1 and 65535.
std::optional<Url> parseUrl(std::string_view url);

}  // namespace whimbrel::postgresql
