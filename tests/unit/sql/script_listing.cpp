#include "script_listing.h"

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

namespace whimbrel::sql {

const Syntax& syntaxOf(std::string_view dialect) {
  static const std::map<std::string_view, const Syntax*> dialects{{"mysql", &mysqlSyntax},
                                                                  {"mariadb", &mariadbSyntax},
                                                                  {"sqlite", &sqliteSyntax},
                                                                  {"postgresql", &postgresqlSyntax}};
  return *dialects.at(dialect);
}

std::string listing(Reader& script, const Syntax& syntax) {
  std::string list;
  Splitter splitter(script, syntax);
  try {
    while (const std::optional<Statement> statement = splitter.next()) {
      list += fmt::format("=== {}:{}{}\n{}\n", statement->line, statement->column,
                          statement->transactional ? "" : " non-transactional", statement->text);
      if (!statement->hint.empty()) list += "??? " + statement->hint + "\n";
      if (statement->copyData) list += "--- data\n" + readAll(splitter.copyData());
    }
  } catch (const ParseError& error) {
    list += fmt::format("!!! {}:{} {}\n", error.line, error.column, error.what());
  }
  return list;
}

std::string listing(std::string_view script, const Syntax& syntax) {
  StringReader reader(script);
  return listing(reader, syntax);
}

std::string fileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace whimbrel::sql
