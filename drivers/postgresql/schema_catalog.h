// What is in a schema, and how it is emptied. One round trip each.
#pragma once

#include <string>

#include "core/database.h"
#include "drivers/postgresql/connection.h"

namespace whimbrel::postgresql {

class SchemaCatalog {
 public:
  explicit SchemaCatalog(Connection& connection) : connection_(connection) {}

  bool schemaExists(const std::string& schema);
  /// spec/commands.md section 2.2: not all kinds of objects count.
  bool isEmpty(const std::string& schema);
  /// Ordinary tables alone count (spec/commands.md section 11.2).
  bool tableExists(const TableName& table);
  /// Drops all objects in the order of spec/commands.md section 8, or none. What belongs to an extension
  /// stays with it; extensions go if the user owns them.
  void clean(const std::string& schema);

 private:
  bool ask(const std::string& condition);

  Connection& connection_;
};

}  // namespace whimbrel::postgresql
