// Applies what is pending, round by round under the lock (spec/commands.md sections 2 and 10). Several runs
// at once interleave: each takes whichever migration is next.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/commands/half_done.h"
#include "core/commands/script.h"
#include "core/commands/session.h"
#include "core/report/results.h"
#include "core/state/migration_info.h"

namespace whimbrel {

class MigrationRun {
 public:
  explicit MigrationRun(Session& session)
      : session_(session), options_(session.stateOptions()), halfDone_(session) {}

  /// Runs until nothing is pending. Fills all of the result but the common fields and schemaName.
  MigrateResult run();

 private:
  /// A migration that is about to run.
  struct Candidate {
    const Migration* migration;
    std::unique_ptr<Executable> script;
    bool outOfOrder;
    std::unique_ptr<ProgressRecorder> recorder;  ///< null when the script can't stop halfway
  };

  /// The migration's own script failed, in contrast to a callback around it.
  struct MigrationFailure;

  /// What a look at scripts and history told. It stays true while no other run adds to the history: to look
  /// anew before each of n migrations would take n² steps.
  struct Outlook {
    std::vector<const Migration*> pending;  ///< the next one last
    std::optional<Version> current;
    std::size_t rows = 0;               ///< of the history, those that we added included
    std::vector<std::string> warnings;  ///< that each round repeats
  };

  /// One round: looks at the history and applies the next migration, or all with group=true. Returns how
  /// many.
  std::size_t runRound();
  /// Reads the history, unless nobody can have added to it since: other runs need the lock for that.
  void look();
  void announce(const MigrationInfos& infos);
  void checkFuture(const MigrationInfos& infos);
  void checkFailed(const MigrationInfos& infos);
  std::vector<Candidate> prepareNext() const;
  void forgetApplied(const std::vector<Candidate>& candidates);
  bool transactional(const std::vector<Candidate>& candidates) const;
  void apply(std::vector<Candidate>& candidates);
  /// Throws Interruption when the run was told to stop: of the candidate nothing has run, so that there is
  /// nothing to repair.
  void stopIfInterrupted(const Candidate& candidate) const;
  /// Before the transaction: a table that is created in it would end it.
  void openRecorders(std::vector<Candidate>& candidates, bool inTransaction);
  /// Tells the callbacks, once, that the versioned migrations are through and repeatables come.
  void enterRepeatables(void (Callbacks::*fire)(std::string_view) const);
  void applyOne(const Candidate& candidate);
  /// Says that the migration failed, records it where its changes could not be rolled back, and throws its
  /// Error.
  [[noreturn]] void fail(const Candidate& candidate, bool inTransaction, const MigrationFailure& failure);
  /// Leaves in the progress table what is true now that all is rolled back that could be.
  void closeRecorders(const std::vector<Candidate>& candidates);
  void recordSuccess(const Candidate& candidate, int executionTime);
  /// `schema S to version "1 - a"`, with its marks, as the lines before and after a migration show it.
  std::string subject(const Candidate& candidate) const;

  /// cherryPick is an order, too.
  void orderAsPicked(std::vector<const Migration*>& pending) const;
  /// Makes of target=next, once, the version that it means for this run.
  void fixTarget(const MigrationInfos& infos);

  Session& session_;
  StateOptions options_;
  HalfDoneScripts halfDone_;
  MigrateResult result_;
  std::optional<Outlook> outlook_;  ///< absent before the first round
  bool heldLockSinceLook_ = false;
  bool versionedAreDone_ = false;
  bool repeatablesBegan_ = false;
};

}  // namespace whimbrel
