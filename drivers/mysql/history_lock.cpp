#include "drivers/mysql/history_lock.h"

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/mysql/sql_text.h"

namespace whimbrel::mysql {

namespace {

constexpr int noSuchDatabase = 1049;
constexpr int noSuchTable = 1146;
constexpr int lockWaitTimeout = 1205;
constexpr int deadlock = 1213;

std::string qualified(const TableName& table) {
  return quoteName(table.schema) + "." + quoteName(table.table);
}

}  // namespace

std::string lockName(const TableName& table) { return fmt::format("Flyway-{}", javaHash(qualified(table))); }

bool NamedLock::tryAcquire(const TableName& table) {
  return connection_.query(fmt::format("SELECT GET_LOCK('{}',1)", lockName(table))).at(0).at(0) == "1";
}

void NamedLock::release(const TableName& table) {
  connection_.run(fmt::format("SELECT RELEASE_LOCK('{}')", lockName(table)));
}

bool RowLock::tryAcquire(const TableName& table) {
  if (connection_ == nullptr) {
    connection_ = std::make_unique<Connection>(options_);
    connection_->run("SET innodb_lock_wait_timeout = 1");
  }
  connection_->run("START TRANSACTION");
  try {
    connection_->run(fmt::format("SELECT * FROM {} FOR UPDATE", qualified(table)));
    held_ = true;
    return true;
  } catch (const SqlError& error) {
    connection_->run("ROLLBACK");
    if (error.vendorCode == noSuchTable || error.vendorCode == noSuchDatabase) return true;
    if (error.vendorCode == lockWaitTimeout || error.vendorCode == deadlock) return false;
    throw;
  }
}

void RowLock::release() {
  if (!held_) return;
  held_ = false;
  connection_->run("COMMIT");
}

void RowLock::begin() {
  if (held_) connection_->run("SAVEPOINT whimbrel");
}

void RowLock::rollback() {
  if (held_) connection_->run("ROLLBACK TO SAVEPOINT whimbrel");
}

}  // namespace whimbrel::mysql
