#include "drivers/mysql/session_state.h"

#include <string_view>
#include <utility>

#include "drivers/mysql/sql_text.h"

namespace whimbrel::mysql {

namespace {

constexpr std::string_view settings = "SELECT DATABASE(), @@foreign_key_checks, @@sql_safe_updates";

// One row per user variable that is not NULL; a single row without name if there is none.
constexpr std::string_view mariadbVariables =
    ", v.VARIABLE_NAME FROM (SELECT 1) one LEFT JOIN information_schema.USER_VARIABLES v "
    "ON v.VARIABLE_VALUE IS NOT NULL";
constexpr std::string_view mysqlVariables =
    ", v.VARIABLE_NAME FROM (SELECT 1) one LEFT JOIN performance_schema.user_variables_by_thread v "
    "ON v.VARIABLE_VALUE IS NOT NULL AND v.THREAD_ID = "
    "(SELECT THREAD_ID FROM performance_schema.threads WHERE PROCESSLIST_ID = CONNECTION_ID())";

}  // namespace

SessionState::SessionState(Connection& connection, const ServerFacts& facts)
    : connection_(connection),
      mariadb_(facts.mariadb),
      foreignKeyChecks_(facts.foreignKeyChecks),
      safeUpdates_(facts.safeUpdates),
      schema_(facts.database) {}

void SessionState::disturb(std::string_view statement) {
  // What changed until now, autocommit for one, was our own doing.
  if (!disturbed_) connection_.takeStateChange();
  disturbed_ = true;
  namesVariables_ = namesVariables_ || statement.find('@') != std::string_view::npos;
}

std::optional<std::string> SessionState::currentSchema() {
  if (disturbed_ || !schemaKnown_) {
    schema_ = connection_.query("SELECT DATABASE()").at(0).at(0);
    schemaKnown_ = !disturbed_;
  }
  return schema_;
}

void SessionState::useSchema(const std::string& schema) {
  if (!disturbed_ && schemaKnown_ && schema_ == schema) return;
  connection_.run("USE " + quoteName(schema));
  schema_ = schema;
  schemaKnown_ = !disturbed_;
}

std::vector<Row> SessionState::look() {
  const std::string sql(settings);
  if (variablesReadable_) {
    try {
      return connection_.query(sql + std::string(mariadb_ ? mariadbVariables : mysqlVariables));
    } catch (const SqlError&) {
      variablesReadable_ = false;
    }
  }
  return connection_.query(sql);
}

void SessionState::keep() {
  const std::vector<Row> rows = connection_.query(settings);
  foreignKeyChecks_ = rows.at(0).at(1).value_or("1");
  safeUpdates_ = rows.at(0).at(2).value_or("0");
}

std::string SessionState::restoreStatement() const {
  return "SET foreign_key_checks = " + foreignKeyChecks_ + ", sql_safe_updates = " + safeUpdates_;
}

void SessionState::restore() {
  if (!disturbed_) return;
  const bool named = std::exchange(namesVariables_, false);
  if (!connection_.takeStateChange() && !named) {
    disturbed_ = false;
    return;
  }
  const std::vector<Row> rows = look();
  std::string assignments;
  const auto assign = [&](const std::string& name, const std::string& value) {
    assignments += (assignments.empty() ? "SET " : ", ") + name + " = " + value;
  };
  for (const Row& row : rows)
    if (row.size() > 3 && row[3]) assign("@" + quoteName(*row[3]), "NULL");
  if (rows.at(0).at(1) != foreignKeyChecks_) assign("foreign_key_checks", foreignKeyChecks_);
  if (rows.at(0).at(2) != safeUpdates_) assign("sql_safe_updates", safeUpdates_);
  if (!assignments.empty()) connection_.run(assignments);
  schema_ = rows.at(0).at(0);
  schemaKnown_ = true;
  disturbed_ = false;
}

}  // namespace whimbrel::mysql
