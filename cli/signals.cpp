#include "cli/signals.h"

#include <csignal>
#include <initializer_list>

namespace whimbrel {

namespace {

volatile std::sig_atomic_t received = 0;

}  // namespace

void installSignalHandlers() {
  struct sigaction action {};
  action.sa_handler = [](int) { received = 1; };
  // RESETHAND: the second signal finds the default action. RESTART: a statement under way is waited for.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  // The write that failed says so: nobody reads any more, or the file is as large as it may get (ulimit -f).
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

bool interrupted() { return received != 0; }

}  // namespace whimbrel
