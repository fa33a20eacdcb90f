#include "core/history/progress_table.h"

#include <charconv>

#include <fmt/format.h>

#include "core/state/migration_info.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view suffix = "_whimbrel";
/// What MySQL and PostgreSQL take at least, in bytes.
constexpr std::size_t longestName = 63;

/// `flyway_schema_history_whimbrel`; of a name that is too long for that, its front part and its hash.
TableName progressTableName(const TableName& history) {
  std::string name = history.table;
  if (name.size() + suffix.size() > longestName)
    name = utf16Prefix(name, 10) + fmt::format("{:08x}", static_cast<std::uint32_t>(javaHash(name)));
  return {history.schema, name + std::string(suffix)};
}

template <typename Number>
Number number(const Value& value) {
  Number parsed{};
  const std::string text = value.value_or("0");
  std::from_chars(text.data(), text.data() + text.size(), parsed);
  return parsed;
}

bool truth(const Value& value) { return value == "1" || value == "t"; }

}  // namespace

ProgressTable::ProgressTable(Database& database, const TableName& history)
    : database_(database), name_(progressTableName(history)) {}

std::vector<Row> ProgressTable::run(const std::string& sql) {
  std::vector<StatementResult> results = database_.execute(sql).results;
  return results.empty() ? std::vector<Row>() : std::move(results.back().rows);
}

bool ProgressTable::exists() { return database_.tableExists(name_); }

std::vector<ScriptRecord> ProgressTable::rows() {
  std::vector<ScriptRecord> rows;
  if (!exists()) return rows;
  for (const Row& row :
       run(fmt::format("SELECT id, version, description, kind, script, repaired, done, done_line, doubtful, "
                       "doubtful_line, text_sum FROM {} ORDER BY id",
                       quotedName()))) {
    ScriptRecord& read = rows.emplace_back();
    read.id = number<int>(row.at(0));
    if (row.at(1)) read.version = Version::parse(*row[1]);
    read.description = row.at(2).value_or("");
    read.type = row.at(3).value_or("");
    read.script = row.at(4).value_or("");
    read.repaired = truth(row.at(5));
    read.progress.done = {number<std::int64_t>(row.at(6)), number<int>(row.at(7))};
    read.progress.doubtful = {number<std::int64_t>(row.at(8)), number<int>(row.at(9))};
    read.progress.textSum = number<std::int32_t>(row.at(10));
  }
  return rows;
}

void ProgressTable::create() {
  run(fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (id INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
      "description VARCHAR(200) NOT NULL, kind VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, "
      "repaired BOOLEAN NOT NULL, done INT NOT NULL, done_line INT NOT NULL, doubtful INT NOT NULL, "
      "doubtful_line INT NOT NULL, text_sum INT NOT NULL){}",
      quotedName(), database_.facts().tableOptions));
}

void ProgressTable::add(const ScriptRecord& row) {
  const auto literal = [&](const std::string& value) { return database_.literal(value); };
  const Progress& progress = row.progress;
  run(fmt::format(
      "INSERT INTO {} (id, version, description, kind, script, repaired, done, done_line, doubtful, "
      "doubtful_line, text_sum) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
      quotedName(), row.id, row.version ? literal(row.version->text()) : "NULL",
      literal(historyDescription(row.description)), literal(row.type), literal(historyScript(row.script)),
      database_.booleanLiteral(row.repaired), progress.done.number, progress.done.line,
      progress.doubtful.number, progress.doubtful.line, progress.textSum));
}

void ProgressTable::update(int id, const Progress& progress) {
  run(fmt::format(
      "UPDATE {} SET repaired = {}, done = {}, done_line = {}, doubtful = {}, doubtful_line = {}, "
      "text_sum = {} WHERE id = {}",
      quotedName(), database_.booleanLiteral(false), progress.done.number, progress.done.line,
      progress.doubtful.number, progress.doubtful.line, progress.textSum, id));
}

void ProgressTable::markRepaired() {
  run(fmt::format("UPDATE {} SET repaired = {}", quotedName(), database_.booleanLiteral(true)));
}

void ProgressTable::remove(int id) { run(fmt::format("DELETE FROM {} WHERE id = {}", quotedName(), id)); }

void ProgressTable::dropIfUnused() {
  run(fmt::format("DELETE FROM {} WHERE done = 0 AND doubtful = 0", quotedName()));
  if (rows().empty()) run("DROP TABLE " + quotedName());
}

}  // namespace whimbrel
