#include "core/sql/lexer.h"

#include <algorithm>

#include "core/text/strings.h"

namespace whimbrel::sql {

namespace {

using Kind = Token::Kind;

constexpr bool isAsciiLetter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool isDigit(int c) { return c >= '0' && c <= '9'; }

/// Control characters too, as trim() takes them for blanks.
constexpr ByteSet asciiSpaces = [] {
  ByteSet set{};
  std::fill_n(set.begin(), 0x21, true);
  return set;
}();

/// Where files were put one behind the other, one stands at the head of each.
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// White space outside of ASCII: Java's, U+00A0, and byte-order marks. Every other non-ASCII character counts
/// as a letter, as the servers do it.
bool isWideSpace(char32_t c) {
  return c == 0x00A0 || c == 0xFEFF || c == 0x1680 || (c >= 0x2000 && c <= 0x200A && c != 0x2007) ||
         c == 0x2028 || c == 0x2029 || c == 0x205F || c == 0x3000;
}

// What a byte does to the word that it stands in; several may be true of a whole word.
constexpr std::uint8_t letter = 1;
constexpr std::uint8_t digitOrDollar = 2;  // makes the word a name
constexpr std::uint8_t wide = 4;           // part of a character outside of ASCII

constexpr auto wordBytes = [] {
  std::array<std::uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const auto at = static_cast<std::size_t>(c);
    if (isAsciiLetter(c) || c == '_') table[at] = letter;
    if (isDigit(c) || c == '$') table[at] = digitOrDollar;
    if (c >= 0x80) table[at] = wide;
  }
  return table;
}();

constexpr ByteSet letters = [] {
  ByteSet set{};
  for (std::size_t c = 0; c < set.size(); ++c) set[c] = wordBytes[c] == letter;
  return set;
}();

std::uint8_t wordByte(int c) {
  return c == Source::end ? std::uint8_t{0} : wordBytes[static_cast<std::size_t>(c)];
}

/// Delimiters that are also SQL operators (or words), so that inside of a block or parentheses they are just
/// that.
constexpr std::array<std::string_view, 27> operators{";",  "|",  "||", "&",  "&&", "/",  "*", "+",  "-",
                                                     "--", "/*", "%",  "^",  "~",  "<",  ">", "=",  "!",
                                                     "<<", ">>", "<=", ">=", "<>", "!=", "@", "@@", ":="};

bool mayBeInner(std::string_view delimiter) {
  return std::find(operators.begin(), operators.end(), delimiter) != operators.end() ||
         std::all_of(delimiter.begin(), delimiter.end(),
                     [](char c) { return wordByte(static_cast<unsigned char>(c)) == letter; });
}

}  // namespace

Lexer::Lexer(Source& source, const Syntax& syntax) : source_(source), syntax_(syntax) {
  const auto startsWith = [this](std::string_view starts, Start start) {
    for (const char c : starts) starts_[static_cast<unsigned char>(c)] = start;
  };
  for (int c = 0; c < 256; ++c) {
    const auto at = static_cast<std::size_t>(c);
    if (wordBytes[at] == letter || wordBytes[at] == wide) starts_[at] = Start::Word;
    if (isDigit(c)) starts_[at] = Start::Digit;
  }
  startsWith("(", Start::Open);
  startsWith(")", Start::Close);
  startsWith("-", Start::Dash);
  startsWith("/", Start::Slash);
  startsWith(syntax.stringQuotes, Start::String);
  startsWith(syntax.nameQuotes, Start::Name);
  if (syntax.bracketNames) startsWith("[", Start::Bracket);
  if (syntax.hashComments) startsWith("#", Start::Hash);
  if (syntax.dollarQuotes) startsWith("$", Start::Dollar);
  if (!syntax.clientLines.empty()) startsWith("\\", Start::Backslash);
  setDelimiter(";");
}

void Lexer::setDelimiter(std::string delimiter) {
  delimiter_ = std::move(delimiter);
  delimiterMayBeInner_ = mayBeInner(delimiter_);
  delimiterByte_ = static_cast<unsigned char>(delimiter_.front());
  delimiterCutsWords_ = wordByte(delimiterByte_) != 0;
  for (std::size_t c = 0; c < meaningless_.size(); ++c)
    meaningless_[c] = asciiSpaces[c] || starts_[c] == Start::Symbol || starts_[c] == Start::Digit;
  meaningless_[static_cast<std::size_t>(delimiterByte_)] = false;
  undeciding_ = meaningless_;
  for (std::size_t c = 0; c < undeciding_.size(); ++c)
    if (letters[c] || starts_[c] == Start::Open || starts_[c] == Start::Close) undeciding_[c] = true;
  for (const char c : {'D', 'd'})
    if (syntax_.delimiterCommand) undeciding_[static_cast<unsigned char>(c)] = false;
  undeciding_[static_cast<std::size_t>(delimiterByte_)] = false;
}

Token Lexer::next(Surroundings surroundings) {
  // Words and parentheses tell whether such a delimiter is one.
  if (delimiterCutsWords_ || (delimiterMayBeInner_ && delimiter_ != ";")) surroundings.decided = false;
  wordsFrom_ = source_.position();
  for (;;) {
    Token token = readToken(surroundings);
    const bool ends = token.kind == Kind::End || token.kind == Kind::Delimiter ||
                      token.kind == Kind::DelimiterCommand || !token.closed || token.symbol == '\\';
    if (ends || !surroundings.decided) return token;
    if (token.kind != Kind::Symbol) wordsFrom_ = token.end;
  }
}

Token Lexer::readToken(Surroundings surroundings) {
  skipToToken(skippedBefore(surroundings), surroundings.empty);
  source_.lookAhead();
  Token token;
  token.begin = source_.position();
  const int byte = source_.peek();
  if (atDelimiter(surroundings)) {
    source_.skip(delimiter_.size());
    token.kind = Kind::Delimiter;
  } else if (byte != Source::end) {
    token.kind = read(byte, surroundings, token);
  }
  token.end = source_.position();
  return token;
}

std::string Lexer::readLine() {
  const std::size_t begin = source_.position();
  source_.skipTo(lineEnds);
  return std::string(trim(source_.text(begin, source_.position())));
}

const ByteSet& Lexer::skippedBefore(Surroundings surroundings) const {
  if (surroundings.decided) return undeciding_;
  return surroundings.settled ? meaningless_ : asciiSpaces;
}

void Lexer::skipToToken(const ByteSet& skipped, bool empty) {
  for (;;) {
    source_.skipInMemory(skipped);
    if (empty) source_.forgetBefore(source_.position());
    const int byte = source_.peek();
    if (byte == Source::end) return;
    if (skipped[static_cast<std::size_t>(byte)]) continue;  // peek() has read more
    const std::size_t size = byte < 0x80 ? 0 : whiteSpaceSize();
    if (size == 0) return;
    if (source_.startsWith(byteOrderMark)) source_.blank(size);  // servers don't take it for white space
    source_.skip(size);
  }
}

/// The bytes of the white-space character outside of ASCII at the cursor, 0 if there is none.
std::size_t Lexer::whiteSpaceSize() {
  if (source_.peek() < 0x80) return 0;
  std::size_t size = 1;
  while (size < 4 && source_.peek(size) >= 0x80) ++size;
  std::size_t position = 0;
  const bool space = isWideSpace(decodeUtf8(source_.ahead().substr(0, size), position));
  // A mark at the head is the second one, which the reference sends.
  const bool second = source_.position() == 0 && source_.startsWith(byteOrderMark);
  return space && !second ? position : 0;
}

bool Lexer::atDelimiter(Surroundings surroundings) {
  return source_.peek() == delimiterByte_ && (delimiter_.size() == 1 || source_.startsWith(delimiter_)) &&
         !(surroundings.nested && delimiterMayBeInner_);
}

Token::Kind Lexer::read(int byte, Surroundings surroundings, Token& token) {
  const auto one = [this](Kind kind) { return source_.skip(1), kind; };
  switch (starts_[static_cast<std::size_t>(byte)]) {
    case Start::Word:
      if (surroundings.decided && insideWord()) return one(Kind::Symbol);
      return readWord(surroundings, token);
    case Start::Open:
      return one(Kind::Open);
    case Start::Close:
      return one(Kind::Close);
    case Start::Digit:
      while (isDigit(source_.peek())) source_.skip(1);
      return Kind::Number;
    case Start::String:
      token.closed = skipQuoted(static_cast<char>(byte),
                                syntax_.backslashEscapes || (surroundings.decided && behindEscapePrefix()));
      return Kind::Literal;
    case Start::Name:
      token.closed = skipQuoted(static_cast<char>(byte), false);
      return joinDottedNames(surroundings, Kind::Name, token);
    case Start::Bracket:
      source_.skipTo(']');
      token.closed = source_.peek() != Source::end;
      if (token.closed) source_.skip(1);
      return Kind::Name;
    case Start::Dollar:
      if (surroundings.decided && insideWord()) break;
      if (const std::size_t tagSize = dollarTagSize(); tagSize > 0) {
        token.closed = skipDollarQuoted(tagSize);
        return Kind::Literal;
      }
      wordsFrom_ = source_.position() + 1;  // $1
      break;
    case Start::Slash:
      if (source_.peek(1) == '*') return readComment(token);
      break;
    case Start::Dash:
      if (!atLineComment(surroundings)) break;
      [[fallthrough]];
    case Start::Hash:
      source_.skipTo(lineEnds);
      return Kind::Comment;
    case Start::Backslash:
      if (surroundings.begun || !atClientLine()) break;
      source_.skipTo(lineEnds);
      return Kind::ClientLine;
    case Start::Symbol:
      break;
  }
  token.symbol = static_cast<char>(byte);
  return one(Kind::Symbol);
}

/// Whether what ends so far before the cursor is part of a word or of a dotted name. For what is found where
/// words were passed over.
bool Lexer::insideWord(std::size_t distance) {
  std::string_view passed = source_.text(wordsFrom_, source_.position() - distance);
  // A number, or the end of a word or name.
  while (!passed.empty() && (isDigit(passed.back()) || passed.back() == '.')) {
    if (passed.ends_with("..")) return false;
    passed.remove_suffix(1);
  }
  if (passed.empty()) return false;
  std::size_t begin = passed.size() - 1;
  if (passed[begin] >= 0) return wordByte(passed[begin]) != 0;
  while (begin > 0 && (static_cast<unsigned char>(passed[begin]) & 0xC0) == 0x80) --begin;
  return !isWideSpace(decodeUtf8(passed, begin));
}

/// Whether the quote at the cursor belongs to E'…'.
bool Lexer::behindEscapePrefix() {
  const std::string_view passed = source_.text(wordsFrom_, source_.position());
  return syntax_.escapeStrings && !passed.empty() && (passed.back() & ~0x20) == 'E' && !insideWord(1);
}

Token::Kind Lexer::readWord(Surroundings surroundings, Token& token) {
  // E'…' has backslash escapes; B'…', X'…' are literals too, not words.
  if (source_.peek(1) == '\'') {
    const char prefix = static_cast<char>(source_.peek() & ~0x20);
    if (prefix == 'E' || prefix == 'B' || prefix == 'X') {
      source_.skip(1);
      token.closed = skipQuoted('\'', syntax_.backslashEscapes || (syntax_.escapeStrings && prefix == 'E'));
      return Kind::Literal;
    }
  }
  const bool word = (skipWord(surroundings) & digitOrDollar) == 0;
  const Kind kind = joinDottedNames(surroundings, word ? Kind::Word : Kind::Name, token);
  if (kind == Kind::Word && syntax_.delimiterCommand && source_.position() - token.begin == 9 &&
      asciiLower(source_.text(token.begin, source_.position())) == "delimiter")
    return Kind::DelimiterCommand;
  return kind;
}

/// Moves over letters, digits, `_` and `$` up to the delimiter, and returns what the word is made of.
std::uint8_t Lexer::skipWord(Surroundings surroundings) {
  std::uint8_t found = 0;
  for (;;) {
    const int byte = source_.peek();
    const std::uint8_t kind = wordByte(byte);
    if (kind == 0) return found;
    if (delimiterCutsWords_ && atDelimiter(surroundings)) return found;
    if (kind == wide && whiteSpaceSize() > 0) return found;
    found |= kind;
    if (kind == letter && !delimiterCutsWords_) {
      source_.skipInMemory(letters);
    } else {
      std::size_t size = 1;
      while (kind == wide && size < 4 && source_.peek(size) >= 0x80 && source_.peek(size) < 0xC0) ++size;
      source_.skip(size);
    }
  }
}

/// Up to two further parts that follow after a dot belong to a name.
Token::Kind Lexer::joinDottedNames(Surroundings surroundings, Token::Kind kind, Token& token) {
  for (int part = 0; part < 2 && source_.peek() == '.' && !atDelimiter(surroundings); ++part) {
    kind = Kind::Name;
    source_.skip(1);
    const int byte = source_.peek();
    if (byte != Source::end && starts_[static_cast<std::size_t>(byte)] == Start::Name) {
      token.closed = skipQuoted(static_cast<char>(byte), false);
    } else {
      skipWord(surroundings);
    }
  }
  return kind;
}

/// False when the script ends inside.
bool Lexer::skipQuoted(char quote, bool backslashEscapes) {
  static constexpr ByteSet singleStops = bytes("'\\");
  static constexpr ByteSet doubleStops = bytes("\"\\");
  source_.skip(1);
  for (;;) {
    if (backslashEscapes) {
      source_.skipTo(quote == '"' ? doubleStops : singleStops);
    } else {
      source_.skipTo(quote);
    }
    const int byte = source_.peek();
    if (byte == Source::end) return false;
    source_.skip(1);
    const int following = source_.peek();
    if (byte == '\\') {
      if (following != Source::end) source_.skip(1);
    } else if (following == quote) {
      source_.skip(1);
    } else {
      return true;
    }
  }
}

/// The size of the `$tag$` at the cursor, where the tag is empty or a name without `$`; 0 for `$1` and the
/// like.
std::size_t Lexer::dollarTagSize() {
  std::size_t size = 1;
  if (isDigit(source_.peek(size))) return 0;
  while (source_.peek(size) != '$') {
    if (wordByte(source_.peek(size)) == 0) return 0;
    ++size;
  }
  return size + 1;
}

/// False when the script ends inside.
bool Lexer::skipDollarQuoted(std::size_t tagSize) {
  const std::string tag(source_.ahead().substr(0, tagSize));
  source_.skip(tagSize);
  for (;;) {
    source_.skipTo('$');
    if (source_.peek() == Source::end) return false;
    const bool closed = source_.startsWith(tag);
    source_.skip(closed ? tag.size() : 1);
    if (closed) return true;
  }
}

Token::Kind Lexer::readComment(Token& token) {
  const bool mysql = syntax_.executableComments && source_.peek(2) == '!';
  const bool mariadb = syntax_.mariadbComments && source_.peek(2) == 'M' && source_.peek(3) == '!';
  std::size_t digits = 0;
  while (mysql && digits < 5 && isDigit(source_.peek(3 + digits))) ++digits;
  token.closed = skipBlockComment();
  if (digits == 5) return Kind::Directive;
  return mysql || mariadb ? Kind::ExecutableComment : Kind::Comment;
}

bool Lexer::skipBlockComment() {
  static constexpr ByteSet marks = bytes("/*");
  source_.skip(2);
  for (std::size_t depth = 1; depth > 0;) {
    source_.skipTo(marks);
    const int byte = source_.peek();
    if (byte == Source::end) return false;
    const int following = source_.peek(1);
    const bool closes = byte == '*' && following == '/';
    const bool opens = byte == '/' && following == '*' && syntax_.nestedComments;
    source_.skip(closes || opens ? 2 : 1);
    if (closes) --depth;
    if (opens) ++depth;
  }
  return true;
}

/// Where `--` needs a blank, two dashes right before a word are still a comment at the head of a statement:
/// no statement can begin with them, and the reference does not send a tail like `--end of file`.
bool Lexer::atLineComment(Surroundings surroundings) {
  if (source_.peek(1) != '-') return false;
  return !syntax_.dashesNeedBlank || !surroundings.begun || source_.peek(2) <= ' ' || source_.peek(2) == 0x7F;
}

bool Lexer::atClientLine() {
  return std::any_of(syntax_.clientLines.begin(), syntax_.clientLines.end(),
                     [this](std::string_view command) {
                       return source_.startsWith(command) && wordByte(source_.peek(command.size())) == 0;
                     });
}

}  // namespace whimbrel::sql
