#include <fmt/format.h>

#include "core/commands/clean.h"
#include "core/commands/commands.h"
#include "core/commands/session.h"
#include "core/commands/validation.h"

namespace whimbrel {

namespace {

/// A schema that is not there: an error only when something waits to be migrated.
ValidationOutcome validateMissingSchema(Session& session) {
  ValidationOutcome outcome;
  if (!session.migrations().empty() && !session.settings().ignorePendingMigrations) {
    outcome.error = fmt::format("Schema {} doesn't exist yet", session.quotedSchema());
    outcome.code = ErrorCode::SchemaDoesNotExist;
  }
  return outcome;
}

}  // namespace

ValidateResult validate(const Environment& environment) {
  Session session(environment);
  const ValidationOutcome outcome = session.schemaExists()
                                        ? runValidation(session, PendingMigrations::AreErrors)
                                        : validateMissingSchema(session);
  if (outcome.error && environment.settings.cleanOnValidationError) {
    cleanSchemas(session);
  } else if (outcome.error && !environment.json) {
    throw validationFailure(outcome);
  }

  ValidateResult result;
  session.fillCommon(result, "validate");
  result.validationError = outcome.error;
  if (outcome.error) result.errorDetails = ErrorDetails{outcome.code, *outcome.error};
  result.invalidMigrations = outcome.invalid;
  result.validationSuccessful = !outcome.error;
  result.validateCount = outcome.count;
  result.warnings = outcome.warnings;
  return result;
}

}  // namespace whimbrel
