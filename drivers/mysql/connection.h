// One connection through the libmysqlclient API, MariaDB's or Oracle's. The only place that calls the C
// client.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "core/database.h"
#include "drivers/mysql/connect_options.h"

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
  /// Warnings of the last statement. A round trip only if the server counted some.
  std::vector<ServerWarning> warnings();

  /// Whether the session commits each statement by itself, as the server last said.
  bool autocommits() const;
  /// Cipher in use; empty without TLS.
  std::string tlsCipher() const;

 private:
  struct Close {
    void operator()(MYSQL* handle) const { mysql_close(handle); }
  };
  using Handle = std::unique_ptr<MYSQL, Close>;

  static Handle open(const ConnectOptions& options);
  void setUpSession(const ConnectOptions& options);
  /// Sends the text and calls `take` with each result; null for one without rows.
  void send(std::string_view sql, const std::function<void(MYSQL_RES*)>& take);

  JavaDriver driver_;
  Handle handle_;
};

}  // namespace whimbrel::mysql
