// Runs the SQL callbacks of an event (spec/migrations.md section 12).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/commands/script.h"
#include "core/migrations/migration.h"

namespace whimbrel {

class Callbacks {
 public:
  /// `prepareSession` resets the session to the first schema before a callback that has a transaction of its
  /// own.
  Callbacks(const ScriptContext& context, std::vector<Callback> callbacks,
            std::function<void()> prepareSession);

  bool has(std::string_view event) const;
  /// Runs the event's scripts, each in a transaction of its own. Throws Error "Error while executing …
  /// callback: …".
  void fire(std::string_view event) const;
  /// Runs them in the session as it is: inside the migration's transaction, or, as the reference does with
  /// the …OperationFinish events, in none. Throws Error with the bare block.
  void fireInPlace(std::string_view event) const;
  /// Those of the three `…Each…Statement…` events that have scripts. `kind` is "Migrate" or "Undo".
  StatementEvents statementEvents(std::string_view kind) const;

 private:
  template <typename Run>
  void forEach(std::string_view event, Run run) const;
  std::function<void()> statementEvent(std::string event) const;

  const ScriptContext& context_;
  std::vector<Callback> callbacks_;
  std::function<void()> prepareSession_;
};

}  // namespace whimbrel
