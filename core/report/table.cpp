#include "core/report/table.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "core/report/migration_fields.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

void appendCell(std::string& line, std::string_view text, std::size_t width) {
  line += "| ";
  line += text;
  line.append(width - std::min(width, utf16Length(text)) + 1, ' ');
}

using Titles = std::vector<std::string>;

/// `row(i)` gives the cells of one of `count` rows. It is asked twice for each, so that a long table need not
/// be kept besides its text.
template <typename RowAt>
std::vector<std::size_t> columnWidths(const Titles& columns, std::size_t count, const RowAt& row) {
  std::vector<std::size_t> widths;
  widths.reserve(columns.size());
  for (const std::string& column : columns) widths.push_back(utf16Length(column));
  for (std::size_t number = 0; number < count; ++number) {
    const Row& cells = row(number);
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (cells[i]) widths[i] = std::max(widths[i], utf16Length(*cells[i]));
  }
  return widths;
}

template <typename RowAt>
std::string draw(const Titles& columns, const std::vector<std::size_t>& widths, std::size_t count,
                 const RowAt& row, std::string_view emptyText) {
  std::string rule;
  for (const std::size_t width : widths) rule += "+" + std::string(width + 2, '-');
  rule += "+\n";

  std::string table;
  table.reserve(rule.size() * (count + 5));  // most cells are plain ASCII
  table += rule;
  for (std::size_t i = 0; i < columns.size(); ++i) appendCell(table, columns[i], widths[i]);
  table += "|\n" + rule;
  for (std::size_t number = 0; number < count; ++number) {
    const Row& cells = row(number);
    for (std::size_t i = 0; i < widths.size(); ++i) appendCell(table, cells[i].value_or(""), widths[i]);
    table += "|\n";
  }
  if (count == 0) {
    const std::size_t inner = rule.size() - 1 - std::min<std::size_t>(rule.size() - 1, 4);
    appendCell(table, utf16Prefix(emptyText, inner), inner);
    table += "|\n";
  }
  return table += rule;
}

/// Narrows one column, but never below its title, so that a line takes no more than `most`.
void fit(std::vector<std::size_t>& widths, std::size_t column, std::size_t title, std::size_t most) {
  const std::size_t line = std::accumulate(widths.begin(), widths.end(), 3 * widths.size() + 1);
  if (line > most) widths[column] -= std::min(line - most, widths[column] - title);
}

}  // namespace

std::string infoTable(const std::vector<const MigrationInfo*>& migrations,
                      std::optional<std::size_t> columns) {
  const Titles titles = {"Category", "Version", "Description", "Type", "Installed On", "State"};
  constexpr std::size_t description = 2;
  const auto row = [&](std::size_t number) -> Row {
    const MigrationInfo& info = *migrations[number];
    const std::string installedOn = info.applied ? info.applied->installedOn.substr(0, 19) : "";
    return {
        std::string(category(info)),        versionText(info), info.description(), info.type(), installedOn,
        std::string(facts(info.state).text)};
  };
  std::vector<std::size_t> widths = columnWidths(titles, migrations.size(), row);
  if (columns) fit(widths, description, utf16Length(titles[description]), *columns);
  const auto fittingRow = [&](std::size_t number) {
    Row cells = row(number);
    if (utf16Length(*cells[description]) > widths[description])
      cells[description] = utf16Prefix(*cells[description], widths[description] - 1) + "…";
    return cells;
  };
  return draw(titles, widths, migrations.size(), fittingRow, "No migrations found");
}

std::string resultTable(const StatementResult& result) {
  const auto row = [&](std::size_t number) -> const Row& { return result.rows[number]; };
  const std::size_t count = result.rows.size();
  return draw(result.columns, columnWidths(result.columns, count, row), count, row, "No rows returned");
}

}  // namespace whimbrel
