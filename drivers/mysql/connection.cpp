#include "drivers/mysql/connection.h"

#include <algorithm>
#include <array>
#include <errmsg.h>
#include <pwd.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/mysql/clear_password.h"
#include "drivers/mysql/client_options.h"
#include "drivers/mysql/shown_value.h"
#include "drivers/mysql/sql_text.h"
#include "drivers/mysql/warning_state.h"

namespace whimbrel::mysql {

namespace {

constexpr unsigned secondsToCancel = 5;

struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

/// The server's own words, or the client's with the SQL state that the Java drivers give to a dead network.
SqlError failure(MYSQL* handle) {
  constexpr std::array networkErrors = {CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_UNKNOWN_HOST};
  const int code = static_cast<int>(mysql_errno(handle));
  if (std::ranges::find(networkErrors, code) != networkErrors.end())
    return {fmt::format("Communications link failure: {}", mysql_error(handle)), "08S01", 0};
  return {mysql_error(handle), mysql_sqlstate(handle), code};
}

/// Whether another address may do better: the client gave up before a server had its say, or the server takes
/// no more connections.
bool mayDoBetterElsewhere(MYSQL* handle) {
  constexpr std::string_view connectionStates = "08";
  return mysql_errno(handle) >= CR_MIN_ERROR ||
         std::string_view(mysql_sqlstate(handle)).starts_with(connectionStates);
}

/// The server would say only that the packet is too big, and close the connection.
SqlError tooLarge(std::size_t size, std::size_t largest) {
  constexpr int packetTooLarge = 1153;
  return {
      fmt::format("Got a packet bigger than 'max_allowed_packet' bytes\n  The statement has {} bytes, and "
                  "the server's max_allowed_packet leaves room for {}. Raise that setting on the server, or "
                  "split the statement.",
                  size, largest),
      "08S01", packetTooLarge};
}

/// The account that the MariaDB driver logs in with when nobody says another.
std::string systemAccount() {
  const passwd* const account = getpwuid(geteuid());
  return account == nullptr ? "" : account->pw_name;
}

const char* orNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

unsigned long capabilities(const ConnectOptions& options) {
  unsigned long flags = CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS;
  if (options.driver == JavaDriver::MariaDb) flags |= CLIENT_IGNORE_SPACE;
  if (options.multiStatements) flags |= CLIENT_MULTI_STATEMENTS;
  return flags;
}

/// Tries one address. On failure the handle holds the error.
bool tryAddress(MYSQL* handle, const ConnectOptions& options, const ServerAddress& address) {
  const std::string user = options.user ? *options.user : systemAccount();
  const std::optional<std::string> password =
      options.makeToken ? options.makeToken(address.host, address.port, user) : options.password;
  const std::string database = options.createDatabase ? "" : options.database;
  // With a host the client would not look at the socket.
  const char* const host = options.localSocket.empty() ? address.host.c_str() : nullptr;
  return mysql_real_connect(handle, host, user.c_str(), password ? password->c_str() : nullptr,
                            orNull(database), address.port, orNull(options.localSocket),
                            capabilities(options)) != nullptr;
}

/// C strings end at a NUL: a longer text would silently become another one.
void refuseNul(const ConnectOptions& options) {
  for (const std::string* text :
       {&options.database, &options.localSocket, &options.caFile, &options.certificateFile, &options.keyFile,
        &options.serverPublicKeyFile, &options.tlsVersions})
    if (text->find('\0') != std::string::npos) throw SqlError("The URL holds a NUL character", "08001", 0);
  for (const auto& text : {options.user, options.password})
    if (text && text->find('\0') != std::string::npos)
      throw SqlError("User and password must not hold a NUL character", "28000", 0);
  for (const ServerAddress& address : options.addresses)
    if (address.host.find('\0') != std::string::npos)
      throw SqlError("The URL holds a NUL character", "08001", 0);
}

/// The client silently ignores such a file when it is missing, and trusts whatever key the network brings.
void requireReadable(const std::string& path) {
  if (!path.empty() && access(path.c_str(), R_OK) != 0)
    throw SqlError(fmt::format("Unable to read the server's public key {}", path), "08001", 0);
}

std::string_view columnName(const MYSQL_FIELD& field) {
  if (field.org_name_length > 0) return {field.org_name, field.org_name_length};
  return {field.name, field.name_length};
}

StatementResult readResult(MYSQL_RES* result, JavaDriver driver) {
  StatementResult shown;
  shown.hasRows = true;
  const unsigned count = mysql_num_fields(result);
  const MYSQL_FIELD* const fields = mysql_fetch_fields(result);
  for (unsigned i = 0; i < count; ++i) shown.columns.emplace_back(columnName(fields[i]));
  shown.rows.reserve(mysql_num_rows(result));
  while (const MYSQL_ROW row = mysql_fetch_row(result)) {
    const unsigned long* const lengths = mysql_fetch_lengths(result);
    Row& values = shown.rows.emplace_back(count);
    for (unsigned i = 0; i < count; ++i)
      if (row[i] != nullptr) values[i] = shownValue({row[i], lengths[i]}, fields[i].type, driver);
  }
  return shown;
}

std::vector<Row> readRows(MYSQL_RES* result) {
  std::vector<Row> rows;
  rows.reserve(mysql_num_rows(result));
  const unsigned count = mysql_num_fields(result);
  while (const MYSQL_ROW row = mysql_fetch_row(result)) {
    const unsigned long* const lengths = mysql_fetch_lengths(result);
    Row& values = rows.emplace_back(count);
    for (unsigned i = 0; i < count; ++i)
      if (row[i] != nullptr) values[i].emplace(row[i], lengths[i]);
  }
  return rows;
}

}  // namespace

Connection::Connection(const ConnectOptions& options)
    : driver_(options.driver),
      cancelOptions_(options),
      multiStatementsWanted_(options.multiStatements),
      multiStatementsAllowed_(options.multiStatements) {
  refuseNul(options);
  requireReadable(options.serverPublicKeyFile);
  handle_ = open(cancelOptions_);
  cancelOptions_.database.clear();
  cancelOptions_.connectTimeout = cancelOptions_.socketTimeout = secondsToCancel;
  setUpSession(options);
}

Connection::Handle Connection::open(ConnectOptions& options) {
  for (auto address = options.addresses.begin();; ++address) {
    Handle handle(mysql_init(nullptr));
    if (handle == nullptr) throw std::bad_alloc();
    guardClearPassword(handle.get(), options);
    applyOptions(handle.get(), options);
    if (tryAddress(handle.get(), options, *address)) {
      options.addresses = {*address};
      return handle;
    }
    if (address + 1 == options.addresses.end() || !mayDoBetterElsewhere(handle.get()))
      throw failure(handle.get());
  }
}

void Connection::setUpSession(const ConnectOptions& options) {
  // MariaDB's driver takes the server's collation if that is one of utf8mb4 which it knows, else its own
  // favourite.
  constexpr std::string_view mariadbNames =
      "character_set_client = utf8mb4, character_set_results = utf8mb4, collation_connection = IF("
      "@@collation_server LIKE 'utf8mb4%' AND @@collation_server NOT LIKE '%0900%' AND @@collation_server "
      "NOT LIKE "
      "'%uca1400%', @@collation_server, 'utf8mb4_unicode_ci')";
  sessionSetup_ =
      fmt::format("SET {}, sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_TRANS_TABLES')",
                  driver_ == JavaDriver::MariaDb ? mariadbNames : "NAMES utf8mb4");
  if (!options.sessionVariables.empty()) sessionSetup_ += ", " + options.sessionVariables;
  runSetup();
  if (!options.createDatabase || options.database.empty()) return;
  run("CREATE DATABASE IF NOT EXISTS " + quoteName(options.database));
  run("USE " + quoteName(options.database));
}

void Connection::runSetup() {
  constexpr int unknownVariable = 1193;
  try {
    run(sessionSetup_ + ", session_track_state_change = ON");
  } catch (const SqlError& error) {
    if (error.vendorCode != unknownVariable) throw;
    run(sessionSetup_);
  }
}

bool Connection::reportsStateChange() {
  const char* report = nullptr;
  std::size_t size = 0;
  return std::ranges::any_of(std::array{SESSION_TRACK_STATE_CHANGE, SESSION_TRACK_SCHEMA}, [&](auto type) {
    return mysql_session_track_get_first(handle_.get(), type, &report, &size) == 0;
  });
}

bool Connection::takeStateChange() { return std::exchange(stateChanged_, false) || !tracksState_; }

void Connection::send(std::string_view sql, const std::function<void(MYSQL_RES*)>& take) {
  MYSQL* const handle = handle_.get();
  if (sql.size() > largestStatement_) throw tooLarge(sql.size(), largestStatement_);
  // After a failure nobody tells what had been changed until then.
  bool changed = std::exchange(stateChanged_, true);
  failed_ = true;
  if (mysql_real_query(handle, sql.data(), sql.size()) != 0) throw failure(handle);
  for (;;) {
    const std::unique_ptr<MYSQL_RES, FreeResult> result(mysql_store_result(handle));
    if (result == nullptr && mysql_errno(handle) != 0) throw failure(handle);
    if (reportsStateChange()) tracksState_ = changed = true;
    take(result.get());
    const int next = mysql_next_result(handle);
    if (next > 0) throw failure(handle);
    if (next < 0) break;
  }
  failed_ = false;
  stateChanged_ = changed;
}

std::vector<Row> Connection::query(std::string_view sql) {
  allowMultiStatements(multiStatementsWanted_);
  std::vector<Row> rows;
  send(sql, [&](MYSQL_RES* result) {
    if (result != nullptr) rows = readRows(result);
  });
  return rows;
}

std::vector<StatementResult> Connection::results(std::string_view sql) {
  allowMultiStatements(multiStatementsWanted_);
  std::vector<StatementResult> all;
  send(sql, [&](MYSQL_RES* result) { all.push_back(takeResult(result)); });
  return all;
}

void Connection::batch(std::string_view sql,
                       const std::function<void(StatementResult, unsigned warnings)>& take) {
  allowMultiStatements(true);
  send(sql, [&](MYSQL_RES* result) { take(takeResult(result), mysql_warning_count(handle_.get())); });
}

StatementResult Connection::takeResult(MYSQL_RES* result) {
  if (result != nullptr) return readResult(result, driver_);
  StatementResult counted;
  counted.updateCount = static_cast<long long>(mysql_affected_rows(handle_.get()));
  return counted;
}

void Connection::allowMultiStatements(bool allowed) {
  if (allowed == multiStatementsAllowed_) return;
  const auto option = allowed ? MYSQL_OPTION_MULTI_STATEMENTS_ON : MYSQL_OPTION_MULTI_STATEMENTS_OFF;
  if (mysql_set_server_option(handle_.get(), option) != 0) throw failure(handle_.get());
  multiStatementsAllowed_ = allowed;
}

void Connection::limitPackets(std::size_t bytes) {
  constexpr std::size_t commandAndEnd = 2;
  largestStatement_ = std::max(bytes, commandAndEnd) - commandAndEnd;
}

std::vector<ServerWarning> Connection::warnings() {
  std::vector<ServerWarning> found;
  if (mysql_warning_count(handle_.get()) == 0) return found;
  for (const Row& row : query("SHOW WARNINGS")) {
    ServerWarning& warning = found.emplace_back();
    warning.vendorCode = std::stoi(row.at(1).value_or("0"));
    warning.message = row.at(2).value_or("");
    if (driver_ == JavaDriver::MySql)
      warning.sqlState = warningState(static_cast<unsigned>(warning.vendorCode));
  }
  return found;
}

void Connection::cancel() const noexcept {
  try {
    ConnectOptions options = cancelOptions_;
    const Handle other = open(options);
    const std::string request = fmt::format("KILL QUERY {}", mysql_thread_id(handle_.get()));
    mysql_real_query(other.get(), request.data(), request.size());
  } catch (const std::exception&) {  // the statement goes on, and another signal ends the program
  }
}

bool Connection::backslashEscapes() const {
  return (handle_->server_status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0;
}

bool Connection::autocommits() const { return (handle_->server_status & SERVER_STATUS_AUTOCOMMIT) != 0; }

bool Connection::commitsEach() const {
  return autocommits() && (handle_->server_status & SERVER_STATUS_IN_TRANS) == 0;
}

bool Connection::inTransaction() {
  if (failed_) run("DO 0");
  return (handle_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

std::string Connection::tlsCipher() const {
  const char* const cipher = mysql_get_ssl_cipher(handle_.get());
  return cipher == nullptr ? "" : cipher;
}

}  // namespace whimbrel::mysql
