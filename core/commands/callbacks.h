// Runs the SQL callbacks of an event (spec/migrations.md section 12).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/commands/environment.h"
#include "core/migrations/migration.h"
#include "core/migrations/placeholders.h"

namespace whimbrel {

class Callbacks {
 public:
  /// `prepareSession` resets the session to the first schema before a callback that has a transaction of its
  /// own.
  Callbacks(const Environment& environment, Database& database, std::vector<Callback> callbacks,
            const Placeholders& placeholders, std::function<void()> prepareSession);

  /// Runs the event's scripts, each in a transaction of its own. Throws Error "Error while executing …
  /// callback: …".
  void fire(std::string_view event) const;
  /// Runs them inside the migration's transaction. Throws Error with the bare block.
  void fireInTransaction(std::string_view event) const;

 private:
  template <typename Run>
  void forEach(std::string_view event, Run run) const;

  const Environment& environment_;
  Database& database_;
  std::vector<Callback> callbacks_;
  const Placeholders& placeholders_;
  std::function<void()> prepareSession_;
};

}  // namespace whimbrel
