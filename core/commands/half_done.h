// Scripts that an earlier run left half-done, and the records of those that this run may leave so
// (docs/reliability.md).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/commands/executable.h"
#include "core/commands/progress_recorder.h"
#include "core/commands/session.h"
#include "core/history/progress_table.h"

namespace whimbrel {

class HalfDoneScripts {
 public:
  explicit HalfDoneScripts(Session& session);

  /// Reads what earlier runs left: once, and again whenever `script` is one that another run, since then, may
  /// have left half-done. Call it under the lock. Throws Error.
  void look(const Executable& script, bool inTransaction);

  /// Why the migration can't run yet: it lies half-done, and neither has repair been run nor is it to go on.
  std::optional<std::string> complaint(const Migration& migration) const;

  /// The recorder of a script that is about to run, from its beginning or from where it stopped; null when it
  /// needs none. Call it outside of transactions. Throws Error when it can't go on.
  std::unique_ptr<ProgressRecorder> open(const Migration& migration, const Executable& script,
                                         bool inTransaction);

  /// Drops the table unless there is something to remember. Call it under the lock.
  void tidy() noexcept;

 private:
  const ScriptRecord* find(const Migration& migration) const;
  bool records(const Executable& script, bool inTransaction) const;
  std::unique_ptr<ProgressRecorder> start(ScriptRecord row);
  std::unique_ptr<ProgressRecorder> goOn(const ScriptRecord& row, const Executable& script);
  void requireRollback(const ScriptRecord& row);

  Session& session_;
  ProgressTable table_;
  bool looked_ = false;
  bool mayExist_ = false;  ///< the table
  std::vector<ScriptRecord> rows_;
};

/// One text for each script that lies half-done, for those who only look; empty when that can't be read.
std::vector<std::string> describeHalfDone(Session& session);

/// Lets migrate run half-done scripts again: what repair does about them, and what it says.
std::vector<std::string> releaseHalfDone(Session& session);

}  // namespace whimbrel
