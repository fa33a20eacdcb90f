#include "core/commands/callbacks.h"

#include <fmt/format.h>

#include "core/commands/script.h"
#include "core/error.h"

namespace whimbrel {

Callbacks::Callbacks(const Environment& environment, Database& database, std::vector<Callback> callbacks,
                     const Placeholders& placeholders, std::function<void()> prepareSession)
    : environment_(environment),
      database_(database),
      callbacks_(std::move(callbacks)),
      placeholders_(placeholders),
      prepareSession_(std::move(prepareSession)) {}

template <typename Run>
void Callbacks::forEach(std::string_view event, Run run) const {
  for (const Callback& callback : callbacks_) {
    if (callback.event != event) continue;
    const Script script(callback.resource, environment_.settings,
                        placeholders_.withFilename(callback.rawName), *database_.facts().syntax,
                        callback.executeInTransaction);
    environment_.log.info(fmt::format("Executing SQL callback: {} - {}{}", event, callback.description,
                                      script.transactional() ? "" : " [non-transactional]"));
    run(script);
  }
}

void Callbacks::fire(std::string_view event) const {
  forEach(event, [&](const Script& script) {
    prepareSession_();
    try {
      if (!script.transactional())
        return script.execute(database_, environment_.log, environment_.interrupted);
      Transaction transaction(database_);
      script.execute(database_, environment_.log, environment_.interrupted);
      transaction.commit();
    } catch (const Error& error) {
      throw Error(fmt::format("Error while executing {} callback: {}", event, error.message()),
                  {error.message()});
    }
  });
}

void Callbacks::fireInTransaction(std::string_view event) const {
  forEach(event, [&](const Script& script) {
    script.execute(database_, environment_.log, environment_.interrupted);
  });
}

}  // namespace whimbrel
