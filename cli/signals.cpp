#include "cli/signals.h"

#include <csignal>
#include <initializer_list>
#include <mutex>
#include <semaphore.h>
#include <thread>
#include <utility>

namespace whimbrel {

namespace {

volatile std::sig_atomic_t received = 0;
/// Posted by the handler, which may not do much more; canceller() waits for it.
sem_t arrived;

std::mutex watching;
Database* watched = nullptr;
bool cancelled = false;

/// Holds the mutex as long as the request takes: whoever waits for it knows that the request was made.
[[noreturn]] void canceller() {
  for (;;) {
    if (sem_wait(&arrived) != 0) continue;
    const std::lock_guard lock(watching);
    if (watched == nullptr) continue;
    watched->cancel();
    cancelled = true;
  }
}

/// Leaves the signals to the other thread, whose waiting they have to end.
void startCanceller() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(canceller).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void installSignalHandlers() {
  sem_init(&arrived, 0, 0);
  struct sigaction action {};
  action.sa_handler = [](int) {
    received = 1;
    sem_post(&arrived);
  };
  // RESETHAND: the second signal finds the default action. RESTART: what is not cancelled is waited for.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  // The write that failed says so: nobody reads any more, or the file is as large as it may get (ulimit -f).
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

bool interrupted() { return received != 0; }

bool watchStatement(Database* database) {
  static std::once_flag started;
  std::call_once(started, startCanceller);
  const std::lock_guard lock(watching);
  watched = database;
  return std::exchange(cancelled, false);
}

}  // namespace whimbrel
