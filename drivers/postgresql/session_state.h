// What scripts leave behind in the session and what is put back between them (spec/commands.md section 13).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "drivers/postgresql/connection.h"
#include "drivers/postgresql/server_facts.h"

namespace whimbrel::postgresql {

/// The search path with `schema` in front of what it was at connect, unless it stands there already.
std::string searchPathWith(std::string_view schema, std::string_view atConnect);

class SessionState {
 public:
  SessionState(Connection& connection, SessionFacts atConnect)
      : connection_(connection), atConnect_(std::move(atConnect)) {}

  /// A script's statement ran, or settings were rolled back: anything may have changed.
  void disturb() { disturbed_ = true; }

  /// Takes `facts` for what there was at connect; the session is as they say.
  void keep(SessionFacts facts);

  std::optional<std::string> currentSchema();
  void useSchema(const std::string& schema);
  /// What useSchema() sets.
  std::string searchPathFor(const std::string& schema) const {
    return searchPathWith(schema, atConnect_.searchPath);
  }
  /// Puts the role back, and the path that useSchema has set. No round trip of its own.
  void restore();

 private:
  Connection& connection_;
  SessionFacts atConnect_;
  std::optional<std::string> searchPath_;  ///< set by useSchema
  bool disturbed_ = false;
};

}  // namespace whimbrel::postgresql
