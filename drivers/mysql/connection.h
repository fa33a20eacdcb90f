// One connection through the libmysqlclient API, MariaDB's or Oracle's. The only place that calls the C
// client.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/database.h"
#include "drivers/mysql/connect_options.h"
#include "drivers/mysql/mysql_client.h"

namespace whimbrel::mysql {

class Connection {
 public:
  /// Connects to the first address that answers and sets the session up as the Java drivers do
  /// (spec/commands.md section 13). Throws SqlError; where the network failed, with state 08S01 and code 0.
  explicit Connection(const ConnectOptions& options);

  /// The rows of one statement of our own, values as the server wrote them.
  std::vector<Row> query(std::string_view sql);
  void run(std::string_view sql) { query(sql); }

  /// All results of a statement, values as the Java driver of the URL would show them.
  std::vector<StatementResult> results(std::string_view sql);
  /// The result of each of several statements in one text, and how many warnings it has. Throws for the first
  /// statement that fails; no other runs after it.
  void batch(std::string_view sql, const std::function<void(StatementResult, unsigned warnings)>& take);
  /// Whether a backslash in quotes means to the server what it means to the splitter of scripts.
  bool backslashEscapes() const;
  /// Warnings of the last statement. A round trip only if the server counted some.
  std::vector<ServerWarning> warnings();

  /// Asks the server, over a connection of its own, to end the statement that runs in another thread.
  void cancel() const noexcept;

  /// Whether the session commits each statement by itself, as the server last said.
  bool autocommits() const;
  /// The most bytes that a statement may have: the server closes the connection on a larger one.
  std::size_t largestStatement() const { return largestStatement_; }
  /// `bytes`: the server's max_allowed_packet.
  void limitPackets(std::size_t bytes);
  /// Whether a statement has changed a variable of the session, a user variable or the current schema since
  /// the last time that this was asked. The server tells, without being asked, except for a user variable
  /// that a statement sets beside what it is for (SELECT … INTO @x, @x := 1). True where it does not tell.
  bool takeStateChange();
  /// The statement that set the session up.
  const std::string& sessionSetup() const { return sessionSetup_; }
  /// The same, and no transaction of a script's own is open.
  bool commitsEach() const;
  /// Whether a transaction is open. The server says so with every success; after a failure it is asked.
  bool inTransaction();
  /// Cipher in use; empty without TLS.
  std::string tlsCipher() const;

 private:
  struct Close {
    void operator()(MYSQL* handle) const { mysql_close(handle); }
  };
  using Handle = std::unique_ptr<MYSQL, Close>;

  /// Tries the addresses in their order and leaves the one that answered as the only one.
  static Handle open(ConnectOptions& options);
  void setUpSession(const ConnectOptions& options);
  /// Also asks the server to tell of changes, unless it is too old for that.
  void runSetup();
  bool reportsStateChange();
  /// Sends the text and calls `take` with each result; null for one without rows.
  void send(std::string_view sql, const std::function<void(MYSQL_RES*)>& take);
  StatementResult takeResult(MYSQL_RES* result);
  /// One round trip when it is not so already.
  void allowMultiStatements(bool allowed);

  JavaDriver driver_;
  ConnectOptions cancelOptions_;  ///< reach the same server in a time that an impatient user bears
  Handle handle_;
  std::size_t largestStatement_ = std::numeric_limits<std::size_t>::max();
  bool multiStatementsWanted_;   ///< for scripts
  bool multiStatementsAllowed_;  ///< at the moment
  std::string sessionSetup_;
  bool failed_ = false;  ///< the last statement
  /// Whether news of changes arrive: a proxy may keep them to itself. Our own SET autocommit brings some
  /// early.
  bool tracksState_ = false;
  bool stateChanged_ = false;
};

}  // namespace whimbrel::mysql
