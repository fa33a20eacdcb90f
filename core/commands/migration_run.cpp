#include "core/commands/migration_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/commands/program_script.h"
#include "core/commands/stopwatch.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/migration_fields.h"

namespace whimbrel {

namespace {

/// How long a run may keep the lock for one script after the other, in milliseconds: a thousand tiny ones
/// need not take it a thousand times, and another run that waits for it gets its turn.
constexpr int turn = 200;

/// A transaction when there is to be one, so that both ways read the same.
class MaybeTransaction {
 public:
  MaybeTransaction(Database& database, bool wanted) {
    if (wanted) transaction_.emplace(database);
  }
  void commit() {
    if (transaction_) transaction_->commit();
  }
  void rollback() { transaction_.reset(); }

 private:
  std::optional<Transaction> transaction_;
};

std::string versionOf(const MigrationInfo* info) {
  if (info == nullptr) return "<< Empty Schema >>";
  return info->version() ? info->version()->text() : "null";
}

std::string categoryOf(const Migration& migration) {
  if (isBaselineScript(migration.type)) return "Baseline";
  return migration.version ? "Versioned" : "Repeatable";
}

std::unique_ptr<Executable> makeExecutable(const Migration& migration, const ScriptContext& context) {
  if (migration.type == "SCRIPT") return std::make_unique<ProgramScript>(migration, context);
  return std::make_unique<Script>(migration, context);
}

/// `"1 - first"`, or `"1"` without a description.
std::string quotedMigration(const Migration& migration) {
  const std::string version = migration.version->text();
  return migration.description.empty() ? fmt::format("\"{}\"", version)
                                       : fmt::format("\"{} - {}\"", version, migration.description);
}

}  // namespace

struct MigrationRun::MigrationFailure {
  int executionTime;
  Error error;
};

MigrateResult MigrationRun::run() {
  if (session_.settings().group) {
    const HistoryLock lock = session_.lock();
    while (runRound() > 0) {
    }
    halfDone_.tidy();
  } else {
    for (bool more = true; more;) {
      const HistoryLock lock = session_.lock();
      heldLockSinceLook_ = false;
      const Stopwatch held;
      do more = runRound() > 0;
      while (more && held.milliseconds() < turn);
      if (!more) halfDone_.tidy();
    }
  }
  if (!versionedAreDone_) session_.callbacks().fire("afterVersioned");
  return std::move(result_);
}

std::size_t MigrationRun::runRound() {
  session_.restore();
  look();
  for (const std::string& warning : outlook_->warnings) session_.log().warn(warning);
  if (outlook_->pending.empty()) return 0;
  try {
    std::vector<Candidate> candidates = prepareNext();
    apply(candidates);
    forgetApplied(candidates);
    return candidates.size();
  } catch (const Error&) {
    session_.callbacks().fire("afterMigrateError");
    throw;
  }
}

void MigrationRun::look() {
  if (outlook_ && heldLockSinceLook_) return;
  heldLockSinceLook_ = true;
  if (outlook_ && session_.history().rows().size() == outlook_->rows) return;
  const MigrationInfos infos = session_.infos(options_);
  if (!outlook_) {
    announce(infos);
    fixTarget(infos);
  }
  outlook_ = Outlook{};
  checkFuture(infos);
  checkFailed(infos);
  const MigrationInfo* current = infos.current();
  if (current != nullptr) outlook_->current = current->version();
  outlook_->rows = session_.history().knownRows();
  for (const MigrationInfo* info : infos.with(State::Pending)) outlook_->pending.push_back(info->resolved);
  orderAsPicked(outlook_->pending);
  std::ranges::reverse(outlook_->pending);
}

void MigrationRun::orderAsPicked(std::vector<const Migration*>& pending) const {
  if (options_.cherryPick.empty()) return;
  std::ranges::stable_sort(pending, {}, [&](const Migration* migration) {
    return std::ranges::find_if(options_.cherryPick,
                                [&](const std::string& item) { return picks(item, *migration); }) -
           options_.cherryPick.begin();
  });
}

void MigrationRun::announce(const MigrationInfos& infos) {
  const MigrationInfo* current = infos.current();
  if (current != nullptr && current->version()) result_.initialSchemaVersion = current->version()->text();
  session_.log().info(
      fmt::format("Current version of schema {}: {}", session_.quotedSchema(), versionOf(current)));
  if (!session_.settings().outOfOrder) return;
  const std::string warning = fmt::format(
      "outOfOrder mode is active. Migration of schema {} may not be reproducible.", session_.quotedSchema());
  session_.log().warn(warning);
  result_.warnings.push_back(warning);
}

void MigrationRun::fixTarget(const MigrationInfos& infos) {
  if (options_.target.kind != Target::Kind::Next) return;
  options_.target = {Target::Kind::Current, {}, true};
  for (const MigrationInfo* info : infos.with(State::Pending))
    if (info->version()) options_.target = {Target::Kind::Version, info->version(), true};
}

void MigrationRun::checkFuture(const MigrationInfos& infos) {
  if (infos.with(State::Future).empty() && infos.with(State::FailedFuture).empty()) return;
  const std::string schema = session_.quotedSchema();
  const std::string current = versionOf(infos.current());
  if (const std::optional<Version> latest = infos.lastResolvedVersion()) {
    outlook_->warnings.push_back(
        fmt::format("Schema {} has a version ({}) that is newer than the latest available migration ({}) !",
                    schema, current, latest->text()));
  } else if (!infos.anyResolved()) {
    session_.log().error(fmt::format(
        "Schema {} has version {}, but no migration could be resolved in the configured locations !", schema,
        current));
  }
}

void MigrationRun::checkFailed(const MigrationInfos& infos) {
  std::vector<const MigrationInfo*> failed;
  for (const MigrationInfo& info : infos.all)
    if (facts(info.state).failed) failed.push_back(&info);
  if (failed.empty()) return;
  const MigrationInfo& first = *failed.front();
  const std::string schema = session_.quotedSchema();
  if (failed.size() == 1 && first.state == State::FailedFuture &&
      session_.settings().ignoreFutureMigrations) {
    return outlook_->warnings.push_back(fmt::format(
        "Schema {} contains a failed future migration to version {} !", schema, versionText(first)));
  }
  for (const std::string& warning : outlook_->warnings) session_.log().warn(warning);
  throw Error(first.version() ? fmt::format("Schema {} contains a failed migration to version {} !", schema,
                                            versionText(first))
                              : fmt::format("Schema {} contains a failed repeatable migration (\"{}\") !",
                                            schema, first.description()));
}

std::vector<MigrationRun::Candidate> MigrationRun::prepareNext() const {
  // Asked before a script runs whose row would find no place.
  static_cast<void>(session_.history().nextRank());
  const std::vector<const Migration*>& pending = outlook_->pending;
  const std::size_t count = session_.settings().group ? pending.size() : 1;
  std::vector<Candidate> candidates;
  candidates.reserve(count);
  for (auto next = pending.rbegin(); candidates.size() < count; ++next) {
    const Migration& migration = **next;
    const bool outOfOrder = migration.version && outlook_->current && *migration.version < *outlook_->current;
    candidates.push_back(
        {&migration, makeExecutable(migration, session_.scriptContext()), outOfOrder, nullptr});
  }
  return candidates;
}

/// Each of them has its row in the history by now.
void MigrationRun::forgetApplied(const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    const std::optional<Version>& version = candidate.migration->version;
    if (version && (!outlook_->current || *version > *outlook_->current)) outlook_->current = version;
    outlook_->pending.pop_back();
    ++outlook_->rows;
  }
}

bool MigrationRun::transactional(const std::vector<Candidate>& candidates) const {
  const bool first = candidates.front().script->transactional();
  bool all = true;
  for (const Candidate& candidate : candidates) {
    all = all && candidate.script->transactional();
    if (candidate.script->transactional() == first || session_.settings().mixed) continue;
    const Migration& migration = *candidate.migration;
    const std::string name =
        migration.version ? migration.version->text() + " " + migration.description : migration.description;
    throw Error(fmt::format(
        "Detected both transactional and non-transactional migrations within the same migration group "
        "(even though mixed is false). First offending migration: \"{}\"{}",
        name, candidate.script->transactional() ? "" : " [non-transactional]"));
  }
  return all;
}

void MigrationRun::openRecorders(std::vector<Candidate>& candidates, bool inTransaction) {
  for (Candidate& candidate : candidates) {
    const Migration& migration = *candidate.migration;
    halfDone_.look(*candidate.script, inTransaction);
    if (const std::optional<std::string> complaint = halfDone_.complaint(migration)) {
      // The row that the run which was cut off had no time for: real Flyway, too, then waits for repair.
      session_.history().add(*candidate.migration, 0, false);
      throw Error(fmt::format("Migration of {} stopped halfway in an earlier run: {}", subject(candidate),
                              *complaint));
    }
    candidate.recorder = halfDone_.open(migration, *candidate.script, inTransaction);
  }
}

void MigrationRun::apply(std::vector<Candidate>& candidates) {
  const bool inTransaction = transactional(candidates);
  stopIfInterrupted(candidates.front());
  openRecorders(candidates, inTransaction);
  // Only a group can reach its first repeatable in the middle of a transaction, which these events then
  // share.
  if (candidates.front().migration->repeatable()) enterRepeatables(&Callbacks::fire);
  MaybeTransaction transaction(session_.database(), inTransaction);
  for (const Candidate& candidate : candidates) {
    if (candidate.migration->repeatable()) enterRepeatables(&Callbacks::fireInPlace);
    try {
      applyOne(candidate);
    } catch (const MigrationFailure& failure) {
      transaction.rollback();
      closeRecorders(candidates);
      fail(candidate, inTransaction, failure);
    } catch (const Interruption&) {
      // What the others of the group did stays where DDL can't be rolled back, and so have their rows to.
      if (&candidate != &candidates.front() && !session_.database().facts().transactionalDdl)
        transaction.commit();
      transaction.rollback();
      closeRecorders(candidates);
      throw;
    }
  }
  transaction.commit();
}

void MigrationRun::stopIfInterrupted(const Candidate& candidate) const {
  if (session_.scriptContext().interrupted())
    throw Interruption(fmt::format("Interrupted before the migration of {}", subject(candidate)));
}

void MigrationRun::enterRepeatables(void (Callbacks::*fire)(std::string_view) const) {
  if (!versionedAreDone_) (session_.callbacks().*fire)("afterVersioned");
  versionedAreDone_ = true;
  if (!repeatablesBegan_) (session_.callbacks().*fire)("beforeRepeatables");
  repeatablesBegan_ = true;
}

void MigrationRun::applyOne(const Candidate& candidate) {
  session_.restore();
  session_.callbacks().fireInPlace("beforeEachMigrate");
  const bool skip = session_.settings().skipExecutingMigrations;
  session_.log().info(
      fmt::format("{} {}", skip ? "Skipping execution of migration of" : "Migrating", subject(candidate)));
  const Stopwatch stopwatch;
  if (!skip) {
    bool begun = false;
    try {
      StatementEvents events = session_.callbacks().statementEvents("Migrate");
      events.observer = candidate.recorder.get();
      events.send = [&] { begun = true; };
      candidate.script->execute(events);
    } catch (const Error& error) {
      if (!begun) stopIfInterrupted(candidate);
      const int executionTime = stopwatch.milliseconds();
      session_.callbacks().fireInPlace("afterEachMigrateError");
      throw MigrationFailure{executionTime, error};
    }
  }
  const int executionTime = stopwatch.milliseconds();
  session_.callbacks().fireInPlace("afterEachMigrate");
  session_.restore();
  recordSuccess(candidate, executionTime);

  const Migration& migration = *candidate.migration;
  if (migration.version) result_.targetSchemaVersion = migration.version->text();
  result_.migrations.push_back({categoryOf(migration), migration.version ? migration.version->text() : "",
                                migration.description, migration.type, migration.resource.absolutePath,
                                executionTime});
}

void MigrationRun::closeRecorders(const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates)
    if (candidate.recorder) candidate.recorder->close();
  halfDone_.tidy();
}

void MigrationRun::fail(const Candidate& candidate, bool inTransaction, const MigrationFailure& failure) {
  const bool rolledBack = inTransaction && session_.database().facts().transactionalDdl;
  session_.log().error(fmt::format("Migration of {} failed! {}", subject(candidate),
                                   rolledBack ? "Changes successfully rolled back."
                                              : "Please restore backups and roll back database and code!"));
  if (!rolledBack) {
    try {
      session_.restore();
      session_.history().reread();
      session_.history().add(*candidate.migration, failure.executionTime, false);
    } catch (const Error& error) {
      // The migration's own failure is the one to end with; this one must be told all the same.
      session_.log().error(error.message());
    }
  }
  throw Error(failure.error.message(), {failure.error.message()});
}

/// The history's row and the end of the script's own record are one step, also where the script committed
/// each statement.
void MigrationRun::recordSuccess(const Candidate& candidate, int executionTime) {
  MaybeTransaction together(session_.database(), candidate.recorder && session_.database().commitsEach());
  session_.history().add(*candidate.migration, executionTime, true);
  if (candidate.recorder) candidate.recorder->forget();
  together.commit();
}

std::string MigrationRun::subject(const Candidate& candidate) const {
  const Migration& migration = *candidate.migration;
  // Of the script itself: in a mixed group that runs without a transaction the others are not marked.
  const std::string_view mark = candidate.script->transactional() ? "" : " [non-transactional]";
  if (migration.repeatable()) {
    return fmt::format("schema {} with repeatable migration \"{}\"{}", session_.quotedSchema(),
                       migration.description, mark);
  }
  return fmt::format("schema {} to version {}{}{}", session_.quotedSchema(), quotedMigration(migration),
                     candidate.outOfOrder ? " [out of order]" : "", mark);
}

}  // namespace whimbrel
