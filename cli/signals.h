// SIGINT, SIGTERM and SIGHUP ask the run to stop: a statement of a script that is under way is cancelled, and
// no other begins. A second signal ends the program at once.
#pragma once

#include "core/database.h"

namespace whimbrel {

/// Also lets writes to a closed pipe fail instead of ending the program.
void installSignalHandlers();

/// Whether one of the signals has arrived.
bool interrupted();

/// From now on a signal cancels the statement that runs on `database`, unless that is null. Returns whether
/// one did since the call before.
bool watchStatement(Database* database);

}  // namespace whimbrel
