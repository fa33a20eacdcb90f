// Standard input, output and error as every program expects them.
#pragma once

namespace whimbrel {

/// Opens those of the three that the caller has closed on /dev/null. Otherwise the next file to be opened, a
/// database perhaps, would take their number, and get what is printed.
void openClosedStandardStreams();

}  // namespace whimbrel
