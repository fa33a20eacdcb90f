#include "drivers/sqlite/clean.h"

#include <string_view>

#include <fmt/format.h>

#include "drivers/sqlite/sql_text.h"

namespace whimbrel::sqlite {

namespace {

struct Step {
  std::string_view keyword;    ///< for DROP
  std::string_view condition;  ///< on rows of sqlite_master
};

// Virtual tables (those without a root page) take their shadow tables along, which can't be dropped before
// them and are gone afterwards: so each step looks at what is there by then. SQLite drops sqlite_sequence by
// no means.
constexpr Step steps[] = {
    {"VIEW", "type = 'view'"},
    {"TABLE", "type = 'table' AND coalesce(rootpage, 0) = 0"},
    {"TABLE", "type = 'table' AND name <> 'sqlite_sequence'"},
};

std::vector<Row> objects(Connection& connection, const std::string& master, std::string_view condition) {
  return connection.run(fmt::format("SELECT name FROM {} WHERE {} ORDER BY rowid", master, condition))
      .front()
      .rows;
}

}  // namespace

void cleanSchema(Connection& connection, const std::string& schema) {
  const std::string quoted = quote(schema);
  const std::string master = quoted + ".sqlite_master";
  // Else each DROP would first delete the rows, and fail where other tables refer to them.
  const ForeignKeysOff foreignKeysOff(connection);
  for (const auto& [keyword, condition] : steps) {
    for (const Row& row : objects(connection, master, condition))
      connection.run(fmt::format("DROP {} IF EXISTS {}.{}", keyword, quoted, quote(row[0].value_or(""))));
  }
  if (!objects(connection, master, "name = 'sqlite_sequence'").empty())
    connection.run(fmt::format("DELETE FROM {}.sqlite_sequence", quoted));
}

}  // namespace whimbrel::sqlite
