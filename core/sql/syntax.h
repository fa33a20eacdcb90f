// What differs between SQL dialects for the splitter: one description each, written as spec/sql-parsing.md is.
#pragma once

namespace whimbrel::sql {

/// Filled in by the splitter's author; see syntax.cpp for the dialects.
struct Syntax;

extern const Syntax mysqlSyntax;
extern const Syntax mariadbSyntax;
extern const Syntax sqliteSyntax;
extern const Syntax postgresqlSyntax;

}  // namespace whimbrel::sql
