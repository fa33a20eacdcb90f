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

std::string takeLogicalLine(Lines& lines) {
  std::string_view part = trim(lines.take());
  std::string line(part);
  while (part.ends_with('\\') && !lines.atEnd() && continuesLine(lines.peek())) {
    line.pop_back();
    part = trim(lines.take());
    line += part;
  }
  return line;
}

std::string_view withoutLeadingBlanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

std::string expandVariables(std::string_view text, const Environment& environment,
                            std::vector<std::string>& expandedNames) {
  std::string expanded;
  for (;;) {
    const std::size_t start = text.find("${");
    if (start == std::string_view::npos) return expanded += text;
    expanded += text.substr(0, start);
    text.remove_prefix(start);
    const std::size_t end = text.find_first_not_of(wordCharacters, 2);
    if (end == std::string_view::npos || end == 2 || text[end] != '}') {
      expanded += text.substr(0, 2);
      text.remove_prefix(2);
      continue;
    }
    expandedNames.emplace_back(text.substr(2, end - 2));
    const auto variable = environment.find(expandedNames.back());
    if (variable != environment.end()) expanded += variable->second;
    text.remove_prefix(end + 1);
  }
}

// Adds the property of `line`, if it is one.
void addEntry(std::vector<ConfEntry>& entries, std::string_view line, int number,
              const Environment& environment) {
  line = withoutLeadingBlanks(line);
  if (line.empty() || line.front() == '#' || line.front() == '!') return;
  const std::size_t keyEnd = std::min(line.find_first_of("=: \t\f"), line.size());
  std::string_view value = withoutLeadingBlanks(line.substr(keyEnd));
  if (value.starts_with('=') || value.starts_with(':')) value = withoutLeadingBlanks(value.substr(1));
  ConfEntry entry{.key = {}, .value = {}, .line = number};
  entry.key = expandVariables(line.substr(0, keyEnd), environment, entry.variables);
  entry.value = expandVariables(value, environment, entry.variables);
  entries.push_back(std::move(entry));
}

}  // namespace

std::vector<ConfEntry> readConf(std::string_view text, const Environment& environment) {
  constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(byteOrderMark)) text.remove_prefix(byteOrderMark.size());
  std::vector<ConfEntry> entries;
  for (Lines lines(text); !lines.atEnd();) {
    const int number = lines.number();
    const std::string logical = takeLogicalLine(lines);
    // A lone carriage return ends a property, but not a line that a backslash may continue.
    for (std::string_view rest = logical; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\r'), rest.size());
      addEntry(entries, rest.substr(0, end), number, environment);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return entries;
}

}  // namespace whimbrel
