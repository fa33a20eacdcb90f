// Emptying the configured schemas, for the clean command and for cleanOnValidationError.
#pragma once

#include "core/commands/session.h"
#include "core/report/results.h"

namespace whimbrel {

/// Throws Error when clean is disabled.
CleanResult cleanSchemas(Session& session);

}  // namespace whimbrel
