#include "core/report/table.h"

#include <algorithm>
#include <numeric>

#include "core/report/migration_fields.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

void appendCell(std::string& line, std::string_view text, std::size_t width) {
  line += "| ";
  line += text;
  line.append(width - std::min(width, utf16Length(text)) + 1, ' ');
}

std::vector<std::size_t> columnWidths(const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  widths.reserve(columns.size());
  for (const std::string& column : columns) widths.push_back(utf16Length(column));
  for (const Row& row : rows)
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (row[i]) widths[i] = std::max(widths[i], utf16Length(*row[i]));
  return widths;
}

/// Shortens one column, but never below its title, so that a line takes no more than `most`.
void fit(std::size_t column, const std::vector<std::string>& columns, std::vector<Row>& rows,
         std::size_t most) {
  const std::vector<std::size_t> widths = columnWidths(columns, rows);
  const std::size_t line = std::accumulate(widths.begin(), widths.end(), 3 * widths.size() + 1);
  if (line <= most) return;
  const std::size_t excess = std::min(line - most, widths[column] - utf16Length(columns[column]));
  const std::size_t width = widths[column] - excess;
  for (Row& row : rows)
    if (row[column] && utf16Length(*row[column]) > width)
      row[column] = utf16Prefix(*row[column], width - 1) + "…";
}

}  // namespace

std::string drawTable(const std::vector<std::string>& columns, const std::vector<Row>& rows,
                      std::string_view emptyText) {
  const std::vector<std::size_t> widths = columnWidths(columns, rows);
  std::string rule;
  for (const std::size_t width : widths) rule += "+" + std::string(width + 2, '-');
  rule += "+\n";

  std::string table = rule;
  for (std::size_t i = 0; i < columns.size(); ++i) appendCell(table, columns[i], widths[i]);
  table += "|\n" + rule;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) appendCell(table, row[i].value_or(""), widths[i]);
    table += "|\n";
  }
  if (rows.empty()) {
    const std::size_t inner = rule.size() - 1 - std::min<std::size_t>(rule.size() - 1, 4);
    appendCell(table, utf16Prefix(emptyText, inner), inner);
    table += "|\n";
  }
  return table + rule;
}

std::string infoTable(const std::vector<const MigrationInfo*>& migrations,
                      std::optional<std::size_t> columns) {
  static const std::vector<std::string> titles = {"Category", "Version",      "Description",
                                                  "Type",     "Installed On", "State"};
  constexpr std::size_t description = 2;
  std::vector<Row> rows;
  rows.reserve(migrations.size());
  for (const MigrationInfo* info : migrations) {
    const std::string installedOn = info->applied ? info->applied->installedOn.substr(0, 19) : "";
    rows.push_back({std::string(category(*info)), versionText(*info), info->description(), info->type(),
                    installedOn, std::string(facts(info->state).text)});
  }
  if (columns) fit(description, titles, rows, *columns);
  return drawTable(titles, rows, "No migrations found");
}

std::string resultTable(const StatementResult& result) {
  return drawTable(result.columns, result.rows, "No rows returned");
}

}  // namespace whimbrel
