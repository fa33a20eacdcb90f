// Splits a script into statements, streaming: the script is read once and only the statement at hand is in
// memory. The rules are those of the reference (spec/sql-parsing.md), put right where it loses text or splits
// wrongly.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "core/sql/syntax.h"
#include "core/text/reader.h"

namespace whimbrel::sql {

struct Statement {
  std::string text;           ///< as sent to the database: trimmed, without the delimiter, with its comments
  int line = 1;               ///< 1-based line of the first token that is no comment
  int column = 1;             ///< likewise, in characters
  bool transactional = true;  ///< whether it can run inside a transaction
  bool beginsTransaction = false;  ///< BEGIN, where no other transaction may be open
  bool endsTransaction = false;    ///< COMMIT and its like, where DDL is rolled back otherwise
  bool copyData = false;           ///< COPY … FROM STDIN: its data follow, see Splitter::copyData()
  bool batchable = false;          ///< has one answer and leaves the session alone: see Syntax::batchable
  std::size_t begin = 0;           ///< where `text` stands in the script, in bytes
  /// What to look at when the database refuses the statement: what has no end of one that runs into the end
  /// of the script, or a command of a client. With its place.
  std::string hint;
};

/// A script that can't be split: `line` and `column` are those of the statement being read.
class ParseError : public std::runtime_error {
 public:
  ParseError(const std::string& cause, int atLine, int atColumn, ErrorCode causeCode = ErrorCode::Error)
      : std::runtime_error(cause), line(atLine), column(atColumn), code(causeCode) {}
  int line;
  int column;
  ErrorCode code;  ///< of the reader's Error, if it was one
};

class Splitter {
 public:
  /// `text` must give UTF-8 (placeholders already replaced) and outlive the splitter.
  Splitter(Reader& text, const Syntax& syntax);
  ~Splitter();

  /// The next statement, or nothing at the end. Throws ParseError; an Error of the reader (a placeholder
  /// without value, bytes that are no text) comes out as ParseError too, with its message as the cause.
  std::optional<Statement> next();

  /// The data lines behind a statement with `copyData`, as they stand in the script; once, and until next(),
  /// which skips what was not read, and throws when the script ends before the line `\.`. Throws the Error of
  /// the script's reader.
  Reader& copyData();

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace whimbrel::sql
