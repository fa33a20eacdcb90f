#include "core/commands/connect.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "core/report/error_block.h"

namespace whimbrel {

namespace {

Error connectionFailure(const Settings& settings, const SqlError& error) {
  const std::string title =
      fmt::format("Unable to obtain connection from database ({}) for user '{}': {}", redactUrl(settings.url),
                  settings.user.value_or("null"), error.what());
  return Error(ErrorCode::DbConnection, sqlErrorBlock(title, error));
}

/// Waits in small steps, so that a signal is not kept waiting.
void wait(int seconds, const Environment& environment) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (environment.interrupted()) throw Error("Interrupted while waiting for the database");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

std::unique_ptr<Database> connect(const Environment& environment) {
  const Settings& settings = environment.settings;
  int pause = 1;
  for (int retries = settings.connectRetries;; --retries) {
    try {
      return environment.open();
    } catch (const SqlError& error) {
      if (retries <= 0) throw connectionFailure(settings, error);
      environment.log.warn(fmt::format("Connection error: {} Retrying in {} sec...", error.what(), pause));
    }
    wait(pause, environment);
    pause = std::min(pause * 2, settings.connectRetriesInterval);
  }
}

}  // namespace whimbrel
