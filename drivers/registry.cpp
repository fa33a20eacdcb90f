#include "drivers/registry.h"

#include <string_view>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "drivers/sqlite/sqlite_database.h"
#ifdef WHIMBREL_MYSQL
#include "drivers/mysql/mysql_database.h"
#endif
#ifdef WHIMBREL_POSTGRESQL
#include "drivers/postgresql/postgresql_database.h"
#endif

namespace whimbrel {

namespace {

struct Driver {
  std::string_view prefix;                ///< of the URL; letter case matters
  bool (*accepts)(std::string_view url);  ///< null: every URL with the prefix
  std::unique_ptr<Database> (*open)(const ConnectionSettings& settings);
};

constexpr Driver drivers[] = {
    {"jdbc:sqlite:", nullptr, openSqlite},
#ifdef WHIMBREL_MYSQL
    {"jdbc:mysql:", mysqlAccepts, openMysql},
    {"jdbc:mariadb:", mysqlAccepts, openMysql},
#endif
#ifdef WHIMBREL_POSTGRESQL
    {"jdbc:postgresql:", postgresqlAccepts, openPostgresql},
#endif
};

const Driver& findDriver(const std::string& url) {
  for (const Driver& driver : drivers) {
    if (!url.starts_with(driver.prefix)) continue;
    if (driver.accepts != nullptr && !driver.accepts(url))
      throw Error(fmt::format("Unable to connect to {}", redactUrl(url)));
    return driver;
  }
  throw Error(fmt::format("No database found to handle {}", redactUrl(url)));
}

}  // namespace

std::unique_ptr<Database> openDatabase(const ConnectionSettings& settings) {
  return findDriver(settings.url).open(settings);
}

void requireDriver(const std::string& url) { findDriver(url); }

}  // namespace whimbrel
