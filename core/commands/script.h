// A script on its way to the database: split to its end before its first statement runs, so that a script
// which can't be split changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/settings.h"
#include "core/database.h"
#include "core/error.h"
#include "core/locations/resource.h"
#include "core/log.h"
#include "core/migrations/placeholders.h"
#include "core/sql/splitter.h"

namespace whimbrel {

class Script {
 public:
  /// Splits the whole script once. `executeInTransaction` is that of its `.conf`. Throws Error: what can't be
  /// split, a placeholder without value, transactional and other statements in one script.
  Script(const Resource& resource, const Settings& settings, Placeholders placeholders,
         const sql::Syntax& syntax, std::optional<bool> executeInTransaction);
  /// A script that is no file: initSql.
  Script(std::string text, const Settings& settings, Placeholders placeholders, const sql::Syntax& syntax);

  bool transactional() const { return transactional_; }

  /// Runs every statement and logs what comes back. Throws Error with the block of the statement that failed,
  /// or when `interrupted` says so before a statement.
  void execute(Database& database, Log& log, bool (*interrupted)()) const;

 private:
  void split(std::optional<bool> executeInTransaction);
  /// Gives every statement to `use`, from memory or by reading the script again.
  template <typename Use>
  void forEach(Use use) const;
  void run(const sql::Statement& statement, std::size_t before, Database& database, Log& log) const;
  Error parseError(const sql::ParseError& error) const;

  const Resource* resource_ = nullptr;
  std::string text_;
  const Settings& settings_;
  Placeholders placeholders_;
  const sql::Syntax& syntax_;
  bool transactional_ = true;
  /// The statements, unless the script is too big to keep.
  std::optional<std::vector<sql::Statement>> statements_;
};

}  // namespace whimbrel
