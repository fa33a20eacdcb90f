#include "drivers/postgresql/server_facts.h"

#include <cstdlib>

#include <fmt/format.h>

#include "drivers/postgresql/client_time_zone.h"
#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

namespace {

constexpr std::string_view sessionFacts =
    "SELECT current_user, current_setting('search_path'), current_schema(), current_database()";

SessionFacts readSession(const Row& row) {
  return {row.at(0).value_or(""), row.at(1).value_or(""), row.at(2)};
}

}  // namespace

ServerFacts askServer(Connection& connection, const std::string& searchPath) {
  // Not as parameters of the connection: poolers refuse those that they don't know.
  std::string sql = "SET datestyle = ISO; SET extra_float_digits = 3; ";
  if (const std::optional<std::string> zone = clientTimeZone(std::getenv("TZ"), "/etc/localtime"))
    sql += fmt::format("SET timezone = {}; ", quoteText(*zone));
  if (!searchPath.empty())
    sql += fmt::format("SELECT set_config('search_path', {}, false); ", quoteText(searchPath));
  sql += sessionFacts;
  const Row row = connection.query(sql).at(0);
  return {connection.serverVersion(), row.at(3).value_or(""), readSession(row)};
}

SessionFacts askSession(Connection& connection) { return readSession(connection.query(sessionFacts).at(0)); }

std::string versionText(int version) {
  constexpr int firstOfTwoNumbers = 100000;  // from 10 on, the second number is the patch level
  const int minor = version >= firstOfTwoNumbers ? version % 10000 : version / 100 % 100;
  return fmt::format("{}.{}", version / 10000, minor);
}

}  // namespace whimbrel::postgresql
