// Writes down, while a script runs that can't be rolled back as a whole, which of its statements have taken
// effect, so that this is known whenever the run, the connection or the server ends.
//
// The row in the progress table is written only before statements that may commit: an implicit commit then
// commits the row together with what it tells of. What is rolled back takes the row back with it. So the row
// is never ahead of the truth, and behind it by one statement at most, which it names as doubtful.
#pragma once

#include <string>

#include "core/commands/executable.h"
#include "core/database.h"
#include "core/history/progress_table.h"
#include "core/log.h"
#include "core/migrations/checksum.h"

namespace whimbrel {

class ProgressRecorder : public StatementObserver {
 public:
  /// `row` is in the table already. The first `skipped` statements count as done by an earlier run: of them
  /// only those run that change nothing but the session.
  ProgressRecorder(Database& database, Log& log, ProgressTable& table, ScriptRecord row,
                   std::int64_t skipped);

  bool begin(const sql::Statement& statement) override;
  void send() override { running_ = !isSkipped(); }
  void end() override;
  std::string effects() override;

  /// The script is done: the row goes with the transaction that the script's history row is part of.
  void forget();
  /// The script failed and what could be rolled back is: writes what is left, if the connection allows it.
  void close() noexcept;

 private:
  bool isSkipped() const { return current_.number <= skipped_; }
  Position doubtful() const;
  void write(const Progress& progress);
  /// Makes durable what has been committed since the row was written.
  void catchUp();
  /// What the database did with a statement that it refused.
  void settleFailure();

  Database& database_;
  Log& log_;
  ProgressTable& table_;
  ScriptRecord row_;  ///< as written
  std::int64_t skipped_;
  Progress sure_;     ///< what has taken effect by now
  Position current_;  ///< the statement at hand, or the last one
  Position previous_;
  Checksum sum_;  ///< up to the statement at hand
  std::int32_t previousSum_ = 0;
  StatementEffect effect_;
  bool running_ = false;
  bool mayCommit_ = false;
  bool mayLock_ = false;  ///< a statement has run that may keep us from writing
  bool locked_ = false;   ///< likewise, and it is the last one that committed
};

/// Throws Error unless the first statements of the script are those that `progress` was recorded of, and the
/// session that they leave behind can be had again.
void requireResumable(const Executable& script, const Database& database, const ScriptRecord& progress);

/// "statements 1 to 3 took effect, the last one at line 12; statement 4 at line 14 may or may not have"
std::string describe(const Progress& progress);

}  // namespace whimbrel
