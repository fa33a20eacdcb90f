#include "core/sql/splitter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/sql/copy_data.h"
#include "core/sql/lexer.h"
#include "core/sql/nesting.h"
#include "core/sql/source.h"
#include "core/sql/word_pattern.h"
#include "core/text/strings.h"

namespace whimbrel::sql {

namespace {

/// How many words say what kind of statement it is (spec/sql-parsing.md section 4).
constexpr int significantWords = 10;

std::vector<std::string_view> tellingPatterns(const Syntax& syntax) {
  std::vector<std::string_view> patterns{syntax.semicolonsInParentheses, syntax.copyFromStdin,
                                         syntax.beginsTransaction, syntax.endsTransaction};
  patterns.insert(patterns.end(), syntax.nonTransactional.begin(), syntax.nonTransactional.end());
  for (const Program& program : syntax.programs) patterns.push_back(program.head);
  return patterns;
}

std::string asciiUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

}  // namespace

/// Reads token by token until a statement is complete. The members from `start_` on are about the statement
/// at hand.
class Splitter::Engine {
 public:
  Engine(Reader& text, const Syntax& syntax)
      : syntax_(syntax),
        source_(text),
        lexer_(source_, syntax),
        copyData_(source_),
        telling_(tellingPatterns(syntax)) {}

  std::optional<Statement> next();
  Reader& copyData() { return copyData_; }

 private:
  using Kind = Token::Kind;

  std::optional<Statement> read();
  void skipCopyData();
  void begin();
  void take(const Token& token);
  void takeWord(const Token& token);
  void takeSymbol(const Token& token);
  void takeOpenEnd(const Token& token);
  void takeClientCommand(const Token& backslash);
  void takeFirstWord(std::string_view word);
  void classify(std::string_view word);
  std::optional<Statement> changeDelimiter(const Token& command);
  std::optional<Statement> finishAtDelimiter(const Token& delimiter);
  std::optional<Statement> finishAtEnd(const Token& end);
  Statement finish(std::size_t end);
  ParseError error(std::string_view what, std::string_view text) const;

  bool isEmpty() const { return !begun_ && !commented_; }
  /// Whether there is something to send: comments alone are, if the server runs one of them.
  bool isStatement() const { return begun_ || executable_; }
  /// Whether numbers and symbols have nothing to say any more.
  bool isSettled() const { return placed_ && !nesting_.begun(); }
  /// Whether words and parentheses have nothing to say either.
  bool isDecided() const {
    return isSettled() && !semicolonsInParentheses_ && (!wordsTell_ || wordCount_ >= significantWords);
  }
  /// Whether `;`, or an operator that serves as delimiter, is part of the statement.
  bool isNested() const {
    return nesting_.open() || (parentheses_ > 0 && (semicolonsInParentheses_ || lexer_.delimiter() != ";"));
  }

  const Syntax& syntax_;
  Source source_;
  Lexer lexer_;
  CopyData copyData_;
  std::vector<std::string_view> telling_;  ///< all patterns that more than the first word decides
  Place delimiterPlace_;                   ///< of the last DELIMITER
  std::string firstWord_;                  ///< of the last statement, and what it says
  bool firstWordBatches_ = false;
  bool firstWordTells_ = false;

  std::size_t start_ = 0;
  Place place_;                       ///< of the first token that is no comment; until then, of the last one
  std::optional<Place> executable_;   ///< of the first executable comment
  bool commented_ = false;            ///< there is a comment
  bool begun_ = false;                ///< there is more than comments
  bool placed_ = false;               ///< there is more than comments and parentheses
  std::optional<Place> openComment_;  ///< where a comment without end begins
  std::string hint_;                  ///< as in Statement
  int parentheses_ = 0;
  std::string words_;  ///< the first words outside of parentheses, upper case
  int wordCount_ = 0;
  bool wordsTell_ = true;  ///< some pattern begins with the first word
  bool transactional_ = true;
  bool beginsTransaction_ = false;
  bool endsTransaction_ = false;
  bool batchable_ = false;
  bool copiesFromStdin_ = false;
  bool semicolonsInParentheses_ = false;
  Nesting nesting_;
};

std::optional<Statement> Splitter::Engine::next() {
  try {
    skipCopyData();
    begin();
    return read();
  } catch (const Error& failure) {
    if (isEmpty()) place_ = source_.placeOf(source_.forgotten());  // where the token at hand begins
    throw ParseError(failure.message(), place_.line, place_.column, failure.code());
  }
}

std::optional<Statement> Splitter::Engine::read() {
  for (;;) {
    const Token token = lexer_.next({.empty = isEmpty(),
                                     .begun = begun_,
                                     .nested = isNested(),
                                     .settled = isSettled(),
                                     .decided = isDecided()});
    std::optional<Statement> statement;
    switch (token.kind) {
      case Kind::End:
        return finishAtEnd(token);
      case Kind::Delimiter:
        statement = finishAtDelimiter(token);
        break;
      case Kind::DelimiterCommand:
        statement = changeDelimiter(token);
        break;
      case Kind::ClientLine:
        begin();
        break;
      default:
        take(token);
    }
    if (statement) return statement;
  }
}

/// A dump that was cut off must not pass for a whole one.
void Splitter::Engine::skipCopyData() {
  copyData_.skip();
  if (copyData_.cut())
    throw ParseError(fmt::format("The data of the COPY at line {} col {} have no end: there is no line \\.",
                                 place_.line, place_.column),
                     place_.line, place_.column);
}

/// Comments and client commands in front of nothing are not sent.
void Splitter::Engine::begin() {
  executable_.reset();
  commented_ = begun_ = placed_ = false;
  openComment_.reset();
  hint_.clear();
  parentheses_ = 0;
  words_.clear();
  wordCount_ = 0;
  wordsTell_ = transactional_ = true;
  beginsTransaction_ = endsTransaction_ = batchable_ = copiesFromStdin_ = semicolonsInParentheses_ = false;
  if (nesting_.begun()) nesting_.clear();
}

void Splitter::Engine::take(const Token& token) {
  if (isEmpty()) start_ = token.begin;
  if (!placed_) place_ = source_.placeOf(token.begin);
  if (!token.closed) takeOpenEnd(token);
  if (token.kind == Kind::Comment || token.kind == Kind::ExecutableComment) {
    if (token.kind == Kind::ExecutableComment && !executable_) executable_ = place_;
    commented_ = true;
    return;
  }
  begun_ = true;
  placed_ = placed_ || (token.kind != Kind::Open && token.kind != Kind::Close);
  switch (token.kind) {
    case Kind::Word:
      takeWord(token);
      break;
    case Kind::Literal:
      nesting_.literal();
      break;
    case Kind::Name:
    case Kind::Number:
      nesting_.name();
      break;
    case Kind::Symbol:
      takeSymbol(token);
      break;
    case Kind::Open:
      ++parentheses_;
      nesting_.openParenthesis();
      break;
    case Kind::Close:
      if (parentheses_ > 0) --parentheses_;
      nesting_.closeParenthesis();
      break;
    default:
      break;  // a directive may hold any part of a statement
  }
}

void Splitter::Engine::takeOpenEnd(const Token& token) {
  const bool comment = token.kind == Kind::Comment || token.kind == Kind::ExecutableComment;
  const Place place = source_.placeOf(token.begin);
  if (comment) openComment_ = place;
  hint_ = fmt::format("The {} that begins at line {} col {} has no end.", comment ? "comment" : "quote",
                      place.line, place.column);
}

/// `\connect` and the like, which is sent as it stands and makes a syntax error.
void Splitter::Engine::takeClientCommand(const Token& backslash) {
  if (!hint_.empty()) return;
  const Place place = source_.placeOf(backslash.begin);
  hint_ = fmt::format("The backslash at line {} col {} begins a command of psql, which only psql can run.",
                      place.line, place.column);
}

void Splitter::Engine::takeWord(const Token& token) {
  const bool significant = wordsTell_ && parentheses_ == 0 && wordCount_ < significantWords;
  if (!significant && !nesting_.begun()) return;
  const std::string word = asciiUpper(source_.text(token.begin, token.end));
  if (nesting_.begun()) nesting_.word(word, parentheses_ > 0);
  if (significant) classify(word);
}

void Splitter::Engine::takeSymbol(const Token& token) {
  if (token.symbol == '\\' && !syntax_.clientLines.empty()) takeClientCommand(token);
  if (token.symbol != ';') return nesting_.symbol(token.symbol);
  nesting_.semicolon();
  if (nesting_.open()) parentheses_ = 0;  // surplus ones must not hide the rest of a body
}

/// Scripts that are long have many statements of one kind, so the answer is kept.
void Splitter::Engine::takeFirstWord(std::string_view word) {
  if (word != firstWord_) {
    firstWord_ = word;
    firstWordBatches_ = beginsWith(syntax_.batchable, word);
    firstWordTells_ = std::any_of(telling_.begin(), telling_.end(),
                                  [&](std::string_view pattern) { return beginsWith(pattern, word); });
  }
  batchable_ = firstWordBatches_;
  wordsTell_ = firstWordTells_;
}

/// What the words so far say about the statement; the first pattern that fits stays (spec/sql-parsing.md
/// section 4).
void Splitter::Engine::classify(std::string_view word) {
  if (wordCount_++ == 0) {
    takeFirstWord(word);
    if (!wordsTell_) return;
  } else {
    words_ += ' ';
  }
  words_ += word;
  const auto fits = [this](std::string_view pattern) {
    return !pattern.empty() && matchesWords(pattern, words_);
  };
  transactional_ =
      transactional_ && std::none_of(syntax_.nonTransactional.begin(), syntax_.nonTransactional.end(), fits);
  beginsTransaction_ = beginsTransaction_ || fits(syntax_.beginsTransaction);
  endsTransaction_ = endsTransaction_ || fits(syntax_.endsTransaction);
  copiesFromStdin_ = copiesFromStdin_ || fits(syntax_.copyFromStdin);
  semicolonsInParentheses_ = semicolonsInParentheses_ || fits(syntax_.semicolonsInParentheses);
  if (nesting_.begun()) return;
  const auto program = std::find_if(syntax_.programs.begin(), syntax_.programs.end(),
                                    [&](const Program& candidate) { return fits(candidate.head); });
  if (program != syntax_.programs.end()) nesting_.begin(*program, word);
}

/// `DELIMITER text` up to the end of the line. An executable comment in front of it is a statement of its
/// own.
std::optional<Statement> Splitter::Engine::changeDelimiter(const Token& command) {
  if (begun_) throw error("Delimiter changed inside statement", source_.text(start_, command.begin));
  std::optional<Statement> statement;
  if (executable_) statement = finish(command.begin);
  const std::string delimiter = lexer_.readLine();
  if (delimiter.empty()) {
    place_ = source_.placeOf(command.begin);
    throw ParseError(
        fmt::format("No delimiter given behind DELIMITER at line {} col {}", place_.line, place_.column),
        place_.line, place_.column);
  }
  lexer_.setDelimiter(delimiter);
  delimiterPlace_ = source_.placeOf(command.begin);
  if (!statement) begin();
  return statement;
}

std::optional<Statement> Splitter::Engine::finishAtDelimiter(const Token& delimiter) {
  if (!isStatement()) {
    begin();
    return std::nullopt;
  }
  Statement statement = finish(delimiter.begin);
  if (copiesFromStdin_) {
    statement.copyData = true;
    copyData_.begin();
  }
  return statement;
}

std::optional<Statement> Splitter::Engine::finishAtEnd(const Token& end) {
  if (nesting_.open()) throw error("Incomplete statement", source_.text(start_, end.begin));
  // What such a comment has swallowed would be dropped without a word.
  if (openComment_ && (!isStatement() || syntax_.openComments))
    throw ParseError(
        fmt::format("Comment without end at line {} col {}", openComment_->line, openComment_->column),
        openComment_->line, openComment_->column);
  if (!isStatement()) return std::nullopt;
  if (hint_.empty() && lexer_.delimiter() != ";")
    hint_ = fmt::format("The delimiter is {} since line {} col {}, and does not come any more.",
                        lexer_.delimiter(), delimiterPlace_.line, delimiterPlace_.column);
  return finish(end.begin);
}

Statement Splitter::Engine::finish(std::size_t end) {
  const Place place = begun_ ? place_ : *executable_;
  return {.text = std::string(trim(source_.text(start_, end))),
          .line = place.line,
          .column = place.column,
          .transactional = transactional_,
          .beginsTransaction = beginsTransaction_,
          .endsTransaction = endsTransaction_,
          .batchable = batchable_,
          .begin = start_,
          .hint = std::move(hint_)};
}

ParseError Splitter::Engine::error(std::string_view what, std::string_view text) const {
  return ParseError(fmt::format("{} at line {} col {}: {}", what, place_.line, place_.column, text),
                    place_.line, place_.column);
}

Splitter::Splitter(Reader& text, const Syntax& syntax) : engine_(std::make_unique<Engine>(text, syntax)) {}
Splitter::~Splitter() = default;

std::optional<Statement> Splitter::next() { return engine_->next(); }

Reader& Splitter::copyData() { return engine_->copyData(); }

}  // namespace whimbrel::sql
