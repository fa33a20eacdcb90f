// The schema history table: what Flyway and whimbrel both write and read (spec/commands.md section 11).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/settings.h"
#include "core/database.h"
#include "core/migrations/migration.h"
#include "core/state/applied_migration.h"

namespace whimbrel {

class SchemaHistory {
 public:
  /// `database` must outlive the history.
  SchemaHistory(Database& database, TableName table, const Settings& settings);

  /// As messages show it: `app`.`flyway_schema_history`.
  std::string quotedName() const { return database_.quote(table_); }
  const TableName& table() const { return table_; }
  /// Who goes into installed_by: the installedBy key, else the database's user.
  std::string installedBy() const;

  /// Asks the database until the answer is yes; then it stays so, until forget().
  bool exists();
  /// Creates the table, with a BASELINE row if one is given. Throws Error.
  void create(const std::optional<BaselineRow>& baseline);

  /// All rows by installed_rank; none when there is no table. Rows already read, or added by this object, are
  /// not read again. Throws Error for a table that can't be read or holds what no history holds.
  const std::vector<AppliedMigration>& rows();

  /// How many rows this object knows of, without asking.
  std::size_t knownRows() const { return rows_.size(); }

  /// The installed_rank that the next row gets. Throws Error when the table has used up all of them.
  int nextRank() const;
  /// Adds a row. Its installed_rank is the highest so far + 1 unless the row brings one (the SCHEMA row is
  /// 0); description and script are shortened to what the columns hold; installed_on is left to the server.
  void add(AppliedMigration row, std::optional<int> installedRank = {});
  /// Adds the row of a migration, or of the undoing of one, that ran for so many milliseconds.
  void add(const Migration& migration, int executionTime, bool success);

  /// Deletes the rows with success = false; returns them.
  std::vector<AppliedMigration> removeFailed();
  /// Sets description, type and checksum of a row.
  void align(const AppliedMigration& row, const std::string& description, const std::string& type,
             std::int32_t checksum);

  /// Reads all rows again: some may have been rolled back.
  void reread() {
    rows_.clear();
    rows();
  }
  /// Forgets everything: the table may have been dropped.
  void forget();

 private:
  AppliedMigration parse(const Row& row) const;
  void append(AppliedMigration row);

  Database& database_;
  TableName table_;
  const Settings& settings_;
  bool exists_ = false;
  std::vector<AppliedMigration> rows_;
};

/// Holds the lock that keeps other runs away from the history, as long as it lives.
class HistoryLock {
 public:
  HistoryLock(Database& database, const TableName& table, int retryCount, bool (*interrupted)())
      : database_(database), table_(table) {
    database_.lock(table_, retryCount, interrupted);
  }
  HistoryLock(const HistoryLock&) = delete;
  HistoryLock& operator=(const HistoryLock&) = delete;
  ~HistoryLock() { database_.unlock(table_); }

 private:
  Database& database_;
  TableName table_;
};

}  // namespace whimbrel
