#include "drivers/postgresql/socket_wait.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>

#include "drivers/postgresql/libpq.h"

namespace whimbrel::postgresql {

namespace {

using Clock = std::chrono::steady_clock;

/// Milliseconds for poll(), at most a minute so that any number fits.
int remaining(const Deadline& deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest{60'000};
  if (!deadline) return static_cast<int>(longest.count());
  const auto left = std::chrono::ceil<milliseconds>(*deadline - Clock::now());
  return static_cast<int>(std::clamp(left, milliseconds{0}, longest).count());
}

}  // namespace

Deadline deadlineIn(int seconds) {
  if (seconds <= 0) return std::nullopt;
  return Clock::now() + std::chrono::seconds(seconds);
}

bool waitForSocket(PGconn* handle, SocketEvent event, const Deadline& deadline) {
  pollfd socket{PQsocket(handle), static_cast<short>(event == SocketEvent::Readable ? POLLIN : POLLOUT), 0};
  for (;;) {
    const int ready = poll(&socket, 1, remaining(deadline));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (deadline && Clock::now() >= *deadline) return false;
  }
}

}  // namespace whimbrel::postgresql
