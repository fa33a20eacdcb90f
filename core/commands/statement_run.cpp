#include "core/commands/statement_run.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/report/error_block.h"
#include "core/report/table.h"

namespace whimbrel {

namespace {

/// A batch is full with this many statements or bytes: more of them at once gain nothing and cost memory.
constexpr std::size_t fullStatements = 1000;
constexpr std::size_t fullBytes = 1 << 20;

/// Nobody sees a NUL, and where most servers complain of one, they don't say so.
std::string aboutNul(const sql::Statement& statement) {
  const std::size_t nul = statement.text.find('\0');
  if (nul == std::string::npos) return "";
  // Statements are told by their first line that is no comment; this one may be elsewhere.
  const auto before = statement.text.begin() + static_cast<std::ptrdiff_t>(nul);
  return fmt::format("\n  The statement holds a NUL character, in its line {}.",
                     1 + std::count(statement.text.begin(), before, '\n'));
}

void call(const std::function<void()>& event) {
  if (event) event();
}

/// While it lives, a signal cancels what runs on the database.
class CancelledBySignal {
 public:
  explicit CancelledBySignal(const ScriptContext& context) : context_(context) {
    context_.watch(&context_.database);
  }
  CancelledBySignal(const CancelledBySignal&) = delete;
  CancelledBySignal& operator=(const CancelledBySignal&) = delete;
  ~CancelledBySignal() {
    if (!context_.watch(nullptr)) return;
    // A request that came too late for its statement must not hit the write to the history behind it.
    try {
      context_.database.query("SELECT 1");
    } catch (const SqlError&) {
    }
  }

 private:
  const ScriptContext& context_;
};

}  // namespace

StatementRun::StatementRun(const ScriptContext& context, const Resource& script,
                           const StatementEvents& events, ScriptProgress& progress)
    : context_(context),
      script_(script),
      events_(events),
      progress_(progress),
      batches_(context.settings.batch && !events.before && !events.after && !events.afterError) {}

void StatementRun::run(const sql::Statement& statement, Reader* copyData) {
  stopIfInterrupted(batch_.empty() ? statement.line : batch_.front().line);
  const bool kept = batches_ && statement.batchable && !mustBeFollowed();
  if (!kept) runBatch();
  if (events_.observer != nullptr && !events_.observer->begin(statement)) return;
  if (kept) return keep(statement);
  runOne(statement, copyData);
}

void StatementRun::stopIfInterrupted(int line) const {
  if (context_.interrupted())
    throw Error(fmt::format("Interrupted before the statement at line {}{}", line, leftBehind()));
}

void StatementRun::tellSend() const {
  call(events_.send);
  if (events_.observer != nullptr) events_.observer->send();
}

/// Where each statement is committed by itself, each is a step that the observer has to see.
bool StatementRun::mustBeFollowed() const {
  return events_.observer != nullptr && context_.database.commitsEach();
}

void StatementRun::keep(const sql::Statement& statement) {
  batch_.push_back(statement);
  batchBytes_ += statement.text.size();
  if (batch_.size() == fullStatements || batchBytes_ >= fullBytes) runBatch();
}

void StatementRun::runBatch() {
  if (batch_.empty()) return;
  std::vector<std::string_view> texts;
  texts.reserve(batch_.size());
  for (const sql::Statement& statement : batch_) texts.push_back(statement.text);
  auto next = batch_.begin();
  try {
    const CancelledBySignal cancelled(context_);
    stopIfInterrupted(next->line);
    tellSend();
    context_.database.executeBatch(texts, [&](const Execution& execution) {
      logText(*next++);
      if (events_.observer != nullptr) events_.observer->end();
      report(execution);
    });
  } catch (const SqlError& error) {
    logText(*next);
    throw failure(*next, error);
  }
  batch_.clear();
  batchBytes_ = 0;
}

void StatementRun::runOne(const sql::Statement& statement, Reader* copyData) {
  logText(statement);
  call(events_.before);
  Execution execution;
  try {
    const CancelledBySignal cancelled(context_);
    stopIfInterrupted(statement.line);
    tellSend();
    execution = copyData != nullptr ? context_.database.executeCopy(statement.text, *copyData)
                                    : context_.database.execute(statement.text);
  } catch (const SqlError& error) {
    const Error told = failure(statement, error);
    call(events_.afterError);
    throw told;
  } catch (const Error&) {  // the data of a COPY can't be read
    call(events_.afterError);
    throw;
  }
  if (statement.endsTransaction) endedAt_ = statement.line;
  if (events_.observer != nullptr) events_.observer->end();
  report(execution);
  call(events_.after);
}

void StatementRun::logText(const sql::Statement& statement) const {
  if (context_.log.debugs()) context_.log.debug("Executing SQL: " + statement.text);
}

void StatementRun::report(const Execution& execution) {
  ++done_;
  progress_.addStatement();
  Log& log = context_.log;
  for (const ServerWarning& warning : execution.warnings) {
    if (warning.sqlState == "00000") {
      log.info("DB: " + warning.message);
    } else {
      log.warn(fmt::format("DB: {} (SQL State: {} - Error Code: {})", warning.message, warning.sqlState,
                           warning.vendorCode));
    }
  }
  for (const StatementResult& result : execution.results) {
    if (result.hasRows && context_.settings.outputQueryResults) log.info(resultTable(result));
    if (!result.hasRows && log.debugs())
      log.debug(fmt::format("{} {} affected", result.updateCount, result.updateCount == 1 ? "row" : "rows"));
  }
}

Error StatementRun::failure(const sql::Statement& statement, const SqlError& error) const {
  const std::string hint = statement.hint.empty() ? "" : "\n  " + statement.hint;
  const std::string reason =
      context_.interrupted() ? "\n  The run was told to stop while this statement was under way." : "";
  const SqlError told(error.what() + hint + aboutNul(statement) + reason + leftBehind(), error.sqlState,
                      error.vendorCode);
  return Error(ErrorCode::DbConnection,
               sqlErrorBlock(fmt::format("Migration {} failed", script_.filename()), told,
                             {script_.path, script_.absolutePath, statement.line, statement.text}));
}

/// Beyond the reference: what a failure in the middle leaves behind that can't be rolled back. Goes into the
/// message of the block, indented as servers indent their hints.
std::string StatementRun::leftBehind() const {
  if (events_.observer != nullptr) return events_.observer->effects();
  const DatabaseFacts& facts = context_.database.facts();
  if (endedAt_ > 0)
    return fmt::format(
        "\n  The script itself ended a transaction in line {}; what that committed has stayed.", endedAt_);
  if (done_ == 0 || facts.transactionalDdl) return "";
  return fmt::format(
      "\n  {} of this script ran before; what {} commits by itself has stayed. Undo or complete it by "
      "hand, then run repair and migrate.",
      done_ == 1 ? "1 statement" : fmt::format("{} statements", done_), facts.product);
}

}  // namespace whimbrel
