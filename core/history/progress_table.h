// The side table beside the schema history: how far each script came that can't be rolled back as a whole. It
// is there only while such a script runs or lies half-done (docs/reliability.md); Flyway does not know it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/database.h"
#include "core/version/version.h"

namespace whimbrel {

/// A statement of a script: its number from 1 on (0: none) and the line where it begins.
struct Position {
  std::int64_t number = 0;
  int line = 0;
};

/// How far a script came: everything up to `done` took effect, what follows up to `doubtful` may or may not
/// have, the rest did not.
struct Progress {
  /// A number of `doubtful`: any of the statements behind `done`.
  static constexpr std::int64_t any = std::numeric_limits<std::int32_t>::max();

  Position done;
  Position doubtful;
  std::int32_t textSum = 0;  ///< Checksum of the texts of the statements up to `done`

  bool inDoubt() const { return doubtful.number > done.number; }
  bool nothing() const { return done.number == 0 && !inDoubt(); }
};

/// One row: a script and its progress.
struct ScriptRecord {
  int id = 0;
  std::optional<Version> version;  ///< absent: repeatable
  std::string description;
  std::string type;  ///< as in the history
  std::string script;
  bool repaired = false;  ///< repair has seen it, so that migrate may run the script again
  Progress progress;
};

class ProgressTable {
 public:
  /// `database` must outlive the table.
  ProgressTable(Database& database, const TableName& history);

  std::string quotedName() const { return database_.quote(name_); }

  // All of these throw SqlError.
  bool exists();
  std::vector<ScriptRecord> rows();
  /// Creates the table unless it is there.
  void create();
  void add(const ScriptRecord& row);
  /// Part of the transaction that is open, if any; likewise remove().
  void update(int id, const Progress& progress);
  void remove(int id);
  void markRepaired();
  /// Takes out the rows of scripts of which nothing took effect, and the table when no other is left.
  void dropIfUnused();

 private:
  /// All of it runs on the script's own connection, as if the script did it.
  std::vector<Row> run(const std::string& sql);

  Database& database_;
  TableName name_;
};

}  // namespace whimbrel
