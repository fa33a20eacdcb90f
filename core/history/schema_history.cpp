#include "core/history/schema_history.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "core/report/error_block.h"
#include "core/state/migration_info.h"

namespace whimbrel {

namespace {

constexpr const char* columns[] = {"installed_rank", "version",  "description",  "type",
                                   "script",         "checksum", "installed_on", "installed_by",
                                   "execution_time", "success"};

/// The value of a column that decides what happens; the reference takes a NULL in the others for "" or 0.
const std::string& present(std::string_view column, const Value& value) {
  if (!value) throw Error(fmt::format("column {} holds NULL", column));
  return *value;
}

int number(std::string_view column, const std::string& text) {
  int parsed = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, parsed);
  if (error != std::errc() || end != last)
    throw Error(fmt::format("column {} holds '{}', which is no 32-bit number", column, text));
  return parsed;
}

bool truth(const std::string& text) { return text == "1" || text == "t" || text == "true" || text == "TRUE"; }

/// The row as it stands in the table then; when it was installed is not known.
AppliedMigration madeFrom(const BaselineRow& baseline) {
  AppliedMigration row;
  row.installedRank = 1;
  row.version = Version::parse(baseline.version);
  row.description = baseline.description;
  row.type = "BASELINE";
  row.script = baseline.script;
  row.installedBy = baseline.installedBy;
  row.success = true;
  return row;
}

/// Types that the reference reads under another name.
std::string readType(const std::string& type) {
  if (type == "SPRING_JDBC") return "JDBC";
  if (type == "UNDO_SPRING_JDBC") return "UNDO_JDBC";
  return type;
}

}  // namespace

SchemaHistory::SchemaHistory(Database& database, TableName table, const Settings& settings)
    : database_(database), table_(std::move(table)), settings_(settings) {}

std::string SchemaHistory::installedBy() const {
  return settings_.installedBy.empty() ? database_.facts().user : settings_.installedBy;
}

bool SchemaHistory::exists() {
  if (exists_) return true;
  try {
    return exists_ = database_.tableExists(table_);
  } catch (const SqlError& error) {
    throw databaseError(fmt::format("Unable to check whether table {} exists", quotedName()), error);
  }
}

void SchemaHistory::create(const std::optional<BaselineRow>& baseline) {
  std::string running;
  try {
    Transaction transaction(database_);
    for (const std::string& statement :
         database_.historyTableStatements(table_, settings_.tablespace, baseline)) {
      running = statement;
      database_.query(statement);
    }
    transaction.commit();
  } catch (const SqlError& error) {
    // A run without the lock (an older tool) may have been faster. Then a baseline row is not ours to claim.
    if (!baseline && exists()) return;
    throw Error(ErrorCode::DbConnection, sqlErrorBlock("Migration  failed", error, {"", "", 1, running}));
  }
  exists_ = true;
  if (baseline) append(madeFrom(*baseline));
}

const std::vector<AppliedMigration>& SchemaHistory::rows() {
  constexpr std::size_t page = 1000;  // keeps small what client library and server have to hold at a time
  if (!exists()) return rows_;
  std::string list;
  for (const char* column : columns) list += (list.empty() ? "" : ",") + database_.quote(column);
  const std::string rank = database_.quote("installed_rank");
  try {
    // From the second page on, the last row comes along once more, so that a twin of its is found.
    for (const char* behind = ">";; behind = ">=") {
      const int highestRank = rows_.empty() ? -1 : rows_.back().installedRank;
      const std::vector<Row> read =
          database_.query(fmt::format("SELECT {} FROM {} WHERE {} {} {} ORDER BY {} LIMIT {}", list,
                                      quotedName(), rank, behind, highestRank, rank, page));
      for (const Row& row : read) {
        const bool known =
            behind[1] != '\0' && &row == &read.front() && row[0] == std::to_string(highestRank);
        if (!known) append(parse(row));
      }
      if (read.size() < page) break;
    }
  } catch (const SqlError& error) {
    throw databaseError(
        fmt::format("Error while retrieving the list of applied migrations from Schema History table {}",
                    quotedName()),
        error);
  }
  return rows_;
}

/// Two rows of one rank mean that the primary key was lost; an update by rank would then hit both.
void SchemaHistory::append(AppliedMigration row) {
  if (!rows_.empty() && rows_.back().installedRank == row.installedRank) {
    throw Error(fmt::format("Schema History table {} holds more than one row with installed_rank {}",
                            quotedName(), row.installedRank));
  }
  rows_.push_back(std::move(row));
}

AppliedMigration SchemaHistory::parse(const Row& row) const {
  const auto text = [&](std::size_t column) { return row.at(column).value_or(""); };
  try {
    AppliedMigration migration;
    migration.installedRank = number(columns[0], present(columns[0], row.at(0)));
    if (row.at(1)) migration.version = Version::parse(*row[1]);
    migration.description = present(columns[2], row.at(2));
    migration.type = readType(present(columns[3], row.at(3)));
    migration.script = text(4);
    if (row.at(5)) migration.checksum = number(columns[5], *row[5]);
    migration.installedOn = text(6);
    migration.installedBy = text(7);
    if (row.at(8)) migration.executionTime = number(columns[8], *row[8]);
    migration.success = truth(present(columns[9], row.at(9)));
    return migration;
  } catch (const Error& error) {
    throw Error(fmt::format("Unable to read the row with installed_rank {} of Schema History table {}: {}",
                            row.at(0).value_or("NULL"), quotedName(), error.message()));
  }
}

int SchemaHistory::nextRank() const {
  if (rows_.empty()) return 1;
  const int highest = rows_.back().installedRank;
  if (highest == std::numeric_limits<int>::max()) {
    throw Error(
        fmt::format("Schema History table {} has no room for another row: its highest installed_rank is {}",
                    quotedName(), highest));
  }
  return highest + 1;
}

void SchemaHistory::add(AppliedMigration row, std::optional<int> installedRank) {
  const int rank = installedRank ? *installedRank : nextRank();
  FieldValue version, checksum;
  if (row.version) version = row.version->text();
  if (row.checksum) checksum = *row.checksum;
  const std::array<Field, 9> fields = {{{"installed_rank", rank},
                                        {"version", version},
                                        {"description", historyDescription(row.description)},
                                        {"type", row.type},
                                        {"script", historyScript(row.script)},
                                        {"checksum", checksum},
                                        {"installed_by", installedBy()},
                                        {"execution_time", row.executionTime},
                                        {"success", row.success}}};
  try {
    database_.insert(table_, fields);
  } catch (const SqlError& error) {
    throw databaseError(fmt::format("Unable to insert row for version '{}' in Schema History table {}",
                                    row.version ? row.version->text() : "null", quotedName()),
                        error);
  }
  row.installedRank = rank;
  rows_.insert(std::ranges::upper_bound(rows_, rank, {}, &AppliedMigration::installedRank), std::move(row));
}

void SchemaHistory::add(const Migration& migration, int executionTime, bool success) {
  AppliedMigration row;
  row.version = migration.version;
  row.description = migration.description;
  row.type = migration.type;
  row.script = migration.script();
  row.checksum = migration.checksum;
  row.executionTime = executionTime;
  row.success = success;
  add(std::move(row));
}

std::vector<AppliedMigration> SchemaHistory::removeFailed() {
  std::vector<AppliedMigration> failed;
  for (const AppliedMigration& row : rows())
    if (!row.success) failed.push_back(row);
  for (const AppliedMigration& row : failed) {
    database_.query(fmt::format("DELETE FROM {} WHERE {} = {} AND {} = {}", quotedName(),
                                database_.quote("success"), database_.booleanLiteral(false),
                                database_.quote(row.version ? "version" : "description"),
                                database_.literal(row.version ? row.version->text() : row.description)));
  }
  rows_.clear();
  return failed;
}

void SchemaHistory::align(const AppliedMigration& row, const std::string& description,
                          const std::string& type, std::int32_t checksum) {
  try {
    database_.query(fmt::format(
        "UPDATE {} SET {} = {}, {} = {}, {} = {} WHERE {} = {}", quotedName(), database_.quote("description"),
        database_.literal(historyDescription(description)), database_.quote("type"), database_.literal(type),
        database_.quote("checksum"), checksum, database_.quote("installed_rank"), row.installedRank));
  } catch (const SqlError& error) {
    throw databaseError(fmt::format("Unable to repair Schema History table {} for version {}", quotedName(),
                                    row.version ? row.version->text() : "null"),
                        error);
  }
}

void SchemaHistory::forget() {
  exists_ = false;
  rows_.clear();
}

}  // namespace whimbrel
