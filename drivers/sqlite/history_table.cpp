#include "drivers/sqlite/history_table.h"

#include <fmt/format.h>

#include "drivers/sqlite/sql_text.h"

namespace whimbrel::sqlite {

namespace {

constexpr auto createTable = R"(CREATE TABLE {}.{} (
    "installed_rank" INT NOT NULL PRIMARY KEY,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INT,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
    "execution_time" INT NOT NULL,
    "success" BOOLEAN NOT NULL
))";

constexpr auto insertBaseline =
    R"(INSERT INTO {}.{} ("installed_rank", "version", "description", "type", "script", "checksum", "installed_by", )"
    R"("execution_time", "success") VALUES (1, {}, {}, 'BASELINE', {}, NULL, {}, 0, 1))";

}  // namespace

std::vector<std::string> historyTableDdl(const TableName& table, const std::optional<BaselineRow>& baseline) {
  const std::string schema = quote(table.schema);
  const std::string name = quote(table.table);
  std::vector<std::string> statements = {fmt::format(createTable, schema, name)};
  if (baseline) {
    statements.push_back(fmt::format(insertBaseline, schema, name, literal(baseline->version),
                                     literal(baseline->description), literal(baseline->script),
                                     literal(baseline->installedBy)));
  }
  statements.push_back(
      fmt::format(R"(CREATE INDEX {}.{} ON {} ("success"))", schema, quote(table.table + "_s_idx"), name));
  return statements;
}

}  // namespace whimbrel::sqlite
