#include "core/commands/callbacks.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {

Callbacks::Callbacks(const ScriptContext& context, std::vector<Callback> callbacks,
                     std::function<void()> prepareSession)
    : context_(context), callbacks_(std::move(callbacks)), prepareSession_(std::move(prepareSession)) {}

template <typename Run>
void Callbacks::forEach(std::string_view event, Run run) const {
  // A run that was told to stop begins no other statement; to try would only hide what it ends with.
  if (event.ends_with("Error") && context_.interrupted()) return;
  for (const Callback& callback : callbacks_) {
    if (callback.event != event || !callback.shouldExecute) continue;
    const Script script(callback, context_);
    context_.log.info(fmt::format("Executing SQL callback: {} - {}{}", event, callback.description,
                                  script.transactional() ? "" : " [non-transactional]"));
    run(script);
  }
}

bool Callbacks::has(std::string_view event) const {
  return std::ranges::find(callbacks_, event, &Callback::event) != callbacks_.end();
}

void Callbacks::fire(std::string_view event) const {
  forEach(event, [&](const Script& script) {
    prepareSession_();
    try {
      if (!script.transactional()) return script.execute();
      Transaction transaction(context_.database);
      script.execute();
      transaction.commit();
    } catch (const Error& error) {
      throw Error(fmt::format("Error while executing {} callback: {}", event, error.message()),
                  {error.message()});
    }
  });
}

void Callbacks::fireInPlace(std::string_view event) const {
  forEach(event, [](const Script& script) { script.execute(); });
}

StatementEvents Callbacks::statementEvents(std::string_view kind) const {
  return {statementEvent(fmt::format("beforeEach{}Statement", kind)),
          statementEvent(fmt::format("afterEach{}Statement", kind)),
          statementEvent(fmt::format("afterEach{}StatementError", kind))};
}

std::function<void()> Callbacks::statementEvent(std::string event) const {
  if (!has(event)) return {};
  return [this, event = std::move(event)] { fireInPlace(event); };
}

}  // namespace whimbrel
