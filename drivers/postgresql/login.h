// Connecting with time limits, and with the SQL state of a refusal: what libpq's blocking call does not give.
#pragma once

#include "drivers/postgresql/connect_options.h"
#include "drivers/postgresql/libpq.h"

namespace whimbrel::postgresql {

enum class Login {
  Succeeded,
  Refused,   ///< by a server: another one would say the same
  NoAnswer,  ///< another server may do better
  TimedOut,  ///< likewise; libpq has no text for it
};

/// Starts to connect to one address and gives a handle, never null, for finishLogin.
PGconn* startLogin(const ConnectOptions& options, const ServerAddress& address);

/// Waits until it is decided.
Login finishLogin(PGconn* handle, const ConnectOptions& options);

}  // namespace whimbrel::postgresql
