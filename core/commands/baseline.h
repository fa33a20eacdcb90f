// Writing the BASELINE row, for the baseline command and for baselineOnMigrate.
#pragma once

#include "core/commands/session.h"

namespace whimbrel {

/// The row that the configuration asks for.
BaselineRow configuredBaseline(Session& session);

/// Baselines with its callbacks and lines. Throws Error when the history does not allow it.
void baselineSchema(Session& session);

}  // namespace whimbrel
