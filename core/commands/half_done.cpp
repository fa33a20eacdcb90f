#include "core/commands/half_done.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "core/report/error_block.h"
#include "core/state/migration_info.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

bool isOf(const ScriptRecord& row, const Migration& migration) {
  if (row.version || migration.version) return row.version == migration.version;
  return row.description == historyDescription(migration.description);
}

std::vector<std::string> describeAll(const std::vector<ScriptRecord>& rows) {
  std::vector<std::string> texts;
  for (const ScriptRecord& row : rows)
    if (!row.progress.nothing())
      texts.push_back(
          fmt::format("{} lies half-done, or another run is at it: {}", row.script, describe(row.progress)));
  return texts;
}

}  // namespace

HalfDoneScripts::HalfDoneScripts(Session& session)
    : session_(session), table_(session.database(), session.history().table()) {}

bool HalfDoneScripts::records(const Executable& script, bool inTransaction) const {
  const Settings& settings = session_.settings();
  return settings.recordStatements && settings.dryRunOutput.empty() && !settings.skipExecutingMigrations &&
         script.canStopHalfway(inTransaction);
}

void HalfDoneScripts::look(const Executable& script, bool inTransaction) {
  if (!session_.settings().dryRunOutput.empty()) return;
  if (looked_ && !script.canStopHalfway(inTransaction)) return;
  try {
    rows_ = table_.rows();
    mayExist_ = mayExist_ || !rows_.empty();
    looked_ = true;
  } catch (const SqlError& error) {
    throw databaseError("Unable to read " + table_.quotedName(), error);
  }
}

const ScriptRecord* HalfDoneScripts::find(const Migration& migration) const {
  const auto found =
      std::ranges::find_if(rows_, [&](const ScriptRecord& row) { return isOf(row, migration); });
  return found == rows_.end() ? nullptr : &*found;
}

std::optional<std::string> HalfDoneScripts::complaint(const Migration& migration) const {
  const Settings& settings = session_.settings();
  const ScriptRecord* const row = find(migration);
  if (row == nullptr || row->progress.nothing() || row->repaired || settings.skipExecutingMigrations ||
      settings.resumeFailedMigrations != Settings::Resume::No)
    return {};
  return fmt::format(
      "{}. Run repair, and migrate with -resumeFailedMigrations=true (or redo or skip, where a statement is "
      "in "
      "doubt) to go on; or undo by hand what took effect, and run repair and migrate",
      describe(row->progress));
}

std::unique_ptr<ProgressRecorder> HalfDoneScripts::open(const Migration& migration, const Executable& script,
                                                        bool inTransaction) {
  ScriptRecord fresh;
  fresh.version = migration.version;
  fresh.description = migration.description;
  fresh.type = migration.type;
  fresh.script = migration.script();
  for (const ScriptRecord& row : rows_) fresh.id = std::max(fresh.id, row.id + 1);

  const ScriptRecord* const earlier = find(migration);
  const bool records = this->records(script, inTransaction);
  try {
    if (earlier == nullptr) {
      if (!records) return nullptr;
      table_.create();
      mayExist_ = true;
      table_.add(fresh);
      rows_.push_back(fresh);
      return start(fresh);
    }
    if (session_.settings().skipExecutingMigrations) return start(*earlier);
    if (session_.settings().resumeFailedMigrations != Settings::Resume::No) return goOn(*earlier, script);
    if (!earlier->progress.nothing())
      session_.log().warn(fmt::format("{} runs from its beginning, though in an earlier run {}.",
                                      earlier->script, describe(earlier->progress)));
    fresh.id = earlier->id;
    table_.update(fresh.id, fresh.progress);
    return start(fresh);
  } catch (const SqlError& error) {
    session_.log().warn(fmt::format(
        "Unable to keep a record of the statements of {} in {}: {} (recordStatements=false does without)",
        fresh.script, table_.quotedName(), error.what()));
    return nullptr;
  }
}

std::unique_ptr<ProgressRecorder> HalfDoneScripts::start(ScriptRecord row) {
  return std::make_unique<ProgressRecorder>(session_.database(), session_.log(), table_, std::move(row), 0);
}

std::unique_ptr<ProgressRecorder> HalfDoneScripts::goOn(const ScriptRecord& row, const Executable& script) {
  using Resume = Settings::Resume;
  const Resume resume = session_.settings().resumeFailedMigrations;
  const Progress& progress = row.progress;
  std::int64_t skipped = progress.done.number;
  if (progress.inDoubt() && resume == Resume::Yes)
    throw Error(
        fmt::format("Unable to go on with {}: {}. Look whether it has; then set resumeFailedMigrations to "
                    "skip if it has, "
                    "to redo if it has not",
                    row.script, describe(progress)));
  if (progress.inDoubt() && resume == Resume::Skip) {
    if (progress.doubtful.number != progress.done.number + 1)
      throw Error(
          fmt::format("Unable to go on with {}: {}. Complete it by hand", row.script, describe(progress)));
    skipped = progress.doubtful.number;
  }
  requireResumable(script, session_.database(), row);
  if (resume == Resume::Yes) requireRollback(row);
  if (!progress.nothing())
    session_.log().info(
        fmt::format("Going on with {} behind statement {}: {}", row.script, skipped, describe(progress)));
  return std::make_unique<ProgressRecorder>(session_.database(), session_.log(), table_, row, skipped);
}

/// Where a table keeps what a rolled-back statement did to it, that statement must not simply run again.
void HalfDoneScripts::requireRollback(const ScriptRecord& row) {
  std::vector<std::string> tables;
  for (const std::string& schema : session_.schemas())
    for (const std::string& table : session_.database().tablesWithoutTransactions(schema))
      tables.push_back(session_.database().quote(TableName{schema, table}));
  if (tables.empty()) return;
  throw Error(fmt::format(
      "Unable to go on with {}: {}, but what it did behind that to tables without transactions ({}) was not "
      "rolled back. Look there; then set resumeFailedMigrations to redo",
      row.script, describe(row.progress), join(tables, ", ")));
}

void HalfDoneScripts::tidy() noexcept {
  if (!mayExist_) return;
  try {
    table_.dropIfUnused();
    mayExist_ = false;
  } catch (const std::exception&) {
    // An empty table is in nobody's way; the next run drops it.
  }
}

std::vector<std::string> describeHalfDone(Session& session) {
  try {
    return describeAll(ProgressTable(session.database(), session.history().table()).rows());
  } catch (const SqlError&) {
    return {};
  }
}

std::vector<std::string> releaseHalfDone(Session& session) {
  ProgressTable table(session.database(), session.history().table());
  const std::vector<ScriptRecord> rows = table.rows();
  if (!rows.empty()) table.markRepaired();
  return describeAll(rows);
}

}  // namespace whimbrel
