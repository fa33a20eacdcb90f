#include "core/commands/validation.h"

#include <fmt/format.h>

#include "core/commands/half_done.h"
#include "core/commands/stopwatch.h"
#include "core/report/migration_fields.h"

namespace whimbrel {

namespace {

/// What cherryPick leaves out is not wrong but still to come, in any order.
StateOptions optionsForValidation(const Session& session) {
  StateOptions options = session.stateOptions();
  options.outOfOrder = options.outOfOrder || !options.cherryPick.empty();
  options.cherryPick.clear();
  return options;
}

ValidationOutcome check(Session& session, PendingMigrations pending) {
  const Stopwatch stopwatch;
  const MigrationInfos infos = session.infos(optionsForValidation(session));
  ValidationOutcome outcome;
  for (const ValidationError& error :
       findValidationErrors(infos, IgnorePatterns(session.settings()), pending)) {
    outcome.invalid.push_back({versionText(*error.info),
                               error.info->description(),
                               filePath(*error.info),
                               {error.code, error.message}});
  }
  if (!outcome.invalid.empty()) {
    outcome.error = "Migrations have failed validation";
    for (const std::string& text : describeHalfDone(session)) session.log().warn(text);
    return outcome;
  }
  outcome.count = static_cast<int>(infos.all.size());
  session.log().info(fmt::format("Successfully validated {} {} (execution time {})", outcome.count,
                                 outcome.count == 1 ? "migration" : "migrations",
                                 duration(stopwatch.milliseconds())));
  if (outcome.count == 0)
    outcome.warnings.push_back("No migrations found. Are your locations set up correctly?");
  for (const std::string& warning : outcome.warnings) session.log().warn(warning);
  return outcome;
}

}  // namespace

ValidationOutcome runValidation(Session& session, PendingMigrations pending) {
  session.callbacks().fire("beforeValidate");
  ValidationOutcome outcome = check(session, pending);
  session.callbacks().fire(outcome.error ? "afterValidateError" : "afterValidate");
  return outcome;
}

Error validationFailure(const ValidationOutcome& outcome) {
  std::string text = fmt::format("Validate failed: {}\n", *outcome.error);
  for (const ValidateResult::Invalid& invalid : outcome.invalid) text += invalid.details.message + "\n";
  if (outcome.invalid.empty()) text += "\n";
  return Error(outcome.code,
               text + "Need more flexibility with validation rules? Learn more: https://rd.gt/3AbJUZE");
}

}  // namespace whimbrel
