// What is in a schema, and how it is emptied. Reads information_schema in as few round trips as it takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/database.h"
#include "drivers/mysql/connection.h"

namespace whimbrel::mysql {

class SchemaCatalog {
 public:
  /// `lettersMatter`: see ServerFacts.
  SchemaCatalog(Connection& connection, bool lettersMatter)
      : connection_(connection), lettersMatter_(lettersMatter) {}

  bool schemaExists(const std::string& schema);
  /// spec/commands.md section 2.2.
  bool isEmpty(const std::string& schema);
  bool tableExists(const TableName& table);
  /// MyISAM, Aria, MEMORY …
  std::vector<std::string> tablesWithoutTransactions(const std::string& schema);
  /// Drops all objects in the order of spec/commands.md section 8; leaves foreign_key_checks at 1 if tables
  /// were dropped.
  void clean(const std::string& schema);

 private:
  std::string equals(std::string_view column, std::string_view name) const;
  /// Runs the query that `sql(eventsToo)` gives; without events if those can't be read.
  template <typename Sql>
  std::vector<Row> queryObjects(const Sql& sql);

  Connection& connection_;
  bool lettersMatter_;
  bool eventsReadable_ = true;
};

}  // namespace whimbrel::mysql
