// SIGINT, SIGTERM and SIGHUP ask the run to stop at the next statement; a second one ends the program at
// once.
#pragma once

namespace whimbrel {

/// Also lets writes to a closed pipe fail instead of ending the program.
void installSignalHandlers();

/// Whether one of the signals has arrived.
bool interrupted();

}  // namespace whimbrel
