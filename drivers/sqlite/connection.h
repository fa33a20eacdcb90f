// An open SQLite connection: runs SQL text and gives rows and counts back. It knows nothing of migrations.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "core/database.h"
#include "drivers/sqlite/sqlite_url.h"

namespace whimbrel::sqlite {

class Connection {
 public:
  /// Opens the file and applies the URL's settings. Throws SqlError.
  explicit Connection(const Url& url);

  /// Runs every statement of `sql` in order and gives the result of each; text that is blank or comment gives
  /// none. Throws SqlError, also for a NUL character, at which SQLite would silently stop reading.
  std::vector<StatementResult> run(std::string_view sql);

  /// Runs an INSERT with a `?` for each field. It stays prepared, for the next one with the same text.
  void insert(const std::string& sql, std::span<const Field> row);

  /// Ends the statement that runs in another thread.
  void interrupt() const { sqlite3_interrupt(handle_.get()); }
  bool inTransaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  /// Whether `name` is main, temp or an attached database, in any letter case.
  bool hasSchema(const std::string& name) const;
  /// The absolute path of the main database; empty when it is not a file.
  std::string path() const;

 private:
  friend class ForeignKeysOff;
  /// Runs a setting of the URL. SQLite does not wait by itself where journal_mode=wal meets another
  /// connection.
  void set(const std::string& pragma);

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  Statement prepareNext(std::string_view& sql);

  std::unique_ptr<sqlite3, Close> handle_;
  std::string insertText_;
  Statement insert_;
};

/// Switches the enforcement of foreign keys off for as long as it lives; unlike PRAGMA foreign_keys, inside
/// of transactions too.
class ForeignKeysOff {
 public:
  explicit ForeignKeysOff(Connection& connection);
  ForeignKeysOff(const ForeignKeysOff&) = delete;
  ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;
  ~ForeignKeysOff();

 private:
  sqlite3* handle_;
  int before_ = 0;
};

}  // namespace whimbrel::sqlite
