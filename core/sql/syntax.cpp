#include "core/sql/syntax.h"

#include <array>

namespace whimbrel::sql {

namespace {

using enum Program::Body;
using Words = std::string_view;

constexpr Program mysqlTrigger{"CREATE [OR REPLACE] [DEFINER [?] [?]] TRIGGER", "EACH ROW", Statement};
constexpr Program mysqlEvent{"CREATE|ALTER [OR REPLACE] [DEFINER [?] [?]] EVENT", "DO", Statement};
constexpr Program mysqlRoutine{"CREATE [OR REPLACE] [DEFINER [?] [?]] [AGGREGATE] PROCEDURE|FUNCTION",
                               "BEGIN", Routine};

constexpr std::array mysqlPrograms{mysqlTrigger, mysqlEvent, mysqlRoutine};

// MariaDB also runs blocks and control statements outside of stored programs.
constexpr std::array mariadbPrograms{mysqlTrigger, mysqlEvent, mysqlRoutine,
                                     Program{"BEGIN NOT ATOMIC", "", Block},
                                     Program{"IF|CASE|LOOP|REPEAT|WHILE|FOR", "", Statement}};

constexpr std::array sqlitePrograms{Program{"CREATE [TEMP|TEMPORARY] TRIGGER", "BEGIN", Block}};

constexpr std::array postgresqlPrograms{
    Program{"CREATE [OR REPLACE] FUNCTION|PROCEDURE", "BEGIN ATOMIC", Block}};

// spec/sql-parsing.md section 8. VACUUM is not in the reference's list: there it never works without a script
// configuration.
constexpr std::array<Words, 2> sqliteNonTransactional{"PRAGMA FOREIGN_KEYS", "VACUUM"};

// The last four are not in the reference's list: the server always refuses them in a transaction.
constexpr std::array<Words, 10> postgresqlNonTransactional{"CREATE|DROP DATABASE|TABLESPACE|SUBSCRIPTION",
                                                           "ALTER SYSTEM",
                                                           "CREATE|DROP [UNIQUE] INDEX CONCURRENTLY",
                                                           "REINDEX [VERBOSE] SCHEMA|DATABASE|SYSTEM",
                                                           "VACUUM",
                                                           "DISCARD ALL",
                                                           "REINDEX [VERBOSE] TABLE CONCURRENTLY",
                                                           "REINDEX [VERBOSE] INDEX CONCURRENTLY",
                                                           "ALTER DATABASE [?] SET TABLESPACE",
                                                           "ALTER TABLE * DETACH PARTITION [?] CONCURRENTLY"};

constexpr auto postgresql11NonTransactional = [] {
  std::array<Words, postgresqlNonTransactional.size() + 1> patterns{"ALTER TYPE * ADD VALUE"};
  for (std::size_t i = 0; i < postgresqlNonTransactional.size(); ++i)
    patterns[i + 1] = postgresqlNonTransactional[i];
  return patterns;
}();

// pg_dump writes these around its output, for psql.
constexpr std::array<Words, 2> psqlLines{"\\restrict", "\\unrestrict"};

constexpr Syntax mysqlLike(std::span<const Program> programs, bool mariadbComments) {
  return {.stringQuotes = "'\"",
          .nameQuotes = "`",
          .backslashEscapes = true,
          .hashComments = true,
          .dashesNeedBlank = true,
          .executableComments = true,
          .mariadbComments = mariadbComments,
          .delimiterCommand = true,
          .programs = programs,
          .batchable = "INSERT|REPLACE|UPDATE|DELETE"};
}

constexpr Syntax postgresqlLike(std::span<const std::string_view> nonTransactional) {
  return {.escapeStrings = true,
          .dollarQuotes = true,
          .nestedComments = true,
          .clientLines = psqlLines,
          .programs = postgresqlPrograms,
          .semicolonsInParentheses = "CREATE [OR REPLACE] RULE",
          .copyFromStdin = "COPY * FROM STDIN",
          .nonTransactional = nonTransactional,
          .endsTransaction = "COMMIT|END",
          .batchable = "INSERT|UPDATE|DELETE|MERGE"};
}

}  // namespace

constinit const Syntax mysqlSyntax = mysqlLike(mysqlPrograms, false);

constinit const Syntax mariadbSyntax = mysqlLike(mariadbPrograms, true);

constinit const Syntax sqliteSyntax{.nameQuotes = "\"`",
                                    .bracketNames = true,
                                    .openComments = true,
                                    .programs = sqlitePrograms,
                                    .nonTransactional = sqliteNonTransactional,
                                    .beginsTransaction = "BEGIN",
                                    .endsTransaction = "COMMIT|END|ROLLBACK"};

constinit const Syntax postgresqlSyntax = postgresqlLike(postgresqlNonTransactional);

constinit const Syntax postgresql11Syntax = postgresqlLike(postgresql11NonTransactional);

}  // namespace whimbrel::sql
