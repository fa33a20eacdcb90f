// What a command is given from outside: the configuration and the ways to the world.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/aws/session.h"
#include "core/config/settings.h"
#include "core/database.h"
#include "core/log.h"

namespace whimbrel {

struct Environment {
  const Settings& settings;
  Log& log;
  aws::Session& aws;
  /// Opens the configured database once, without retries. Throws Error or SqlError.
  std::function<std::unique_ptr<Database>()> open;
  /// Called when a connection stands, before anything is done with it: prints the banner.
  std::function<void(const DatabaseFacts&)> connected;
  /// Whether the run was asked to stop (a signal); looked at between statements.
  bool (*interrupted)();
  /// Told of the database that begins a statement of a script, and with null of its end. A signal that comes
  /// in between cancels the statement; the second call then returns true.
  bool (*watch)(Database* database);
  /// The answer goes out as JSON, where a validation that finds something is an answer and no failure.
  bool json = false;
  /// How many columns a line may have; absent where that does not matter: only a terminal has an edge.
  std::optional<std::size_t> columns = {};
};

}  // namespace whimbrel
