// One connection through libpq. The only place that talks to the server.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/database.h"
#include "core/text/reader.h"
#include "drivers/postgresql/connect_options.h"
#include "drivers/postgresql/libpq.h"

namespace whimbrel::postgresql {

class Connection {
 public:
  /// Connects to the first address that answers. Throws SqlError; where no server answered, with state 08001.
  explicit Connection(const ConnectOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs the statements of our own in `sql` and gives the rows of the last one that has any.
  std::vector<Row> query(std::string_view sql);
  void run(std::string_view sql) { query(sql); }
  /// Runs statements together with the next of our own, in one message; before one of a script and before a
  /// commit by themselves. A rollback forgets them.
  void runWithNext(std::string sql) { ahead_ = std::move(sql); }

  /// Everything that comes back from a statement of a script. The text goes to the server as it is, in one
  /// message.
  Execution execute(std::string_view sql) { return execute(sql, nullptr); }
  /// The same for COPY … FROM STDIN. A failure of `data` ends the copy, which then leaves nothing.
  Execution copy(std::string_view sql, Reader& data) { return execute(sql, &data); }
  /// The statements in one go (libpq's pipeline mode), each one command. Throws for the first that fails; no
  /// other runs after it, and outside of a transaction it takes those before it along: see inTransactions().
  void batch(std::span<const std::string_view> statements, const std::function<void(const Execution&)>& done);

  /// From now on all runs in transactions, as with the Java driver: the first one begins with the next
  /// statement, and another one whenever a script has ended the one before. Until commit() or rollback().
  void begin() { inTransactions_ = true; }
  bool inTransactions() const { return inTransactions_; }
  void commit();
  void rollback();
  bool inTransaction() const { return !isIdle(); }
  /// Outside of begin() and of a transaction that a script began itself.
  bool commitsEach() const { return !inTransactions_ && isIdle(); }
  /// Whether the open transaction failed, so that the server refuses everything until it is rolled back.
  bool transactionFailed() const { return PQtransactionStatus(handle_.get()) == PQTRANS_INERROR; }

  /// Asks the server, over a connection of its own, to end the statement that runs in another thread.
  void cancel() const noexcept;

  int serverVersion() const { return PQserverVersion(handle_.get()); }
  /// A setting that the server reports by itself, "DateStyle" for example; empty if it does not.
  std::string_view reported(const char* setting) const;

 private:
  struct Close {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  using Handle = std::unique_ptr<PGconn, Close>;
  struct FreeCancel {
    void operator()(PGcancel* request) const { PQfreeCancel(request); }
  };
  class Answers;
  class Pipeline;

  static Handle open(const ConnectOptions& options);
  static void takeNotice(void* connection, const PGresult* result);
  Execution execute(std::string_view sql, Reader* data);
  bool isIdle() const { return PQtransactionStatus(handle_.get()) == PQTRANS_IDLE; }
  /// What has to be sent before the next statement.
  std::string_view opening() const { return inTransactions_ && isIdle() ? "BEGIN;" : ""; }
  void runAhead();
  /// Scripts are UTF-8 here whatever they say themselves.
  void keepUtf8();

  Handle handle_;
  std::unique_ptr<PGcancel, FreeCancel> cancelRequest_;
  int socketTimeout_;
  int utf8_ = 0;
  bool inTransactions_ = false;
  std::string ahead_;  ///< what runWithNext() was given
  std::vector<ServerWarning> notices_;
};

}  // namespace whimbrel::postgresql
