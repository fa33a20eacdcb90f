// Waiting for the server, but not for ever.
#pragma once

#include <chrono>
#include <optional>

#include <libpq-fe.h>

namespace whimbrel::postgresql {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;  ///< absent: never

/// So many seconds from now; never for 0 and less.
Deadline deadlineIn(int seconds);

enum class SocketEvent { Readable, Writable };

/// False when the time is over before the connection's socket is ready.
bool waitForSocket(PGconn* handle, SocketEvent event, const Deadline& deadline);

}  // namespace whimbrel::postgresql
