// What differs between SQL dialects for the splitter: one description each, written as spec/sql-parsing.md
// is.
#pragma once

#include <span>
#include <string_view>

namespace whimbrel::sql {

/// A statement that may hold other statements, each ended by `;`: a stored program, a trigger, a compound
/// statement.
struct Program {
  /// What follows the words in `bodyAfter`.
  enum class Body {
    Block,      ///< they open a block themselves, as BEGIN does
    Statement,  ///< one statement, which may be a block, an IF, a loop …
    Routine,  ///< as Block; but the parameters and characteristics may also be followed by an IF, a loop …
  };
  std::string_view head;  ///< pattern of the words that make a statement such a program
  std::string_view
      bodyAfter;  ///< words in a row, outside of parentheses; empty: the body begins behind the head
  Body body = Body::Block;
};

/// Patterns (in `head`, `nonTransactional` …) are matched with the first ten words of a statement, upper
/// case, outside of parentheses; literals, quoted, dotted or numbered names are no words (spec/sql-parsing.md
/// section 4). `A|B` is either word, `[…]` may be missing, `?` is any word, `*` any number of words. See
/// matchesWords().
struct Syntax {
  std::string_view stringQuotes = "'";  ///< a doubled quote stays inside
  std::string_view nameQuotes = "\"";   ///< likewise
  bool bracketNames = false;            ///< `[name]`
  bool backslashEscapes = false;        ///< in strings; not in names
  bool escapeStrings = false;           ///< `E'…'` has backslash escapes
  bool dollarQuotes = false;            ///< `$tag$ … $tag$`
  bool hashComments = false;            ///< `# …`
  bool dashesNeedBlank = false;         ///< `--` is a comment only before a blank or control character
  bool nestedComments = false;          ///< block comments nest
  bool openComments = false;            ///< the database runs a text that ends in a comment without end
  bool executableComments = false;      ///< `/*! … */` is run by the server
  bool mariadbComments = false;         ///< `/*M! … */` is run by the server
  bool delimiterCommand = false;        ///< DELIMITER changes what ends a statement
  std::span<const std::string_view> clientLines =
      {};  ///< commands of a client, to be skipped with their line
  std::span<const Program> programs = {};
  std::string_view semicolonsInParentheses = {};  ///< pattern of statements that may hold `( …; … )`
  std::string_view copyFromStdin = {};            ///< pattern of statements with data lines behind them
  std::span<const std::string_view> nonTransactional =
      {};  ///< patterns of statements no transaction can hold
  /// Pattern of a statement that begins a transaction, where that fails inside of another one.
  std::string_view beginsTransaction = {};
  std::string_view endsTransaction = {};
  /// First word of statements that the database can take many of at once: each has exactly one answer, and
  /// what the next one means does not depend on it.
  std::string_view batchable = {};
};

extern const Syntax mysqlSyntax;
extern const Syntax mariadbSyntax;
extern const Syntax sqliteSyntax;
extern const Syntax postgresqlSyntax;
extern const Syntax
    postgresql11Syntax;  ///< servers older than 12: ALTER TYPE … ADD VALUE needs no transaction

}  // namespace whimbrel::sql
