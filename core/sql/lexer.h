// Cuts a script into tokens by the rules of one SQL dialect (spec/sql-parsing.md section 2).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/sql/source.h"
#include "core/sql/syntax.h"

namespace whimbrel::sql {

struct Token {
  enum class Kind {
    End,
    Comment,
    ExecutableComment,  ///< `/*! … */`, `/*M! … */`: the server runs it, but it may stand among comments
    Directive,          ///< `/*!NNNNN … */`: as good as a word
    Word,               ///< letters and `_` only, so perhaps a keyword
    Name,               ///< quoted, dotted, or with digits
    Literal,
    Number,
    Open,   ///< parenthesis
    Close,  ///< parenthesis
    Symbol,
    Delimiter,
    DelimiterCommand,  ///< the word DELIMITER; the rest of the line is not read yet
    ClientLine,
  };
  Kind kind = Kind::End;
  std::size_t begin = 0;
  std::size_t end = 0;
  char symbol = 0;     ///< of a Symbol
  bool closed = true;  ///< false for a quote or comment that runs into the end of the script
};

/// What the lexer can't know by itself.
struct Surroundings {
  bool empty = true;    ///< the statement has no token yet
  bool begun = false;   ///< the statement has more than comments
  bool nested = false;  ///< inside of a block or parentheses, where `;` and the like do not end it
  /// Numbers and symbols say nothing more about the statement, so they are passed over like white space.
  bool settled = false;
  /// Nor do words and parentheses: all up to the delimiter is passed over, as long as it is what it seems.
  bool decided = false;
};

class Lexer {
 public:
  Lexer(Source& source, const Syntax& syntax);

  /// The next token; white space is skipped. Throws the Error of the reader.
  Token next(Surroundings surroundings);

  /// The rest of the line, trimmed.
  std::string readLine();

  const std::string& delimiter() const { return delimiter_; }
  void setDelimiter(std::string delimiter);

 private:
  enum class Start : std::uint8_t {
    Symbol,
    Word,
    Digit,
    Open,
    Close,
    String,
    Name,
    Bracket,
    Dash,
    Slash,
    Hash,
    Dollar,
    Backslash
  };

  const ByteSet& skippedBefore(Surroundings surroundings) const;
  void skipToToken(const ByteSet& skipped, bool empty);
  std::size_t whiteSpaceSize();
  bool atDelimiter(Surroundings surroundings);

  Token readToken(Surroundings surroundings);
  Token::Kind read(int byte, Surroundings surroundings, Token& token);
  bool insideWord(std::size_t distance = 0);
  bool behindEscapePrefix();
  Token::Kind readWord(Surroundings surroundings, Token& token);
  std::uint8_t skipWord(Surroundings surroundings);
  Token::Kind joinDottedNames(Surroundings surroundings, Token::Kind kind, Token& token);
  bool skipQuoted(char quote, bool backslashEscapes);
  std::size_t dollarTagSize();
  bool skipDollarQuoted(std::size_t tagSize);
  Token::Kind readComment(Token& token);
  bool skipBlockComment();
  bool atLineComment(Surroundings surroundings);
  bool atClientLine();

  Source& source_;
  const Syntax& syntax_;
  std::array<Start, 256> starts_{};
  ByteSet meaningless_{};      ///< white space, and what begins numbers and symbols, but not the delimiter
  ByteSet undeciding_{};       ///< likewise with words and parentheses, but not what may be DELIMITER
  std::size_t wordsFrom_ = 0;  ///< behind the last token that was more than a symbol
  std::string delimiter_;
  int delimiterByte_ = 0;  ///< its first
  bool delimiterMayBeInner_ = true;
  bool delimiterCutsWords_ = false;
};

}  // namespace whimbrel::sql
