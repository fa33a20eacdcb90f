#include "core/commands/script.h"

#include <fmt/format.h>

#include "core/migrations/script_text.h"
#include "core/report/error_block.h"
#include "core/report/table.h"

namespace whimbrel {

namespace {

/// Scripts up to this many bytes of statements are split once and kept; bigger ones are read a second time.
constexpr std::size_t keptBytes = 4 << 20;

/// The replaced text of a script in memory.
class TextScript : public Reader {
 public:
  TextScript(const std::string& text, const Placeholders& placeholders)
      : text_(text), replaced_(replacePlaceholders(text_, placeholders)) {}
  std::size_t read(char* buffer, std::size_t size) override { return replaced_->read(buffer, size); }

 private:
  StringReader text_;
  std::unique_ptr<Reader> replaced_;
};

/// Beyond the reference: what a failure in the middle leaves behind where DDL can't be rolled back. Goes into
/// the message of the block, indented as servers indent their hints.
std::string leftBehind(std::size_t statementsBefore, const Database& database) {
  if (statementsBefore == 0 || database.facts().transactionalDdl) return "";
  return fmt::format(
      "\n  {} of this script ran before; what {} commits by itself has stayed. Undo or complete it by "
      "hand, then run repair and migrate.",
      statementsBefore == 1 ? "1 statement" : fmt::format("{} statements", statementsBefore),
      database.facts().product);
}

void call(const std::function<void()>& event) {
  if (event) event();
}

}  // namespace

Script::Script(const Migration& migration, const ScriptContext& context)
    : context_(context),
      resource_(migration.resource),
      open_([this, &migration] {
        sum_ = {};
        return openScript(migration, context_.settings.encoding, context_.placeholders, sum_);
      }),
      migration_(&migration) {
  split(migration.executeInTransaction);
}

Script::Script(const Callback& callback, const ScriptContext& context)
    : context_(context), resource_(callback.resource), open_([this, &callback] {
        return openScript(callback, context_.settings.encoding, context_.placeholders);
      }) {
  split(callback.executeInTransaction);
}

Script::Script(std::string text, const ScriptContext& context)
    : context_(context), open_([this, text = std::move(text)] {
        return std::make_unique<TextScript>(text, context_.placeholders);
      }) {
  split({});
}

template <typename Use>
void Script::forEach(Use use) const {
  if (statements_) {
    for (const sql::Statement& statement : *statements_) use(statement, nullptr);
    return;
  }
  const std::unique_ptr<Reader> text = open_();
  sql::Splitter splitter(*text, *context_.database.facts().syntax);
  const auto next = [&] {
    try {
      return splitter.next();
    } catch (const sql::ParseError& error) {
      throw parseError(error);
    }
  };
  while (const std::optional<sql::Statement> statement = next())
    use(*statement, statement->copyData ? &splitter.copyData() : nullptr);
  if (migration_ != nullptr) requireUnchanged(*migration_, sum_);
}

void Script::split(std::optional<bool> executeInTransaction) {
  std::vector<sql::Statement> kept;
  std::size_t bytes = 0;
  std::optional<bool> kind;
  const bool mayMix = context_.settings.mixed || executeInTransaction;
  forEach([&](const sql::Statement& statement, const Reader* copyData) {
    if (!mayMix && kind && *kind != statement.transactional) {
      throw Error(fmt::format(
          "Detected both transactional and non-transactional statements within the same migration "
          "(even though mixed is false). Offending statement found at line {}: {}{}",
          statement.line, statement.text, statement.transactional ? "" : " [non-transactional]"));
    }
    kind = kind.value_or(true) && statement.transactional;
    bytes += copyData != nullptr ? keptBytes + 1 : statement.text.size();
    if (bytes <= keptBytes) kept.push_back(statement);
  });
  transactional_ =
      executeInTransaction.value_or(context_.settings.executeInTransaction && kind.value_or(true));
  if (bytes <= keptBytes) statements_ = std::move(kept);
}

void Script::execute(const StatementEvents& events) const {
  std::size_t done = 0;
  forEach([&](const sql::Statement& statement, Reader* copyData) {
    if (context_.interrupted())
      throw Error(fmt::format("Interrupted before the statement at line {}", statement.line));
    if (context_.log.debugs()) context_.log.debug("Executing SQL: " + statement.text);
    call(events.before);
    Execution execution;
    try {
      execution = run(statement, copyData, done);
    } catch (const Error&) {
      call(events.afterError);
      throw;
    }
    report(execution);
    call(events.after);
    ++done;
  });
}

Execution Script::run(const sql::Statement& statement, Reader* copyData, std::size_t statementsBefore) const {
  Database& database = context_.database;
  try {
    return copyData != nullptr ? database.executeCopy(statement.text, *copyData)
                               : database.execute(statement.text);
  } catch (const SqlError& error) {
    const SqlError told(error.what() + leftBehind(statementsBefore, database), error.sqlState,
                        error.vendorCode);
    throw Error(ErrorCode::DbConnection,
                sqlErrorBlock(fmt::format("Migration {} failed", resource_.filename()), told,
                              {resource_.path, resource_.absolutePath, statement.line, statement.text}));
  }
}

void Script::report(const Execution& execution) const {
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

Error Script::parseError(const sql::ParseError& error) const {
  return Error(
      fmt::format("Unable to parse statement in {} at line {} col {}. See https://rd.gt/3ipi7Pm for more "
                  "information: {}",
                  resource_.path, error.line, error.column, error.what()),
      {error.what()});
}

}  // namespace whimbrel
