// libFuzzer: the first byte selects the dialect (unless FUZZ_DIALECT does, a number from 0), the rest is a
// script. The statements joined with what stands between them must give back the script, and what stands
// between them must be nothing that a database would run: as long as it is UTF-8. The pieces in which the
// script is read must make no difference.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/splitter.h"
#include "core/sql/syntax.h"
#include "core/text/reader.h"
#include "core/text/strings.h"
#include "tests/fuzz/pieces.h"

namespace {

using namespace whimbrel;

struct Part {
  sql::Statement statement;
  std::string data;

  bool operator==(const Part& other) const {
    const sql::Statement& theirs = other.statement;
    return statement.text == theirs.text && statement.begin == theirs.begin &&
           statement.line == theirs.line && statement.column == theirs.column &&
           statement.transactional == theirs.transactional && statement.batchable == theirs.batchable &&
           statement.hint == theirs.hint && data == other.data;
  }
};

struct Parts {
  std::vector<Part> all;
  std::string failure;  ///< of a script that can't be split

  bool operator==(const Parts& other) const { return all == other.all && failure == other.failure; }
};

Parts split(Reader& reader, const sql::Syntax& syntax) {
  Parts parts;
  sql::Splitter splitter(reader, syntax);
  try {
    while (const auto statement = splitter.next())
      parts.all.push_back({*statement, statement->copyData ? readAll(splitter.copyData()) : ""});
  } catch (const sql::ParseError& error) {
    parts.failure = error.what();
  }
  return parts;
}

/// What stands between statements, read by other means than the splitter's: white space, comments,
/// delimiters, DELIMITER and client lines.
class Gap {
 public:
  Gap(const sql::Syntax& syntax, std::string& delimiter, std::string_view text)
      : syntax_(syntax), delimiter_(delimiter), text_(text) {}

  bool holdsNothingElse() {
    while (!text_.empty()) {
      if (static_cast<unsigned char>(text_.front()) <= ' ') {
        text_.remove_prefix(1);
      } else if (!skipDelimiter() && !skipWideSpace() && !skipLine() && !skipComment()) {
        return false;
      }
    }
    return true;
  }

 private:
  bool skipDelimiter() {
    if (!text_.starts_with(delimiter_)) return false;
    text_.remove_prefix(delimiter_.size());
    return true;
  }

  bool skipWideSpace() {
    static constexpr std::u32string_view spaces =
        U"\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200A\u2028\u2029\u205F\u3000"
        U"\uFEFF";
    std::size_t size = 0;
    if (spaces.find(decodeUtf8(text_, size)) == std::u32string_view::npos) return false;
    text_.remove_prefix(size);
    return true;
  }

  bool skipLine() {
    const bool command = syntax_.delimiterCommand && asciiLower(text_.substr(0, 9)) == "delimiter";
    const bool comment = text_.starts_with("--") || (syntax_.hashComments && text_.starts_with('#'));
    const bool client = std::any_of(syntax_.clientLines.begin(), syntax_.clientLines.end(),
                                    [this](std::string_view line) { return text_.starts_with(line); });
    if (!command && !comment && !client) return false;
    const std::string_view line = text_.substr(0, text_.find_first_of("\r\n"));
    if (command) delimiter_ = trim(line.substr(9));
    text_.remove_prefix(line.size());
    return true;
  }

  /// One that the server runs is a statement.
  bool skipComment() {
    if (!text_.starts_with("/*") || (syntax_.executableComments && text_.starts_with("/*!")) ||
        (syntax_.mariadbComments && text_.starts_with("/*M!")))
      return false;
    std::size_t at = 2;
    for (int depth = 1; depth > 0; at += 2) {
      while (at + 1 < text_.size() && text_.substr(at, 2) != "*/" &&
             !(syntax_.nestedComments && text_.substr(at, 2) == "/*"))
        ++at;
      if (at + 1 >= text_.size()) return false;
      depth += text_[at] == '*' ? -1 : 1;
    }
    text_.remove_prefix(at);
    return true;
  }

  const sql::Syntax& syntax_;
  std::string& delimiter_;
  std::string_view text_;
};

void require(bool condition) {
  if (!condition) std::abort();
}

/// What a COPY leaves of the text behind it: the rest of its line, its data and the line that ends them.
std::string_view behindData(std::string_view text, const std::string& data) {
  const auto skipLine = [&text] {
    text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.starts_with('\r')) text.remove_prefix(1);
    if (text.starts_with('\n')) text.remove_prefix(1);
  };
  text.remove_prefix(text.find(';'));
  skipLine();
  require(text.starts_with(data));
  text.remove_prefix(data.size());
  if (trim(text.substr(0, text.find_first_of("\r\n"))) == "\\.") skipLine();
  return text;
}

/// Whether the script goes on with the text, where blanks may stand in the place of a byte-order mark.
bool goesOn(std::string_view script, std::string_view text) {
  static constexpr std::string_view mark = "\xEF\xBB\xBF";
  while (!text.empty()) {
    const std::size_t size = script.starts_with(mark) && text.starts_with("   ") ? mark.size() : 1;
    if (script.empty() || (size == 1 && script.front() != text.front())) return false;
    script.remove_prefix(size);
    text.remove_prefix(size);
  }
  return true;
}

void requireWhole(std::string_view script, const sql::Syntax& syntax, const Parts& parts) {
  std::string delimiter = ";";
  std::string_view rest = script;
  for (const auto& [statement, data] : parts.all) {
    const std::size_t position = script.size() - rest.size();
    require(!statement.text.empty() && statement.begin >= position);
    require(goesOn(script.substr(statement.begin), statement.text));
    require(Gap(syntax, delimiter, rest.substr(0, statement.begin - position)).holdsNothingElse());
    rest = script.substr(statement.begin + statement.text.size());
    if (statement.copyData) rest = behindData(rest, data);
  }
  require(!parts.failure.empty() || Gap(syntax, delimiter, rest).holdsNothingElse());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array dialects{&sql::mysqlSyntax, &sql::mariadbSyntax, &sql::sqliteSyntax,
                                   &sql::postgresqlSyntax};
  if (size == 0) return 0;
  static const char* const chosen = std::getenv("FUZZ_DIALECT");
  const std::size_t dialect = chosen == nullptr ? data[0] : static_cast<std::size_t>(std::atoi(chosen));
  const sql::Syntax& syntax = *dialects[dialect % dialects.size()];
  const std::string_view script(reinterpret_cast<const char*>(data) + 1, size - 1);
  StringReader whole(script);
  const Parts parts = split(whole, syntax);
  // Scripts are decoded before they are split. A delimiter of half a character has no meaning.
  if (isUtf8(script)) requireWhole(script, syntax, parts);
  for (const std::size_t pieceSize : {1, 3, 64}) {
    Pieces pieces(script, pieceSize);
    require(split(pieces, syntax) == parts);
  }
  return 0;
}
