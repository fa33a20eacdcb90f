// The syntax of .conf files: lines, continuations, comments, key and value, environment variables. The order
// of the steps is the reference's (spec/configuration.md section 4), but variables are put in last, into
// finished keys and values, so that nothing inside their text is read as syntax.
#include <algorithm>

#include "core/config/configuration.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view blanks = " \t\f";
constexpr std::string_view wordCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

using Environment = std::map<std::string, std::string>;

// Lines as they stand in the text, without their "\n" or "\r\n".
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool atEnd() const { return atEnd_; }
  int number() const { return number_; }
  std::string_view peek() const {
    std::string_view line = rest_.substr(0, rest_.find('\n'));
    if (line.size() < rest_.size() && line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
  std::string_view take() {
    const std::string_view line = peek();
    const std::size_t end = rest_.find('\n');
    atEnd_ = end == std::string_view::npos;
    if (!atEnd_) rest_.remove_prefix(end + 1);
    ++number_;
    return line;
  }

 private:
  std::string_view rest_;
  int number_ = 1;
  bool atEnd_ = false;
};

// Whether `next` may continue a line that ends in a backslash: a new property may not, but an expression that
// compares may ("a == b").
bool continuesLine(std::string_view next) {
  if (next.empty()) return false;
  const auto has = [&](std::string_view text) { return next.find(text) != std::string_view::npos; };
  return !has("=") || ((has("==") || has("!=")) && !next.starts_with("shouldExecute"));
}

std::string_view withoutLeadingBlanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

/// Stands for the text of a variable until the syntax around it was read. No byte of UTF-8.
constexpr char variableMark = '\xFF';

/// One property after the other, from lines that may continue each other.
class ConfReader {
 public:
  explicit ConfReader(const Environment& environment) : environment_(environment) {}

  std::vector<ConfEntry> read(std::string_view text) {
    for (Lines lines(text); !lines.atEnd();) {
      const int number = lines.number();
      std::string_view line = trim(lines.take());
      const bool continues = line.ends_with('\\') && !lines.atEnd() && continuesLine(lines.peek());
      if (continues) line.remove_suffix(1);
      addLine(line, number, continues);
    }
    return std::move(entries_);
  }

 private:
  /// A lone carriage return ends a property, too, but is nothing that a backslash in front of it can join.
  void addLine(std::string_view line, int number, bool continues) {
    for (;;) {
      const std::size_t end = line.find('\r');
      addPart(line.substr(0, end), number);
      const bool isLast = end == std::string_view::npos;
      if (!isLast || !continues || isComment()) finish();
      if (isLast) return;
      line.remove_prefix(end + 1);
    }
  }

  void addPart(std::string_view part, int number) {
    if (logical_.empty()) number_ = number;
    logical_ += withoutLeadingBlanks(markVariables(part));
  }

  /// A variable without text goes at once: what stands around it is read as if it were not there.
  std::string markVariables(std::string_view text) {
    std::string marked;
    for (;;) {
      const std::size_t start = text.find("${");
      if (start == std::string_view::npos) return marked += text;
      marked += text.substr(0, start);
      text.remove_prefix(start);
      const std::size_t end = text.find_first_not_of(wordCharacters, 2);
      const bool isVariable = end != std::string_view::npos && end > 2 && text[end] == '}';
      const std::size_t size = isVariable ? end + 1 : 2;
      marked += isVariable ? markVariable(std::string(text.substr(2, end - 2))) : text.substr(0, size);
      text.remove_prefix(size);
    }
  }

  std::string_view markVariable(const std::string& name) {
    variables_.push_back(name);
    const auto found = environment_.find(name);
    if (found == environment_.end() || found->second.empty()) return {};
    texts_.push_back(found->second);
    return {&variableMark, 1};
  }

  bool isComment() const { return logical_.starts_with('#') || logical_.starts_with('!'); }

  void finish() {
    if (!logical_.empty() && !isComment()) addEntry();
    logical_.clear();
    variables_.clear();
    texts_.clear();
  }

  void addEntry() {
    const std::string_view line = logical_;
    const std::size_t keyEnd = std::min(line.find_first_of("=: \t\f"), line.size());
    std::string_view value = withoutLeadingBlanks(line.substr(keyEnd));
    if (value.starts_with('=') || value.starts_with(':')) value = withoutLeadingBlanks(value.substr(1));
    auto text = texts_.begin();
    const auto expand = [&](std::string_view marked) {
      std::string expanded;
      for (const char c : marked) {
        if (c == variableMark && text != texts_.end())
          expanded += *text++;
        else
          expanded += c;
      }
      return expanded;
    };
    std::string key = expand(line.substr(0, keyEnd));
    entries_.push_back({std::move(key), expand(value), number_, std::move(variables_)});
  }

  const Environment& environment_;
  std::vector<ConfEntry> entries_;
  std::string logical_;                 // what was read of the property that is being read
  int number_ = 0;                      // the line where it began
  std::vector<std::string> variables_;  // the names of all its variables
  std::vector<std::string> texts_;      // what the marks in it stand for, in order
};

}  // namespace

std::vector<ConfEntry> readConf(std::string_view text, const Environment& environment) {
  constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(byteOrderMark)) text.remove_prefix(byteOrderMark.size());
  return ConfReader(environment).read(text);
}

}  // namespace whimbrel
