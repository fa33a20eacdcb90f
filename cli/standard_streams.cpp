#include "cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace whimbrel {

void openClosedStandardStreams() {
  // open() gives the lowest free number, so each gap is filled before the next is looked at.
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number)
    if (::fcntl(number, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
}

}  // namespace whimbrel
