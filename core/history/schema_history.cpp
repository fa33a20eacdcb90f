#include "core/history/schema_history.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/error.h"
#include "core/report/error_block.h"
#include "core/state/migration_info.h"

namespace whimbrel {

namespace {

constexpr const char* columns[] = {"installed_rank", "version",  "description",  "type",
                                   "script",         "checksum", "installed_on", "installed_by",
                                   "execution_time", "success"};

int number(std::string_view column, const Value& value) {
  int parsed = 0;
  const std::string_view text = value ? std::string_view(*value) : std::string_view();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    throw Error(fmt::format("column {} holds {}, which is no whole number", column,
                            value ? "'" + *value + "'" : std::string("NULL")));
  }
  return parsed;
}

bool truth(const Value& value) {
  return value && (*value == "1" || *value == "t" || *value == "true" || *value == "TRUE");
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
    // A run without the lock (an older tool) may have been faster.
    if (exists()) return;
    throw Error(ErrorCode::DbConnection, sqlErrorBlock("Migration  failed", error, {"", "", 1, running}));
  }
  exists_ = true;
}

const std::vector<AppliedMigration>& SchemaHistory::rows() {
  if (!exists()) return rows_;
  const int highestRank = rows_.empty() ? -1 : rows_.back().installedRank;
  std::string list;
  for (const char* column : columns) list += (list.empty() ? "" : ",") + database_.quote(column);
  const std::string rank = database_.quote("installed_rank");
  try {
    for (const Row& row : database_.query(fmt::format("SELECT {} FROM {} WHERE {} > {} ORDER BY {}", list,
                                                      quotedName(), rank, highestRank, rank)))
      rows_.push_back(parse(row));
  } catch (const SqlError& error) {
    throw databaseError(
        fmt::format("Error while retrieving the list of applied migrations from Schema History table {}",
                    quotedName()),
        error);
  }
  return rows_;
}

AppliedMigration SchemaHistory::parse(const Row& row) const {
  const auto text = [&](std::size_t column) { return row.at(column).value_or(""); };
  try {
    AppliedMigration migration;
    migration.installedRank = number(columns[0], row.at(0));
    if (row.at(1)) migration.version = Version::parse(*row[1]);
    migration.description = text(2);
    migration.type = readType(text(3));
    migration.script = text(4);
    if (row.at(5)) migration.checksum = number(columns[5], row[5]);
    migration.installedOn = text(6);
    migration.installedBy = text(7);
    migration.executionTime = number(columns[8], row.at(8));
    migration.success = truth(row.at(9));
    return migration;
  } catch (const Error& error) {
    throw Error(fmt::format("Unable to read the row with installed_rank {} of Schema History table {}: {}",
                            row.at(0).value_or("NULL"), quotedName(), error.message()));
  }
}

void SchemaHistory::add(AppliedMigration row, std::optional<int> installedRank) {
  const int rank = installedRank ? *installedRank : rows_.empty() ? 1 : rows_.back().installedRank + 1;
  const auto literal = [&](const std::string& value) { return database_.literal(value); };
  const auto quote = [&](const char* column) { return database_.quote(column); };
  const std::string insert = fmt::format(
      "INSERT INTO {} ({}, {}, {}, {}, {}, {}, {}, {}, {}) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
      quotedName(), quote("installed_rank"), quote("version"), quote("description"), quote("type"),
      quote("script"), quote("checksum"), quote("installed_by"), quote("execution_time"), quote("success"),
      rank, row.version ? literal(row.version->text()) : "NULL", literal(historyDescription(row.description)),
      literal(row.type), literal(historyScript(row.script)),
      row.checksum ? std::to_string(*row.checksum) : "NULL", literal(installedBy()), row.executionTime,
      database_.booleanLiteral(row.success));
  try {
    database_.query(insert);
  } catch (const SqlError& error) {
    throw databaseError(fmt::format("Unable to insert row for version '{}' in Schema History table {}",
                                    row.version ? row.version->text() : "null", quotedName()),
                        error);
  }
  row.installedRank = rank;
  rows_.insert(std::ranges::upper_bound(rows_, rank, {}, &AppliedMigration::installedRank), std::move(row));
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
