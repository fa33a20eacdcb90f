#include "drivers/mysql/schema_catalog.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "drivers/mysql/sql_text.h"

namespace whimbrel::mysql {

namespace {

/// How objects of one type, as information_schema calls it, are dropped.
struct ObjectKind {
  std::string_view type;
  std::string_view drop;
  bool together;  ///< one DROP takes many names
};

// In the order of dropping. Triggers go with their tables, package bodies with their packages. Sequences are
// last, because tables may have them in defaults.
constexpr std::array kinds = {
    ObjectKind{"EVENT", "DROP EVENT ", false},
    ObjectKind{"PROCEDURE", "DROP PROCEDURE ", false},
    ObjectKind{"FUNCTION", "DROP FUNCTION ", false},
    ObjectKind{"PACKAGE", "DROP PACKAGE ", false},
    ObjectKind{"VIEW", "DROP VIEW ", true},
    ObjectKind{"BASE TABLE", "DROP TABLE ", true},
    ObjectKind{"SYSTEM VERSIONED", "DROP TABLE ", true},
    ObjectKind{"SEQUENCE", "DROP SEQUENCE ", true},
};

/// Some statements that drop all the names; each well below any max_allowed_packet.
std::vector<std::string> dropStatements(const ObjectKind& kind, const std::vector<std::string>& names) {
  constexpr std::size_t longest = 100'000;
  std::vector<std::string> statements;
  for (const std::string& name : names) {
    if (!kind.together || statements.empty() || statements.back().size() > longest)
      statements.push_back(std::string(kind.drop) + name);
    else
      statements.back() += ", " + name;
  }
  return statements;
}

bool isTable(const ObjectKind& kind) { return kind.drop == "DROP TABLE "; }

/// A character of four bytes, of which MySQL makes a '?' in the names of a statement; comparing refuses it.
bool holdsFourBytes(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
}

/// Whether there is such a table, told by opening it, which is faster by far than looking for it in
/// information_schema; absent where that does not tell.
std::optional<bool> tableOpens(Connection& connection, const TableName& table) {
  constexpr int noSuchDatabase = 1049;
  constexpr int noSuchTable = 1146;
  if (holdsFourBytes(table.schema) || holdsFourBytes(table.table)) return std::nullopt;
  try {
    connection.query(
        fmt::format("SELECT 1 FROM {}.{} LIMIT 0", quoteName(table.schema), quoteName(table.table)));
    return true;
  } catch (const SqlError& error) {
    if (error.vendorCode == noSuchTable || error.vendorCode == noSuchDatabase) return false;
    return std::nullopt;
  }
}

}  // namespace

/// The plain comparison lets the server go straight to the object; it may ignore case and accents where the
/// server does not, so the bytes decide.
std::string SchemaCatalog::equals(std::string_view column, std::string_view name) const {
  const std::string text = quoteText(name);
  const std::string plain = fmt::format("{} = {}", column, text);
  return lettersMatter_
             ? fmt::format("{0} AND CAST({1} AS BINARY) = CAST({2} AS BINARY)", plain, column, text)
             : plain;
}

template <typename Sql>
std::vector<Row> SchemaCatalog::queryObjects(const Sql& sql) {
  if (eventsReadable_) {
    try {
      return connection_.query(sql(true));
    } catch (const SqlError&) {
      eventsReadable_ = false;
    }
  }
  return connection_.query(sql(false));
}

bool SchemaCatalog::schemaExists(const std::string& schema) {
  return !connection_
              .query("SELECT 1 FROM information_schema.SCHEMATA WHERE " + equals("SCHEMA_NAME", schema))
              .empty();
}

bool SchemaCatalog::isEmpty(const std::string& schema) {
  // Constraints, triggers and views can't be without a row in TABLES.
  const std::vector<Row> rows = queryObjects([&](bool eventsToo) {
    std::string sql = fmt::format(
        "SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE {}) OR "
        "EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE {})",
        equals("TABLE_SCHEMA", schema), equals("ROUTINE_SCHEMA", schema));
    if (eventsToo)
      sql += fmt::format(" OR EXISTS (SELECT 1 FROM information_schema.EVENTS WHERE {})",
                         equals("EVENT_SCHEMA", schema));
    return sql;
  });
  return rows.at(0).at(0) == "0";
}

bool SchemaCatalog::tableExists(const TableName& table) {
  if (const std::optional<bool> opens = tableOpens(connection_, table)) return *opens;
  return !connection_
              .query(fmt::format("SELECT 1 FROM information_schema.TABLES WHERE {} AND {}",
                                 equals("TABLE_SCHEMA", table.schema), equals("TABLE_NAME", table.table)))
              .empty();
}

std::vector<std::string> SchemaCatalog::tablesWithoutTransactions(const std::string& schema) {
  std::vector<std::string> names;
  for (const Row& row : connection_.query(fmt::format(
           "SELECT t.TABLE_NAME FROM information_schema.TABLES t JOIN information_schema.ENGINES e "
           "ON e.ENGINE = t.ENGINE WHERE COALESCE(e.TRANSACTIONS, 'NO') <> 'YES' AND {} ORDER BY 1",
           equals("t.TABLE_SCHEMA", schema))))
    names.push_back(row.at(0).value_or(""));
  return names;
}

void SchemaCatalog::clean(const std::string& schema) {
  const std::vector<Row> objects = queryObjects([&](bool eventsToo) {
    std::string sql = fmt::format(
        "SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES WHERE {} UNION ALL "
        "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE {}",
        equals("TABLE_SCHEMA", schema), equals("ROUTINE_SCHEMA", schema));
    if (eventsToo)
      sql += fmt::format(" UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE {}",
                         equals("EVENT_SCHEMA", schema));
    return sql;
  });
  bool checksOff = false;
  for (const ObjectKind& kind : kinds) {
    std::vector<std::string> names;
    for (const Row& object : objects)
      if (object.at(0) == kind.type)
        names.push_back(quoteName(schema) + "." + quoteName(object.at(1).value_or("")));
    if (names.empty()) continue;
    if (isTable(kind) != checksOff) {
      checksOff = isTable(kind);
      connection_.run(checksOff ? "SET FOREIGN_KEY_CHECKS = 0" : "SET FOREIGN_KEY_CHECKS = 1");
    }
    for (const std::string& statement : dropStatements(kind, names)) connection_.run(statement);
  }
  if (checksOff) connection_.run("SET FOREIGN_KEY_CHECKS = 1");
}

}  // namespace whimbrel::mysql
