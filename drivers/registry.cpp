#include "drivers/registry.h"

#include <string_view>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "drivers/native_url.h"
#include "drivers/sqlite/sqlite_database.h"
#ifdef WHIMBREL_MYSQL
#include "drivers/mysql/mysql_database.h"
#endif
#ifdef WHIMBREL_POSTGRESQL
#include "drivers/postgresql/postgresql_database.h"
#endif

namespace whimbrel {

namespace {

// Whether the URL leaves the property for the user to give; the reference asks for it then.
using Lacks = bool (*)(std::string_view url, std::string_view property);

bool never(std::string_view, std::string_view) { return false; }
[[maybe_unused]] bool always(std::string_view, std::string_view) { return true; }
[[maybe_unused]] bool unlessInUrl(std::string_view url, std::string_view property) {
  return url.find(fmt::format("{}=", property)) == std::string_view::npos;
}

struct Driver {
  std::string_view prefix;                ///< of the URL; letter case matters
  bool (*accepts)(std::string_view url);  ///< null: every URL with the prefix
  std::unique_ptr<Database> (*open)(const ConnectionSettings& settings);
  Lacks lacks;
};

constexpr Driver drivers[] = {
    {"jdbc:sqlite:", nullptr, openSqlite, never},
#ifdef WHIMBREL_MYSQL
    {"jdbc:mysql:", mysqlAccepts, openMysql, always},
    {"jdbc:mariadb:", mysqlAccepts, openMysql, always},
#endif
#ifdef WHIMBREL_POSTGRESQL
    {"jdbc:postgresql:", postgresqlAccepts, openPostgresql, unlessInUrl},
#endif
};

/// The driver for `jdbc`; messages show the URL as it was `configured`.
const Driver& findDriver(std::string_view jdbc, std::string_view configured) {
  for (const Driver& driver : drivers) {
    if (!jdbc.starts_with(driver.prefix)) continue;
    if (driver.accepts != nullptr && !driver.accepts(jdbc))
      throw Error(fmt::format("Unable to connect to {}", redactUrl(configured)));
    return driver;
  }
  throw Error(fmt::format("No database found to handle {}", redactUrl(configured)));
}

}  // namespace

std::unique_ptr<Database> openDatabase(const ConnectionSettings& settings) {
  JdbcUrl jdbc = toJdbcUrl(settings.url);
  const Driver& driver = findDriver(jdbc.url, settings.url);
  ConnectionSettings translated = settings;
  translated.url = std::move(jdbc.url);
  if (!translated.user) translated.user = std::move(jdbc.user);
  if (!translated.password) translated.password = std::move(jdbc.password);
  return driver.open(translated);
}

void requireDriver(const std::string& url) { findDriver(toJdbcUrl(url).url, url); }

CredentialNeeds credentialNeeds(const std::string& url) {
  const JdbcUrl jdbc = toJdbcUrl(url);
  const Driver& driver = findDriver(jdbc.url, url);
  return {.user = !jdbc.user && driver.lacks(jdbc.url, "user"),
          .password = !jdbc.password && driver.lacks(jdbc.url, "password")};
}

}  // namespace whimbrel
