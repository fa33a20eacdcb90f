#include "core/commands/progress_recorder.h"

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {

namespace {

using Commit = StatementEffect::Commit;

/// Texts of several statements must not add up to the same sum when only the borders between them differ.
void addTo(Checksum& sum, const sql::Statement& statement) {
  sum.add(statement.text);
  sum.add(";");
}

std::string describeDone(const Position& done) {
  if (done.number == 0) return "no statement has surely taken effect";
  if (done.number == 1) return fmt::format("statement 1 at line {} took effect", done.line);
  return fmt::format("statements 1 to {} took effect, the last one at line {}", done.number, done.line);
}

std::string describeDoubt(const Progress& progress) {
  const Position& doubtful = progress.doubtful;
  if (doubtful.number == Progress::any)
    return fmt::format(
        "; what follows may or may not have: the statement at line {} kept the record from being written",
        doubtful.line);
  if (!progress.inDoubt()) return "";
  if (doubtful.number == progress.done.number + 1)
    return fmt::format("; statement {} at line {} may or may not have", doubtful.number, doubtful.line);
  return fmt::format("; statements {} to {} (line {}) may or may not have", progress.done.number + 1,
                     doubtful.number, doubtful.line);
}

}  // namespace

std::string describe(const Progress& progress) {
  return describeDone(progress.done) + describeDoubt(progress);
}

ProgressRecorder::ProgressRecorder(Database& database, Log& log, ProgressTable& table, ScriptRecord row,
                                   std::int64_t skipped)
    : database_(database),
      log_(log),
      table_(table),
      row_(std::move(row)),
      skipped_(skipped),
      sure_(row_.progress) {}

bool ProgressRecorder::begin(const sql::Statement& statement) {
  previous_ = current_;
  previousSum_ = sum_.value();
  current_ = {current_.number + 1, statement.line};
  addTo(sum_, statement);
  effect_ = database_.effectOf(statement.text);
  if (isSkipped()) {
    if (current_.number == skipped_) sure_ = {current_, {}, sum_.value()};
    return effect_.session == StatementEffect::Session::Changed;
  }
  mayCommit_ = database_.commitsEach() || effect_.commit != Commit::No;
  if (mayCommit_) {
    write({previous_, doubtful(), previousSum_});
    mayLock_ = mayLock_ || effect_.commit == Commit::Locks;
  } else if (!locked_) {
    catchUp();
  }
  return true;
}

void ProgressRecorder::end() {
  if (isSkipped()) return;
  running_ = false;
  if (!mayCommit_ || database_.hasOpenTransaction()) return;
  sure_ = {current_, {}, sum_.value()};
  locked_ = effect_.commit == Commit::Locks;
}

/// The statement at hand, and what follows it as long as it keeps us from writing.
Position ProgressRecorder::doubtful() const {
  return {effect_.commit == Commit::Locks ? Progress::any : current_.number, current_.line};
}

void ProgressRecorder::catchUp() {
  if (sure_.done.number <= row_.progress.done.number && !row_.progress.inDoubt()) return;
  // A callback may have begun something that is not ours to commit.
  const bool ours = !database_.hasOpenTransaction();
  write(sure_);
  if (ours && database_.hasOpenTransaction()) database_.execute("COMMIT");
}

void ProgressRecorder::write(const Progress& progress) {
  try {
    table_.update(row_.id, progress);
    row_.progress = progress;
  } catch (const SqlError& error) {
    // Where the connection is lost, the statement itself will say so.
    if (!mayLock_)
      log_.warn(fmt::format("Unable to record the progress of {}: {}", row_.script, error.what()));
    locked_ = true;
  }
}

std::string ProgressRecorder::effects() {
  settleFailure();
  if (sure_.nothing()) return "";
  return fmt::format(
      "\n  Of this script {}; what else it did is rolled back.\n  Mend the rest of it, run repair, and go on "
      "with "
      "migrate -resumeFailedMigrations=true; or undo by hand what took effect, then run repair and migrate.",
      describe(sure_));
}

void ProgressRecorder::settleFailure() {
  if (!running_) return;
  running_ = false;
  if (!mayCommit_) return;
  try {
    if (database_.hasOpenTransaction()) return;
    sure_ = {previous_, {}, previousSum_};
    if (effect_.commit == Commit::Midway || effect_.commit == Commit::Locks) sure_.doubtful = doubtful();
  } catch (const SqlError&) {
    // The connection is lost, so nobody knows; all that went before was committed, or else the row was not.
    sure_.doubtful = doubtful();
  }
}

void ProgressRecorder::forget() { table_.remove(row_.id); }

void ProgressRecorder::close() noexcept {
  try {
    settleFailure();
    if (sure_.nothing()) return table_.remove(row_.id);
    table_.update(row_.id, sure_);
  } catch (const std::exception&) {
    // The row stays as the last commit left it, which is true as well.
  }
}

void requireResumable(const Executable& script, const Database& database, const ScriptRecord& progress) {
  Checksum sum;
  std::int64_t number = 0;
  script.visit([&](const sql::Statement& statement) {
    if (++number > progress.progress.done.number) return;
    addTo(sum, statement);
    if (database.effectOf(statement.text).session != StatementEffect::Session::Bound) return;
    throw Error(fmt::format(
        "Unable to go on with {}: the statement at line {} took effect only in the session of the run that "
        "failed "
        "(a temporary table, a lock, or a variable with a computed value). Complete the script by hand",
        progress.script, statement.line));
  });
  if (number < progress.progress.done.number || sum.value() != progress.progress.textSum)
    throw Error(fmt::format(
        "Unable to go on with {}: its first statements, of which {} took effect, have changed since, or the "
        "placeholders in them have. Bring their text back, or undo them by hand and migrate without "
        "resumeFailedMigrations",
        progress.script, progress.progress.done.number));
}

}  // namespace whimbrel
