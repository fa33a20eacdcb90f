#include "core/commands/script.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/migrations/script_text.h"
#include "core/report/error_block.h"
#include "core/report/table.h"

namespace whimbrel {

namespace {

/// Scripts up to this many bytes of statements are split once and kept; bigger ones are read a second time.
constexpr std::size_t keptBytes = 4 << 20;

void report(const Execution& execution, const Settings& settings, Log& log) {
  for (const ServerWarning& warning : execution.warnings) {
    if (warning.sqlState == "00000") {
      log.info("DB: " + warning.message);
    } else {
      log.warn(fmt::format("DB: {} (SQL State: {} - Error Code: {})", warning.message, warning.sqlState,
                           warning.vendorCode));
    }
  }
  for (const StatementResult& result : execution.results) {
    if (result.hasRows && settings.outputQueryResults) log.info(resultTable(result));
    if (!result.hasRows && log.debugs())
      log.debug(fmt::format("{} {} affected", result.updateCount, result.updateCount == 1 ? "row" : "rows"));
  }
}

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

}  // namespace

Script::Script(const Resource& resource, const Settings& settings, Placeholders placeholders,
               const sql::Syntax& syntax, std::optional<bool> executeInTransaction)
    : resource_(&resource), settings_(settings), placeholders_(std::move(placeholders)), syntax_(syntax) {
  split(executeInTransaction);
}

Script::Script(std::string text, const Settings& settings, Placeholders placeholders,
               const sql::Syntax& syntax)
    : text_(std::move(text)), settings_(settings), placeholders_(std::move(placeholders)), syntax_(syntax) {
  split(true);
}

template <typename Use>
void Script::forEach(Use use) const {
  if (statements_) {
    for (const sql::Statement& statement : *statements_) use(statement);
    return;
  }
  try {
    StringReader memory(text_);
    const std::unique_ptr<Reader> text = resource_ != nullptr
                                             ? openScript(*resource_, settings_.encoding, placeholders_)
                                             : replacePlaceholders(memory, placeholders_);
    sql::Splitter splitter(*text, syntax_);
    while (const std::optional<sql::Statement> statement = splitter.next()) use(*statement);
  } catch (const sql::ParseError& error) {
    throw parseError(error);
  }
}

void Script::split(std::optional<bool> executeInTransaction) {
  std::vector<sql::Statement> kept;
  std::size_t bytes = 0;
  std::optional<bool> kind;
  const bool mayMix = settings_.mixed || executeInTransaction;
  forEach([&](const sql::Statement& statement) {
    if (!mayMix && kind && *kind != statement.transactional) {
      throw Error(fmt::format(
          "Detected both transactional and non-transactional statements within the same migration "
          "(even though mixed is false). Offending statement found at line {}: {}{}",
          statement.line, statement.text, statement.transactional ? "" : " [non-transactional]"));
    }
    kind = kind.value_or(true) && statement.transactional;
    bytes += statement.text.size();
    if (bytes <= keptBytes) kept.push_back(statement);
  });
  transactional_ = executeInTransaction.value_or(settings_.executeInTransaction && kind.value_or(true));
  if (bytes <= keptBytes) statements_ = std::move(kept);
}

void Script::execute(Database& database, Log& log, bool (*interrupted)()) const {
  std::size_t done = 0;
  forEach([&](const sql::Statement& statement) {
    if (interrupted())
      throw Error(fmt::format("Interrupted before the statement at line {}", statement.line));
    if (log.debugs()) log.debug("Executing SQL: " + statement.text);
    run(statement, done, database, log);
    ++done;
  });
}

void Script::run(const sql::Statement& statement, std::size_t before, Database& database, Log& log) const {
  Execution execution;
  try {
    execution = database.execute(statement.text);
  } catch (const SqlError& error) {
    const Resource nowhere;
    const Resource& resource = resource_ != nullptr ? *resource_ : nowhere;
    throw Error(
        sqlErrorBlock(fmt::format("Migration {} failed", resource.filename()),
                      SqlError(error.what() + leftBehind(before, database), error.sqlState, error.vendorCode),
                      {resource.path, resource.absolutePath, statement.line, statement.text}));
  }
  report(execution, settings_, log);
}

Error Script::parseError(const sql::ParseError& error) const {
  return Error(
      fmt::format("Unable to parse statement in {} at line {} col {}. See https://rd.gt/3ipi7Pm for more "
                  "information: {}",
                  resource_ != nullptr ? resource_->path : "", error.line, error.column, error.what()),
      {error.what()});
}

}  // namespace whimbrel
