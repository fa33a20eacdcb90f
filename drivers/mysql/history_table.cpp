#include "drivers/mysql/history_table.h"

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/mysql/sql_text.h"

namespace whimbrel::mysql {

namespace {

std::string baselineSelect(const BaselineRow& row) {
  // Blanks and double quotes as the reference sends them; as aliases they are good in every sql_mode.
  return fmt::format(
      " AS SELECT     1 as \"installed_rank\",     {} as \"version\",     {} as \"description\",     "
      "'BASELINE' as "
      "\"type\",     {} as \"script\",     NULL as \"checksum\",     {} as \"installed_by\",     "
      "CURRENT_TIMESTAMP as "
      "\"installed_on\",     0 as \"execution_time\",     TRUE as \"success\"\n",
      quoteText(row.version), quoteText(row.description), quoteText(row.script), quoteText(row.installedBy));
}

std::string baselineInsert(const std::string& table, const BaselineRow& row) {
  return fmt::format(
      "INSERT INTO {} (`installed_rank`, `version`, `description`, `type`, `script`, `checksum`, "
      "`installed_by`, "
      "`execution_time`, `success`) VALUES (1, {}, {}, 'BASELINE', {}, NULL, {}, 0, 1)",
      table, quoteText(row.version), quoteText(row.description), quoteText(row.script),
      quoteText(row.installedBy));
}

}  // namespace

std::vector<std::string> historyTableDdl(const ServerFacts& facts, const TableName& table,
                                         const std::string& tablespace,
                                         const std::optional<BaselineRow>& baseline) {
  const std::string name = quoteName(table.schema) + "." + quoteName(table.table);
  const std::string constraint = facts.mariadb ? "" : quoteName(table.table + "_pk");
  const std::string place =
      tablespace.empty() ? "" : fmt::format(" TABLESPACE \"{}\"", replaceAll(tablespace, "\"", "\"\""));
  const bool asSelect = baseline && !facts.noCreateAsSelect;
  std::vector<std::string> statements;
  statements.push_back(
      fmt::format("CREATE TABLE {} (\n"
                  "    `installed_rank` INT NOT NULL,\n"
                  "    `version` VARCHAR(50),\n"
                  "    `description` VARCHAR(200) NOT NULL,\n"
                  "    `type` VARCHAR(20) NOT NULL,\n"
                  "    `script` VARCHAR(1000) NOT NULL,\n"
                  "    `checksum` INT,\n"
                  "    `installed_by` VARCHAR(100) NOT NULL,\n"
                  "    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
                  "    `execution_time` INT NOT NULL,\n"
                  "    `success` BOOL NOT NULL,\n"
                  "    CONSTRAINT {} PRIMARY KEY (`installed_rank`)\n"
                  "){} ENGINE=InnoDB{}",
                  name, constraint, place, asSelect ? baselineSelect(*baseline) : ""));
  if (baseline && !asSelect) statements.push_back(baselineInsert(name, *baseline));
  statements.push_back(
      fmt::format("CREATE INDEX {} ON {} (`success`)", quoteName(table.table + "_s_idx"), name));
  return statements;
}

}  // namespace whimbrel::mysql
