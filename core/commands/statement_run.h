// The statements of one script on their way to the database, in order: one by one, or with batch=true several
// at once where the database gains by it. Both leave and print the same.
#pragma once

#include <cstddef>
#include <vector>

#include "core/commands/executable.h"
#include "core/commands/script.h"
#include "core/commands/script_progress.h"
#include "core/database.h"
#include "core/error.h"
#include "core/locations/resource.h"
#include "core/sql/splitter.h"

namespace whimbrel {

class StatementRun {
 public:
  /// All of it outlives the run. Events around each statement keep it from being batched.
  StatementRun(const ScriptContext& context, const Resource& script, const StatementEvents& events,
               ScriptProgress& progress);

  /// Runs the statement, with the data lines of a COPY or null, or keeps it for a batch. Throws Error with
  /// the block of the statement that failed, which may be an earlier one.
  void run(const sql::Statement& statement, Reader* copyData);
  /// Runs what is still kept.
  void finish() { runBatch(); }

 private:
  void stopIfInterrupted(int line) const;
  void tellSend() const;
  bool mustBeFollowed() const;
  void keep(const sql::Statement& statement);
  void runBatch();
  void runOne(const sql::Statement& statement, Reader* copyData);
  void logText(const sql::Statement& statement) const;
  void report(const Execution& execution);
  Error failure(const sql::Statement& statement, const SqlError& error) const;
  std::string leftBehind() const;

  const ScriptContext& context_;
  const Resource& script_;
  const StatementEvents& events_;
  ScriptProgress& progress_;
  bool batches_;
  std::vector<sql::Statement> batch_;
  std::size_t batchBytes_ = 0;
  std::size_t done_ = 0;
  int endedAt_ = 0;  ///< the line of a statement that ended the transaction itself; 0 if none did
};

}  // namespace whimbrel
