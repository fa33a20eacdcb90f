#include "drivers/postgresql/history_table.h"

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

namespace {

constexpr auto createTable = R"(CREATE TABLE {} (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL
){})";

constexpr auto insertBaseline =
    R"(INSERT INTO {} ("installed_rank", "version", "description", "type", "script", "checksum", "installed_by", )"
    R"("execution_time", "success") VALUES (1, {}, {}, 'BASELINE', {}, NULL, {}, 0, TRUE))";

}  // namespace

std::vector<std::string> historyTableDdl(const TableName& table, const std::string& tablespace,
                                         const std::optional<BaselineRow>& baseline) {
  const std::string name = quoteName(table.schema) + "." + quoteName(table.table);
  const std::string place = tablespace.empty() ? "" : " TABLESPACE " + quoteName(tablespace);
  std::vector<std::string> statements = {fmt::format(createTable, name, place)};
  if (baseline) {
    statements.push_back(fmt::format(insertBaseline, name, quoteText(baseline->version),
                                     quoteText(baseline->description), quoteText(baseline->script),
                                     quoteText(baseline->installedBy)));
  }
  statements.push_back(fmt::format(R"(ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ("installed_rank"){})",
                                   name, quoteName(table.table + "_pk"),
                                   place.empty() ? "" : " USING INDEX" + place));
  statements.push_back(
      fmt::format(R"(CREATE INDEX {} ON {} ("success"){})", quoteName(table.table + "_s_idx"), name, place));
  return statements;
}

}  // namespace whimbrel::postgresql
