#include "drivers/postgresql/connection.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>

#include "drivers/postgresql/login.h"
#include "drivers/postgresql/server_message.h"
#include "drivers/postgresql/socket_wait.h"

namespace whimbrel::postgresql {

namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// C strings end at a NUL: a longer text would silently become another one.
bool holdsNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void refuseNul(const ConnectOptions& options) {
  const bool nul = std::ranges::any_of(options.parameters,
                                       [](const auto& parameter) { return holdsNul(parameter.second); }) ||
                   std::ranges::any_of(options.addresses,
                                       [](const ServerAddress& address) { return holdsNul(address.host); });
  if (nul) throw SqlError("The URL, the user or the password holds a NUL character", "08001", 0);
}

SqlError failedLogin(PGconn* handle, Login outcome, const ServerAddress& address) {
  if (outcome == Login::TimedOut)
    return {fmt::format("Connection to {}:{} timed out", address.host, address.port), "08001", 0};
  if (PQconnectionNeedsPassword(handle) != 0)
    return {"The server requested a password, but none was provided", "08004", 0};
  return loginFailure(PQerrorMessage(handle));
}

std::vector<Row> readRows(const PGresult* result) {
  const int rowCount = PQntuples(result);
  const int columnCount = PQnfields(result);
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(rowCount));
  for (int row = 0; row < rowCount; ++row) {
    Row& values = rows.emplace_back();
    values.reserve(static_cast<std::size_t>(columnCount));
    for (int column = 0; column < columnCount; ++column) {
      Value& value = values.emplace_back();
      if (PQgetisnull(result, row, column) == 0)
        value.emplace(PQgetvalue(result, row, column),
                      static_cast<std::size_t>(PQgetlength(result, row, column)));
    }
  }
  return rows;
}

StatementResult readResult(PGresult* result) {
  StatementResult shown;
  shown.hasRows = PQresultStatus(result) == PGRES_TUPLES_OK;
  if (shown.hasRows) {
    for (int column = 0; column < PQnfields(result); ++column)
      shown.columns.emplace_back(PQfname(result, column));
    shown.rows = readRows(result);
  } else {
    shown.updateCount = std::atoll(PQcmdTuples(result));
  }
  return shown;
}

/// Waits until an answer is there, but no longer than so many seconds, where 0 is for ever. What the server
/// does after the time is over is not known, so the connection is ended with it.
std::optional<SqlError> waitForAnswer(PGconn* handle, int socketTimeout) {
  while (socketTimeout > 0 && PQisBusy(handle) != 0) {
    if (!waitForSocket(handle, SocketEvent::Readable, deadlineIn(socketTimeout))) {
      ::shutdown(PQsocket(handle), SHUT_RDWR);
      return SqlError(
          fmt::format("The server did not answer within {} seconds (socketTimeout)", socketTimeout), "08006",
          0);
    }
    if (PQconsumeInput(handle) == 0) break;
  }
  return std::nullopt;
}

/// As the Java driver has it, for the data of COPY that have nowhere to go or to come from.
SqlError noCopy() { return {"COPY commands are only supported using the CopyManager API.", "0A000", 0}; }

}  // namespace

/// What comes back from one message to the server. All of it has to be taken before the next one is sent; so
/// a failure is kept until then.
class Connection::Answers {
 public:
  /// `opening`: the statement that was put in front of the caller's own; its answer is passed over.
  Answers(Connection& connection, std::string_view sql, std::string_view opening, Reader* data)
      : handle_(connection.handle_.get()),
        socketTimeout_(connection.socketTimeout_),
        openingSize_(opening.size()),
        data_(data) {
    connection.notices_.clear();
    if (holdsNul(sql)) throw SqlError("ERROR: invalid byte sequence for encoding \"UTF8\": 0x00", "22021", 0);
    std::string text;
    text.reserve(opening.size() + sql.size());
    text.append(opening).append(sql);
    if (PQsendQuery(handle_, text.c_str()) == 0) throw connectionFailure(PQerrorMessage(handle_));
  }

  void forEach(const std::function<void(PGresult*)>& take) {
    bool ours = openingSize_ > 0;
    while (const Result result{next()}) {
      handle(result.get(), ours ? nullptr : &take);
      ours = false;
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  PGresult* next() {
    if (const std::optional<SqlError> late = waitForAnswer(handle_, socketTimeout_))
      fail(std::make_exception_ptr(*late));
    return PQgetResult(handle_);
  }

  void handle(PGresult* result, const std::function<void(PGresult*)>* take) {
    switch (PQresultStatus(result)) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
        if (take != nullptr) (*take)(result);
        return;
      case PGRES_EMPTY_QUERY:
        return;
      case PGRES_COPY_IN:
        return sendData();
      case PGRES_COPY_OUT:
        return dropData();
      default:
        fail(std::make_exception_ptr(resultFailure(result, openingSize_)));
    }
  }

  void fail(std::exception_ptr failure) {
    if (!failure_) failure_ = std::move(failure);
  }

  void sendData() {
    const char* refusal = nullptr;
    try {
      if (data_ == nullptr) throw noCopy();
      std::array<char, 65536> block;
      while (const std::size_t size = data_->read(block.data(), block.size()))
        if (PQputCopyData(handle_, block.data(), static_cast<int>(size)) != 1)
          throw connectionFailure(PQerrorMessage(handle_));
    } catch (...) {
      fail(std::current_exception());
      refusal = "the data can't be read";
    }
    if (PQputCopyEnd(handle_, refusal) != 1) throw connectionFailure(PQerrorMessage(handle_));
  }

  void dropData() {
    fail(std::make_exception_ptr(noCopy()));
    char* row = nullptr;
    while (PQgetCopyData(handle_, &row, 0) > 0) PQfreemem(row);
  }

  PGconn* handle_;
  int socketTimeout_;
  std::size_t openingSize_;
  Reader* data_;
  std::exception_ptr failure_;
};

/// Statements that are sent without waiting for their answers, up to a common end.
class Connection::Pipeline {
 public:
  Pipeline(PGconn* handle, int socketTimeout) : handle_(handle), socketTimeout_(socketTimeout) {
    if (PQenterPipelineMode(handle_) == 0) throw connectionFailure(PQerrorMessage(handle_));
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  /// Everything was taken, or the connection is lost.
  ~Pipeline() { PQexitPipelineMode(handle_); }

  void send(std::span<const std::string_view> statements) {
    for (const std::string_view statement : statements) {
      const std::string text(statement);
      if (PQsendQueryParams(handle_, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0)
        throw connectionFailure(PQerrorMessage(handle_));
    }
    if (PQpipelineSync(handle_) == 0) throw connectionFailure(PQerrorMessage(handle_));
  }

  /// Gives the answer of each statement to `take` up to the first that failed; throws its failure when all
  /// answers are in.
  void receive(const std::function<void(PGresult*)>& take) {
    std::optional<SqlError> failure;
    for (;;) {
      if (std::optional<SqlError> late = waitForAnswer(handle_, socketTimeout_); late && !failure)
        failure = std::move(late);
      const Result result{PQgetResult(handle_)};
      if (result == nullptr) {  // between two statements
        if (PQstatus(handle_) == CONNECTION_BAD)
          throw failure.value_or(connectionFailure(PQerrorMessage(handle_)));
        continue;
      }
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) break;
      if (failure || status == PGRES_PIPELINE_ABORTED) continue;
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        take(result.get());
      } else {
        failure = resultFailure(result.get());
      }
    }
    if (failure) throw *failure;
  }

 private:
  PGconn* handle_;
  int socketTimeout_;
};

Connection::Connection(const ConnectOptions& options) : socketTimeout_(options.socketTimeout) {
  refuseNul(options);
  handle_ = open(options);
  cancelRequest_.reset(PQgetCancel(handle_.get()));
  PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
  PQsetNoticeReceiver(handle_.get(), takeNotice, this);
  utf8_ = PQclientEncoding(handle_.get());
}

Connection::Handle Connection::open(const ConnectOptions& options) {
  for (auto address = options.addresses.begin();; ++address) {
    Handle handle(startLogin(options, *address));
    const Login outcome = finishLogin(handle.get(), options);
    if (outcome == Login::Succeeded) return handle;
    if (outcome == Login::Refused || address + 1 == options.addresses.end())
      throw failedLogin(handle.get(), outcome, *address);
  }
}

void Connection::takeNotice(void* connection, const PGresult* result) {
  static_cast<Connection*>(connection)->notices_.push_back(notice(result));
}

std::vector<Row> Connection::query(std::string_view sql) {
  std::vector<Row> rows;
  std::string text = std::exchange(ahead_, {});
  if (!text.empty()) text += ';';
  text += sql;
  Answers(*this, text, opening(), nullptr).forEach([&](PGresult* result) {
    if (PQresultStatus(result) == PGRES_TUPLES_OK) rows = readRows(result);
  });
  return rows;
}

void Connection::runAhead() {
  if (!ahead_.empty()) run("");
}

Execution Connection::execute(std::string_view sql, Reader* data) {
  runAhead();
  Execution execution;
  Answers(*this, sql, opening(), data).forEach([&](PGresult* result) {
    execution.results.push_back(readResult(result));
  });
  execution.warnings = std::exchange(notices_, {});
  keepUtf8();
  return execution;
}

void Connection::batch(std::span<const std::string_view> statements,
                       const std::function<void(const Execution&)>& done) {
  runAhead();
  if (std::ranges::any_of(statements, holdsNul)) {  // the one that holds it has to be told from the others
    for (const std::string_view statement : statements) done(execute(statement));
    return;
  }
  if (isIdle()) run("");  // begins the transaction, which a pipeline would end with itself
  notices_.clear();
  Pipeline pipeline(handle_.get(), socketTimeout_);
  pipeline.send(statements);
  pipeline.receive([&](PGresult* result) {
    Execution execution;
    execution.results.push_back(readResult(result));
    execution.warnings = std::exchange(notices_, {});
    done(execution);
  });
}

void Connection::keepUtf8() {
  if (PQclientEncoding(handle_.get()) != utf8_) PQsetClientEncoding(handle_.get(), "UTF8");
}

void Connection::commit() {
  runAhead();
  inTransactions_ = false;
  if (isIdle()) return;
  std::string done;
  Answers(*this, "COMMIT", "", nullptr).forEach([&](PGresult* result) { done = PQcmdStatus(result); });
  if (done == "ROLLBACK")
    throw SqlError("The database returned ROLLBACK, so the transaction cannot be committed", "25P02", 0);
}

void Connection::rollback() {
  ahead_.clear();
  inTransactions_ = false;
  if (!isIdle()) run("ROLLBACK");
}

void Connection::cancel() const noexcept {
  std::array<char, 256> reason;
  PQcancel(cancelRequest_.get(), reason.data(), static_cast<int>(reason.size()));
}

std::string_view Connection::reported(const char* setting) const {
  const char* const value = PQparameterStatus(handle_.get(), setting);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace whimbrel::postgresql
