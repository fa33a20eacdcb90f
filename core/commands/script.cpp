#include "core/commands/script.h"

#include <fmt/format.h>

#include "core/commands/script_progress.h"
#include "core/commands/statement_run.h"
#include "core/migrations/script_text.h"

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

/// Of a BEGIN. A dump that was cut off must not pass for a whole one.
sql::ParseError withoutEnd(const sql::Statement& begin) {
  return {fmt::format("The transaction that begins at line {} col {} has no end: there is no COMMIT",
                      begin.line, begin.column),
          begin.line, begin.column};
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
void Script::forEach(ScriptProgress& progress, Use use) const {
  if (statements_) {
    for (const sql::Statement& statement : *statements_) use(statement, nullptr);
    return;
  }
  const std::unique_ptr<Reader> text = open_();
  ProgressReader counted(*text, progress);
  sql::Splitter splitter(counted, *context_.database.facts().syntax);
  const auto next = [&] {
    try {
      return splitter.next();
    } catch (const sql::ParseError& error) {
      throw parseError(error);
    }
  };
  while (const std::optional<sql::Statement> statement = next())
    use(*statement, statement->copyData ? &splitter.copyData() : nullptr);
  bytes_ = counted.position();
  if (migration_ != nullptr) requireUnchanged(*migration_, sum_);
}

void Script::split(std::optional<bool> executeInTransaction) {
  std::vector<sql::Statement> kept;
  std::size_t bytes = 0;
  std::optional<bool> kind;
  bool endedOurs = false;  // a BEGIN behind that is no sign of a script made to run without our transaction
  bool ownTransaction = false;  // as in a dump of sqlite3: PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; …
  std::optional<sql::ParseError> open;  // what to say of a transaction that is not ended
  const bool mayMix = context_.settings.mixed || executeInTransaction;
  ScriptProgress progress(context_.log, resource_.filename(), 0);
  forEach(progress, [&](const sql::Statement& statement, const Reader* copyData) {
    progress.addStatement();
    ownTransaction = ownTransaction || (statement.beginsTransaction && !endedOurs);
    endedOurs = endedOurs || statement.endsTransaction;
    // One that takes the place of ours, behind a COMMIT, we end.
    if (statement.beginsTransaction && ownTransaction) open = withoutEnd(statement);
    if (statement.endsTransaction) open.reset();
    if (!mayMix && !ownTransaction && kind && *kind != statement.transactional) {
      throw Error(fmt::format(
          "Detected both transactional and non-transactional statements within the same migration "
          "(even though mixed is false). Offending statement found at line {}: {}{}",
          statement.line, statement.text, statement.transactional ? "" : " [non-transactional]"));
    }
    kind = kind.value_or(true) && statement.transactional;
    ++count_;
    commits_ = commits_ || context_.database.effectOf(statement.text).commit != StatementEffect::Commit::No;
    bytes += copyData != nullptr ? keptBytes + 1 : statement.text.size();
    if (bytes <= keptBytes) kept.push_back(statement);
  });
  if (open) throw parseError(*open);
  transactional_ = executeInTransaction.value_or(context_.settings.executeInTransaction &&
                                                 kind.value_or(true) && !ownTransaction);
  if (bytes <= keptBytes) statements_ = std::move(kept);
}

void Script::visit(const std::function<void(const sql::Statement&)>& use) const {
  ScriptProgress silent(context_.log, resource_.filename(), 0);
  forEach(silent, [&](const sql::Statement& statement, const Reader*) { use(statement); });
}

void Script::execute(const StatementEvents& events) const {
  ScriptProgress progress(context_.log, resource_.filename(), bytes_);
  StatementRun statements(context_, resource_, events, progress);
  forEach(progress, [&](const sql::Statement& statement, Reader* copyData) {
    if (statements_) progress.reach(statement.begin);
    statements.run(statement, copyData);
  });
  statements.finish();
}

Error Script::parseError(const sql::ParseError& error) const {
  return Error(
      fmt::format("Unable to parse statement in {} at line {} col {}. See https://rd.gt/3ipi7Pm for more "
                  "information: {}",
                  resource_.path, error.line, error.column, error.what()),
      // The reference tells a cause of its own once more; what Java throws is told by its class's name there.
      error.code == ErrorCode::Fault ? std::vector<std::string>{} : std::vector<std::string>{error.what()});
}

}  // namespace whimbrel
