// Validation as validate and migrate share it: the check, its callbacks, its lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/commands/session.h"
#include "core/state/validation.h"

namespace whimbrel {

/// What a validation found. The errors' texts are copied: the list they came from is gone.
struct ValidationOutcome {
  std::optional<std::string> error;  ///< absent: all is well
  ErrorCode code = ErrorCode::ValidateError;
  std::vector<ValidateResult::Invalid> invalid;
  int count = 0;
  std::vector<std::string> warnings;
};

/// Checks scripts against history and logs the summary when all is well. Does not throw for what it finds.
ValidationOutcome runValidation(Session& session, PendingMigrations pending);

/// The failure of a command that can't go on with `outcome`.
Error validationFailure(const ValidationOutcome& outcome);

}  // namespace whimbrel
