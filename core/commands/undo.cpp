#include <algorithm>

#include <fmt/format.h>

#include "core/commands/commands.h"
#include "core/commands/dry_run.h"
#include "core/commands/script.h"
#include "core/commands/session.h"
#include "core/commands/stopwatch.h"
#include "core/error.h"
#include "core/report/migration_fields.h"

namespace whimbrel {

namespace {

/// Undoes applied migrations with their U scripts, latest first. Flyway charges for this command; its
/// messages and rows are those that its documentation tells (spec/commands.md section 9.1).
class UndoRun {
 public:
  explicit UndoRun(Session& session) : session_(session), target_(Target::parse(session.settings().target)) {}

  UndoResult run() {
    if (session_.settings().group) {
      const HistoryLock lock = session_.lock();
      Transaction transaction(session_.database());
      try {
        while (runRound(false)) {
        }
      } catch (const Interruption&) {
        // What was undone before stays where DDL can't be rolled back, and so have its rows to.
        if (!session_.database().facts().transactionalDdl) transaction.commit();
        throw;
      }
      transaction.commit();
    } else {
      bool more = true;
      while (more) {
        const HistoryLock lock = session_.lock();
        more = runRound(true);
      }
    }
    return std::move(result_);
  }

 private:
  /// Undoes one migration; says whether there may be another.
  bool runRound(bool inOwnTransaction) {
    session_.restore();
    const MigrationInfos infos = session_.infos({{}, true, {}});
    if (firstRound_) announce(infos);
    const MigrationInfo* next = nextToUndo(infos);
    if (next == nullptr) return false;
    const Migration* undo = findUndoScript(*next->version());
    if (undo == nullptr) {
      if (firstRound_)
        throw Error(fmt::format(
            "Unable to undo migration to version {} as no corresponding undo migration has been found.",
            next->version()->text()));
      return false;
    }
    firstRound_ = false;
    apply(*undo, inOwnTransaction);
    return target_.kind != Target::Kind::Latest;
  }

  void announce(const MigrationInfos& infos) {
    const MigrationInfo* current = infos.current();
    if (current != nullptr && current->version()) result_.initialSchemaVersion = current->version()->text();
    session_.log().info(fmt::format("Current version of schema {}: {}", session_.quotedSchema(),
                                    result_.initialSchemaVersion.value_or("<< Empty Schema >>")));
  }

  /// The migration that was applied last and not undone since, unless it lies below the target.
  const MigrationInfo* nextToUndo(const MigrationInfos& infos) const {
    const auto undoable = [](const MigrationInfo& info) {
      const bool succeeded = info.state == State::Success || info.state == State::OutOfOrder ||
                             info.state == State::Missing || info.state == State::Future;
      return succeeded && info.applied && info.version() && !info.applied->synthetic() &&
             !info.applied->type.starts_with("UNDO_") && !isBaselineScript(info.applied->type);
    };
    const auto last = std::find_if(infos.all.rbegin(), infos.all.rend(), undoable);
    if (last == infos.all.rend()) return nullptr;
    if (target_.kind == Target::Kind::Version && *last->version() < *target_.version) return nullptr;
    return &*last;
  }

  const Migration* findUndoScript(const Version& version) {
    const auto found = std::ranges::find(session_.undoMigrations(), version,
                                         [](const Migration& undo) { return *undo.version; });
    return found == session_.undoMigrations().end() ? nullptr : &*found;
  }

  std::string subject(const Migration& undo, bool inTransaction) const {
    return fmt::format("schema {} to version {}{}{}{}", session_.quotedSchema(), undo.version->text(),
                       undo.description.empty() ? "" : " - ", undo.description,
                       inTransaction ? "" : " [non-transactional]");
  }

  void apply(const Migration& undo, bool inOwnTransaction) {
    const Script script(undo, session_.scriptContext());
    std::optional<Transaction> transaction;
    if (inOwnTransaction && script.transactional()) transaction.emplace(session_.database());
    session_.callbacks().fireInPlace("beforeEachUndo");
    session_.log().info("Undoing migration of " + subject(undo, script.transactional()));
    const Stopwatch stopwatch;
    bool begun = false;
    try {
      StatementEvents events = session_.callbacks().statementEvents("Undo");
      events.send = [&] { begun = true; };
      script.execute(events);
    } catch (const Error& error) {
      // Where nothing of a script ran there is nothing to repair.
      if (!begun && session_.scriptContext().interrupted())
        throw Interruption("Interrupted before the undo of migration of " +
                           subject(undo, script.transactional()));
      const int executionTime = stopwatch.milliseconds();
      session_.callbacks().fireInPlace("afterEachUndoError");
      transaction.reset();
      fail(undo, script.transactional(), executionTime, error);
    }
    const int executionTime = stopwatch.milliseconds();
    session_.callbacks().fireInPlace("afterEachUndo");
    session_.restore();
    session_.history().add(undo, executionTime, true);
    if (transaction) transaction->commit();
    result_.undoneMigrations.push_back(
        {undo.version->text(), undo.description, undo.resource.absolutePath, executionTime});
  }

  [[noreturn]] void fail(const Migration& undo, bool inTransaction, int executionTime, const Error& error) {
    const bool rolledBack = inTransaction && session_.database().facts().transactionalDdl;
    session_.log().error(fmt::format("Undo of migration of {} failed! {}", subject(undo, inTransaction),
                                     rolledBack ? "Changes successfully rolled back."
                                                : "Please restore backups and roll back database and code!"));
    if (!rolledBack) {
      try {
        session_.restore();
        session_.history().reread();
        session_.history().add(undo, executionTime, false);
      } catch (const Error& second) {
        session_.log().error(second.message());
      }
    }
    throw Error(error.message(), {error.message()});
  }

  Session& session_;
  Target target_;
  UndoResult result_;
  bool firstRound_ = true;
};

void summarise(Session& session, UndoResult& result, const Stopwatch& stopwatch) {
  const MigrationInfos infos = session.infos({{}, true, {}});
  const MigrationInfo* current = infos.current();
  if (current != nullptr && current->version()) result.targetSchemaVersion = current->version()->text();
  const std::size_t count = result.undoneMigrations.size();
  if (count == 0)
    return session.log().info(fmt::format("Schema {} has no migration to undo.", session.quotedSchema()));
  if (!session.settings().dryRunOutput.empty()) return;
  session.log().info(
      fmt::format("Successfully undid {} {} to schema {}{} (execution time {})", count,
                  count == 1 ? "migration" : "migrations", session.quotedSchema(),
                  result.targetSchemaVersion ? ", now at version v" + *result.targetSchemaVersion : "",
                  duration(stopwatch.milliseconds())));
}

}  // namespace

UndoResult undo(const Environment& environment) {
  DryRun dryRun(environment);
  Session session(dryRun.environment());
  dryRun.begin();
  session.callbacks().fire("beforeUndo");
  const Stopwatch stopwatch;
  UndoResult result;
  try {
    result = UndoRun(session).run();
  } catch (const Error&) {
    session.callbacks().fire("afterUndoError");
    throw;
  }
  summarise(session, result, stopwatch);
  session.callbacks().fire("afterUndo");
  session.callbacks().fireInPlace("afterUndoOperationFinish");
  if (const std::string note = dryRun.finish(); !note.empty()) result.warnings.push_back(note);
  session.fillCommon(result, "undo");
  result.schemaName = session.schemaNameForJson();
  return result;
}

}  // namespace whimbrel
