// The servers that the tests of this folder run against. Their URLs come from the environment, see tests/run:
// WHIMBREL_TEST_MARIADB_URL and WHIMBREL_TEST_MYSQL_URL (no database in them, user and password are fly), and
// the folders with the CA certificates of their TLS from WHIMBREL_TEST_MARIADB_TLS and
// WHIMBREL_TEST_MYSQL_TLS.
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

struct Server {
  std::string name;
  std::string url;
  std::string ca;  ///< path, empty when unknown

  /// Settings for the database, with more properties as they stand in a URL ("a=b&c=d").
  ConnectionSettings settings(const std::string& database, const std::string& properties = "") const {
    const std::size_t question = url.find('?');
    ConnectionSettings settings;
    settings.url = url.substr(0, question) + database + "?" + properties;
    if (question != std::string::npos) settings.url += "&" + url.substr(question + 1);
    settings.user = "fly";
    settings.password = "fly";
    return settings;
  }
  std::unique_ptr<Database> open(const std::string& database, const std::string& properties = "") const {
    return openMysql(settings(database, properties));
  }
};

inline std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The CA certificate in the folder that the variable names.
inline std::string certificate(const char* variable) {
  const std::string folder = environment(variable);
  return folder.empty() ? "" : folder + "/ca.pem";
}

/// The servers that the environment names; says so when there are none.
inline std::vector<Server> servers() {
  std::vector<Server> all;
  const std::string mariadb = environment("WHIMBREL_TEST_MARIADB_URL");
  const std::string mysql = environment("WHIMBREL_TEST_MYSQL_URL");
  if (!mariadb.empty()) all.push_back({"MariaDB", mariadb, certificate("WHIMBREL_TEST_MARIADB_TLS")});
  if (!mysql.empty()) all.push_back({"MySQL", mysql, certificate("WHIMBREL_TEST_MYSQL_TLS")});
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
