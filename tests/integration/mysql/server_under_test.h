// The servers that the tests of this folder run against. Their URLs come from the environment, see tests/run:
// WHIMBREL_TEST_MARIADB_URL and WHIMBREL_TEST_MYSQL_URL (no database in them; user and password are fly, or
// those of …_USER and …_PASSWORD), and the folders with the CA certificates of their TLS from
// WHIMBREL_TEST_MARIADB_TLS and WHIMBREL_TEST_MYSQL_TLS.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/database.h"
#include "drivers/mysql/connect_options.h"
#include "drivers/mysql/mysql_database.h"

namespace whimbrel::test {

inline std::string environment(const std::string& name, const std::string& otherwise = "") {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? otherwise : value;
}

struct Server {
  std::string name;
  std::string url;
  std::string ca;  ///< path, empty when unknown
  std::string user;
  std::string password;

  /// Settings for the database, with more properties as they stand in a URL ("a=b&c=d").
  ConnectionSettings settings(const std::string& database, const std::string& properties = "") const {
    const std::size_t question = url.find('?');
    ConnectionSettings settings;
    settings.url = url.substr(0, question) + database + "?" + properties;
    if (question != std::string::npos) settings.url += "&" + url.substr(question + 1);
    settings.user = user;
    settings.password = password;
    return settings;
  }
  std::unique_ptr<Database> open(const std::string& database, const std::string& properties = "") const {
    return openMysql(settings(database, properties));
  }
};

/// The servers that the environment names; says so when there are none.
inline std::vector<Server> servers() {
  std::vector<Server> all;
  for (const std::string name : {"MariaDB", "MySQL"}) {
    const std::string variable = name == "MySQL" ? "WHIMBREL_TEST_MYSQL" : "WHIMBREL_TEST_MARIADB";
    const std::string url = environment(variable + "_URL");
    const std::string tls = environment(variable + "_TLS");
    if (!url.empty())
      all.push_back({name, url, tls.empty() ? "" : tls + "/ca.pem", environment(variable + "_USER", "fly"),
                     environment(variable + "_PASSWORD", "fly")});
  }
  if (all.empty()) MESSAGE("skipped: no WHIMBREL_TEST_MARIADB_URL, no WHIMBREL_TEST_MYSQL_URL");
  return all;
}

/// A schema that is there during a test and is gone afterwards.
class Schema {
 public:
  Schema(const Server& server, std::string name) : server_(server), name_(std::move(name)) {
    const auto database = server_.open("");
    database->query("DROP DATABASE IF EXISTS " + database->quote(name_));
    database->createSchema(name_);
  }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  ~Schema() {
    try {
      const auto database = server_.open("");
      database->query("DROP DATABASE IF EXISTS " + database->quote(name_));
    } catch (const SqlError& error) {
      MESSAGE("schema " << name_ << " stays: " << error.what());
    }
  }
  const std::string& name() const { return name_; }

 private:
  const Server& server_;
  std::string name_;
};

inline std::string single(Database& database, const std::string& sql) {
  return database.query(sql).at(0).at(0).value_or("NULL");
}

}  // namespace whimbrel::test
