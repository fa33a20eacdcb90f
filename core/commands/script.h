// A script on its way to the database: split to its end before its first statement runs, so that a script
// which can't be split changes nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/commands/executable.h"
#include "core/config/settings.h"
#include "core/database.h"
#include "core/error.h"
#include "core/log.h"
#include "core/migrations/checksum.h"
#include "core/migrations/migration.h"
#include "core/migrations/placeholders.h"
#include "core/sql/splitter.h"

namespace whimbrel {

/// What scripts are read and run with; all of it outlives them.
struct ScriptContext {
  const Settings& settings;
  const Placeholders& placeholders;
  Database& database;
  Log& log;
  /// Asked before every statement; when it says true, the script ends with an Error.
  bool (*interrupted)();
  bool (*watch)(Database* database);  ///< as in Environment
};

class ScriptProgress;

class Script : public Executable {
 public:
  /// Splits the whole script once. Throws Error: what can't be split, a placeholder without value,
  /// transactional and other statements in one script, a migration's file that has changed since its checksum
  /// was computed. The migration or callback outlives the script.
  Script(const Migration& migration, const ScriptContext& context);
  Script(const Callback& callback, const ScriptContext& context);
  /// A script that is no file: initSql.
  Script(std::string text, const ScriptContext& context);

  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  bool transactional() const override { return transactional_; }
  bool canStopHalfway(bool inTransaction) const override {
    return count_ > 1 && (commits_ || !inTransaction);
  }
  void visit(const std::function<void(const sql::Statement&)>& use) const override;

  /// Runs every statement and logs what comes back. Throws Error with the block of the statement that failed.
  void execute(const StatementEvents& events) const override;
  void execute() const { execute({}); }

 private:
  void split(std::optional<bool> executeInTransaction);
  /// Gives every statement to `use`, from memory or by reading the script again, with the data lines of a
  /// COPY or null.
  template <typename Use>
  void forEach(ScriptProgress& progress, Use use) const;
  Error parseError(const sql::ParseError& error) const;

  const ScriptContext& context_;
  Resource resource_;  ///< without a name for a script that is no file
  std::function<std::unique_ptr<Reader>()> open_;
  /// Of a migration, whose text must be the one that its checksum was computed from.
  const Migration* migration_ = nullptr;
  mutable Checksum sum_;
  mutable std::size_t bytes_ = 0;  ///< of the text, as far as it was read
  bool transactional_ = true;
  std::size_t count_ = 0;  ///< of statements
  bool commits_ = false;   ///< some statement may commit by itself
  /// The statements, unless the script is too big to keep or has data to stream.
  std::optional<std::vector<sql::Statement>> statements_;
};

}  // namespace whimbrel
