#include "drivers/postgresql/login.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/postgresql/server_message.h"
#include "drivers/postgresql/socket_wait.h"

namespace whimbrel::postgresql {

namespace {

Deadline earlier(const Deadline& one, const Deadline& other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

/// Whether another server would refuse, too: not one that is only starting, stopping, full or a standby.
bool isFinal(PGconn* handle) {
  constexpr std::array<std::string_view, 5> passing = {"08001", "08006", "53300", "57P01", "57P03"};
  if (PQconnectionNeedsPassword(handle) != 0) return true;
  const std::string state = loginFailure(PQerrorMessage(handle)).sqlState.value_or("");
  return std::ranges::find(passing, state) == passing.end();
}

/// Whether libpq will look into a service file.
bool usesService(const ConnectOptions& options) {
  const char* const variable = std::getenv("PGSERVICE");
  return (variable != nullptr && *variable != '\0') ||
         std::ranges::find(options.parameters, "service", &std::pair<std::string, std::string>::first) !=
             options.parameters.end();
}

}  // namespace

PGconn* startLogin(const ConnectOptions& options, const ServerAddress& address) {
  const std::string port = std::to_string(address.port);
  std::vector<const char*> names = {"client_encoding"};
  std::vector<const char*> values = {"UTF8"};
  if (options.namesServer || !usesService(options)) {
    names.insert(names.end(), {"host", "port"});
    values.insert(values.end(), {address.host.c_str(), port.c_str()});
  }
  for (const auto& [name, value] : options.parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  const std::string token =
      options.makeToken ? options.makeToken(address.host, address.port, options.user) : "";
  if (!token.empty()) {
    names.push_back("password");
    values.push_back(token.c_str());
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
  const Deadline ready = deadlineIn(options.loginTimeout);
  Deadline next = deadlineIn(options.connectTimeout);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK) {
    const bool reading = wanted == PGRES_POLLING_READING;
    if (!waitForSocket(handle, reading ? SocketEvent::Readable : SocketEvent::Writable, earlier(next, ready)))
      return Login::TimedOut;
    wanted = PQconnectPoll(handle);
    if (wanted == PGRES_POLLING_FAILED) return isFinal(handle) ? Login::Refused : Login::NoAnswer;
    if (reading) next = deadlineIn(options.socketTimeout);
  }
  return Login::Succeeded;
}

}  // namespace whimbrel::postgresql
