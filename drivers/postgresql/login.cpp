#include "drivers/postgresql/login.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <optional>
#include <poll.h>
#include <string>
#include <vector>

namespace whimbrel::postgresql {

namespace {

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;

Deadline in(int seconds) {
  if (seconds <= 0) return std::nullopt;
  return Clock::now() + std::chrono::seconds(seconds);
}

/// Milliseconds for poll(), at most a minute so that any number fits.
int remaining(const Deadline& deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest{60'000};
  if (!deadline) return static_cast<int>(longest.count());
  const auto left = std::chrono::ceil<milliseconds>(*deadline - Clock::now());
  return static_cast<int>(std::clamp(left, milliseconds{0}, longest).count());
}

/// False when the time is over.
bool waitFor(PGconn* handle, PostgresPollingStatusType what, const Deadline& deadline) {
  pollfd socket{PQsocket(handle), static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  for (;;) {
    const int ready = poll(&socket, 1, remaining(deadline));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (deadline && Clock::now() >= *deadline) return false;
  }
}

}  // namespace

PGconn* startLogin(const ConnectOptions& options, const ServerAddress& address) {
  const std::string port = std::to_string(address.port);
  std::vector<const char*> names = {"host", "port", "client_encoding"};
  std::vector<const char*> values = {address.host.c_str(), port.c_str(), "UTF8"};
  for (const auto& [name, value] : options.parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* const handle = PQconnectStartParams(names.data(), values.data(), 0);
  if (handle == nullptr) throw std::bad_alloc();
  PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
  return handle;
}

Login finishLogin(PGconn* handle, const ConnectOptions& options) {
  if (PQstatus(handle) == CONNECTION_BAD) return Login::NoAnswer;
  const Deadline answer = in(options.connectTimeout);
  const Deadline ready = in(options.loginTimeout);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  bool answered = false;
  while (wanted != PGRES_POLLING_OK) {
    const Deadline deadline = answered || !answer ? ready : ready ? std::min(*answer, *ready) : answer;
    if (!waitFor(handle, wanted, deadline)) return Login::TimedOut;
    wanted = PQconnectPoll(handle);
    const ConnStatusType status = PQstatus(handle);
    answered =
        answered || (status != CONNECTION_STARTED && status != CONNECTION_NEEDED && status != CONNECTION_BAD);
    if (wanted == PGRES_POLLING_FAILED) return answered ? Login::Refused : Login::NoAnswer;
  }
  return Login::Succeeded;
}

}  // namespace whimbrel::postgresql
