// A JDBC URL of MySQL or MariaDB taken apart (spec/configuration.md section 11). Pure text, no connection.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::mysql {

/// Which of the two Java drivers the URL belongs to: they differ in defaults, texts and decoding.
enum class JavaDriver { MySql, MariaDb };

struct ServerAddress {
  std::string host;
  std::uint16_t port = 3306;
};

struct IgnoreCase {
  bool operator()(const std::string& left, const std::string& right) const;
};
/// By name, whose letter case does not count.
using UrlProperties = std::map<std::string, std::string, IgnoreCase>;

struct Url {
  JavaDriver driver = JavaDriver::MySql;
  std::vector<ServerAddress> addresses;  ///< to be tried in this order; never empty
  std::string database;                  ///< empty when the URL names none
  std::optional<std::string> user;       ///< of a `user:password@` part
  std::optional<std::string> password;
  UrlProperties properties;
};

/// Throws SqlError with the Java driver's text for a port that is none, and Error for a URL that neither
/// driver takes.
Url parseUrl(std::string_view url);

}  // namespace whimbrel::mysql
