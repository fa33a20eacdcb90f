// What scripts leave behind in the session and what is put back between them (spec/commands.md section 13).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "drivers/mysql/connection.h"
#include "drivers/mysql/server_facts.h"

namespace whimbrel::mysql {

class SessionState {
 public:
  SessionState(Connection& connection, const ServerFacts& facts);

  /// A script's statement is about to run: any variable and the current schema may change.
  void disturb(std::string_view statement);

  /// The schema of unqualified names. A round trip only after a disturbance.
  std::optional<std::string> currentSchema();
  void useSchema(const std::string& schema);
  /// The schema is gone, and with it what was current, if it was.
  void forgetSchema() { schemaKnown_ = false; }

  /// Takes foreign_key_checks and sql_safe_updates as they are now for the values to restore: initSql set
  /// them.
  void keep();
  /// Sets user variables to NULL and foreign_key_checks, sql_safe_updates to their values at connect (or
  /// keep()); everything else leaks into the next script, which may rely on it. No round trip where the
  /// server has told that nothing changed; else one to look, and a second one only if something is to be put
  /// back.
  void restore();
  /// A statement that does so without looking, but for the user variables, whose names are not known.
  std::string restoreStatement() const;

 private:
  std::vector<Row> look();

  Connection& connection_;
  bool mariadb_;
  std::string foreignKeyChecks_;
  std::string safeUpdates_;
  std::optional<std::string> schema_;
  bool schemaKnown_ = true;
  bool disturbed_ = false;
  bool namesVariables_ = false;  ///< a statement since the last restore() has a @
  bool variablesReadable_ = true;
};

}  // namespace whimbrel::mysql
