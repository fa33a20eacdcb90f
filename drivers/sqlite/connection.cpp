#include "drivers/sqlite/connection.h"

#include <chrono>
#include <limits>
#include <thread>

#include <fmt/format.h>

#include "drivers/sqlite/sql_text.h"
#include "drivers/sqlite/sqlite_error.h"

namespace whimbrel::sqlite {

namespace {

/// As in the reference (spec/commands.md section 12); the URL's busy_timeout replaces it.
constexpr auto busyTimeout = std::chrono::milliseconds(3000);

Value columnText(sqlite3_stmt* statement, int column) {
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return std::nullopt;
  // A BLOB is shown as the text that its bytes are, as the reference does.
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (bytes == nullptr) return std::string();
  return validUtf8({bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))});
}

Row readRow(sqlite3_stmt* statement, int columns) {
  Row row;
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) row.push_back(columnText(statement, column));
  return row;
}

StatementResult step(sqlite3* handle, sqlite3_stmt* statement) {
  const long long changesBefore = sqlite3_total_changes(handle);
  StatementResult result;
  int code = sqlite3_step(statement);
  // Asked after the first step: a schema change may have had the statement prepared again.
  const int columns = sqlite3_column_count(statement);
  result.hasRows = columns > 0;
  for (int column = 0; column < columns; ++column)
    result.columns.emplace_back(sqlite3_column_name(statement, column));
  for (; code == SQLITE_ROW; code = sqlite3_step(statement))
    result.rows.push_back(readRow(statement, columns));
  if (code != SQLITE_DONE) throw lastError(handle);
  // sqlite3_changes still holds the count of an earlier statement when this one was not about rows.
  if (sqlite3_total_changes(handle) != changesBefore) result.updateCount = sqlite3_changes(handle);
  return result;
}

/// Binds a value to one parameter; gives SQLite's result code. Texts must outlive the next step.
struct Bind {
  sqlite3_stmt* statement;
  int parameter;
  int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, parameter); }
  int operator()(bool value) const { return sqlite3_bind_int(statement, parameter, value ? 1 : 0); }
  int operator()(int value) const { return sqlite3_bind_int(statement, parameter, value); }
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, parameter, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
};

}  // namespace

Connection::Connection(const Url& url) {
  // Nobody asks SQLite how much memory it has, and counting it takes a lock for each piece. Has no effect
  // once SQLite is in use.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags = url.openFlags.value_or(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(url.file.c_str(), &handle,
                                   flags | (url.isUri ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (handle == nullptr) throw error(SQLITE_NOMEM, "out of memory");
  if (code != SQLITE_OK) throw lastError(handle);
  sqlite3_busy_timeout(handle, static_cast<int>(busyTimeout.count()));
  for (const auto& [limit, value] : url.limits) sqlite3_limit(handle, limit, value);
  if (url.loadExtensions) sqlite3_enable_load_extension(handle, 1);
  for (const auto& [name, value] : url.pragmas) set(fmt::format("PRAGMA {} = {}", name, literal(value)));
}

void Connection::set(const std::string& pragma) {
  const auto end = std::chrono::steady_clock::now() + busyTimeout;
  for (;;) {
    try {
      run(pragma);
      return;
    } catch (const SqlError& error) {
      if (error.vendorCode != SQLITE_BUSY || std::chrono::steady_clock::now() >= end) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::vector<StatementResult> Connection::run(std::string_view sql) {
  if (const std::size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    throw error(SQLITE_ERROR,
                fmt::format("NUL character at byte {}, where SQLite would stop reading", nul + 1));
  }
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw error(SQLITE_TOOBIG, "statement too long");
  std::vector<StatementResult> results;
  while (!sql.empty()) {
    if (const Statement statement = prepareNext(sql)) results.push_back(step(handle_.get(), statement.get()));
  }
  return results;
}

/// Prepares the first statement of `sql` and takes it off the front; null for blanks and comments.
Connection::Statement Connection::prepareNext(std::string_view& sql) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, &tail);
  if (code != SQLITE_OK) throw lastError(handle_.get());
  sql.remove_prefix(static_cast<std::size_t>(tail - sql.data()));
  return Statement(statement);
}

void Connection::insert(const std::string& sql, std::span<const Field> row) {
  if (insertText_ != sql || insert_ == nullptr) {
    std::string_view text = sql;
    insert_ = prepareNext(text);
    insertText_ = sql;
  }
  sqlite3_stmt* const statement = insert_.get();
  for (std::size_t i = 0; i < row.size(); ++i)
    if (std::visit(Bind{statement, static_cast<int>(i) + 1}, row[i].value) != SQLITE_OK)
      throw lastError(handle_.get());
  const int code = sqlite3_step(statement);
  std::optional<SqlError> failure;
  if (code != SQLITE_DONE) failure = lastError(handle_.get());
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (failure) throw *failure;
}

bool Connection::hasSchema(const std::string& name) const {
  // temp is there even before anything was put into it, but this function does not know it then.
  return sqlite3_stricmp(name.c_str(), "temp") == 0 || sqlite3_db_readonly(handle_.get(), name.c_str()) >= 0;
}

std::string Connection::path() const {
  const char* path = sqlite3_db_filename(handle_.get(), "main");
  return path == nullptr ? "" : path;
}

ForeignKeysOff::ForeignKeysOff(Connection& connection) : handle_(connection.handle_.get()) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &before_);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
}

ForeignKeysOff::~ForeignKeysOff() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, before_, nullptr);
}

}  // namespace whimbrel::sqlite
