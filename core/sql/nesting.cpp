#include "core/sql/nesting.h"

#include <algorithm>
#include <array>
#include <utility>

namespace whimbrel::sql {

enum class Nesting::Keyword {
  Other,
  Begin,
  Case,
  Declare,
  Do,
  Else,
  End,
  Follows,
  For,
  Handler,
  If,
  Loop,
  Not,
  Repeat,
  Sqlstate,
  Then,
  Until,
  Value,
  While,
};

Nesting::Keyword Nesting::keyword(std::string_view word) {
  using enum Keyword;
  static constexpr std::array<std::pair<std::string_view, Keyword>, 19> keywords{{
      {"BEGIN", Begin},      {"CASE", Case},     {"DECLARE", Declare},   {"DO", Do},
      {"ELSE", Else},        {"END", End},       {"FOLLOWS", Follows},   {"FOR", For},
      {"HANDLER", Handler},  {"IF", If},         {"LOOP", Loop},         {"NOT", Not},
      {"PRECEDES", Follows}, {"REPEAT", Repeat}, {"SQLSTATE", Sqlstate}, {"THEN", Then},
      {"UNTIL", Until},      {"VALUE", Value},   {"WHILE", While},
  }};
  const auto found =
      std::find_if(keywords.begin(), keywords.end(), [&](const auto& row) { return row.first == word; });
  return found == keywords.end() ? Other : found->second;
}

namespace {

/// The words that can stand last in the head of a routine, before its body.
constexpr std::array<std::string_view, 5> lastHeadWords{"DETERMINISTIC", "SQL", "DATA", "DEFINER", "INVOKER"};

}  // namespace

void Nesting::clear() { *this = Nesting(); }

void Nesting::begin(const Program& program, std::string_view word) {
  program_ = &program;
  bodyAfter_ = program.bodyAfter;
  inBody_ = bodyAfter_.empty();
  if (!inBody_) return;
  if (program.body == Program::Body::Block) {
    open(Block::Begin);
  } else {
    starts_ = true;
    bodyWord(word);
  }
}

void Nesting::word(std::string_view word, bool inParentheses) {
  if (std::exchange(variable_, false)) {
    operand(false);
  } else if (inBody_) {
    bodyWord(word);
  } else if (!inParentheses) {
    headWord(word);
  }
}

void Nesting::headWord(std::string_view word) {
  static constexpr std::array controls{Keyword::If, Keyword::Case, Keyword::Loop, Keyword::Repeat,
                                       Keyword::While};
  const bool control = std::find(controls.begin(), controls.end(), keyword(word)) != controls.end();
  if (program_->body == Program::Body::Routine && headMayEnd_ && control) {
    inBody_ = true;
    starts_ = true;
    return bodyWord(word);
  }
  headMayEnd_ = std::find(lastHeadWords.begin(), lastHeadWords.end(), word) != lastHeadWords.end();

  if (!bodyAfter_.starts_with(word)) bodyAfter_ = program_->bodyAfter;
  if (!bodyAfter_.starts_with(word)) return;
  std::string_view missing = bodyAfter_.substr(word.size());
  if (!missing.empty() && missing.front() != ' ') return;
  if (!missing.empty()) {
    bodyAfter_ = missing.substr(1);
    return;
  }
  inBody_ = true;
  if (program_->body == Program::Body::Statement) {
    starts_ = true;
  } else {
    open(Block::Begin);
  }
}

void Nesting::bodyWord(std::string_view word) {
  const Keyword key = keyword(word);
  if (handlerWord(key)) return;
  const bool starts = std::exchange(starts_, false);
  const bool afterEnd = std::exchange(blockEnded_, false);
  labelled_ = starts;
  if (nameFollows_) {
    nameFollows_ = false;
    starts_ = true;
  } else if (!afterEnd || key == Keyword::End) {  // else it belongs to the END: IF, CASE, LOOP …, or a label
    controlWord(key, starts);
  }
}

/// `DECLARE … HANDLER FOR condition, … statement`: true if the word belongs to the conditions.
bool Nesting::handlerWord(Keyword key) {
  using enum Keyword;
  if (handler_ == Handler::Conditions) {
    if (key != Not && key != Sqlstate && key != Value) operand(false);
    return true;
  }
  if (handler_ == Handler::Declared && key == Handler) {
    handler_ = Handler::Named;
  } else if (handler_ == Handler::Named && key == For) {
    handler_ = Handler::Conditions;
    return true;
  } else if (handler_ == Handler::AfterCondition) {
    handler_ = Handler::None;
  }
  return false;
}

void Nesting::controlWord(Keyword key, bool starts) {
  using enum Keyword;
  switch (key) {
    case Begin:
      if (starts) open(Block::Begin);
      break;
    case If:
      if (starts) open(Block::If);
      break;
    case While:
      if (starts) open(Block::While);
      break;
    case For:
      if (starts) open(Block::For);
      break;
    case Repeat:
      if (starts) open(Block::Repeat);
      break;
    case Loop:
      if (starts) open(Block::Loop);
      if (!starts) starts_ = top(Block::While) || top(Block::For);  // Oracle mode: WHILE … LOOP
      break;
    case Case:
      open(starts ? Block::CaseStatement : Block::CaseExpression);
      break;
    case Do:
      starts_ = !starts && (top(Block::While) || top(Block::For));
      break;
    case Then:
    case Else:
      starts_ = !top(Block::CaseExpression);
      break;
    case Until:
      if (starts && top(Block::Repeat)) stack_.back() = Block::RepeatUntil;
      break;
    case End:
      close(starts);
      break;
    case Declare:
      if (starts) handler_ = Handler::Declared;
      break;
    case Follows:
      nameFollows_ = starts && stack_.empty();
      break;
    default:
      break;
  }
}

void Nesting::open(Block block) {
  stack_.push_back(block);
  starts_ = block == Block::Begin || block == Block::Loop || block == Block::Repeat;
}

/// At END, which `starts` a statement unless it ends an expression or an UNTIL clause.
void Nesting::close(bool starts) {
  if (stack_.empty()) return;
  const bool expression = top(Block::CaseExpression);
  if (!expression && !starts && !top(Block::RepeatUntil)) return;
  stack_.pop_back();
  blockEnded_ = !expression;
}

void Nesting::operand(bool endsHead) {
  headMayEnd_ = endsHead;
  variable_ = blockEnded_ = false;
  labelled_ = std::exchange(starts_, false);
  if (handler_ == Handler::Conditions) {
    handler_ = Handler::AfterCondition;
    starts_ = true;
  }
  if (std::exchange(nameFollows_, false)) starts_ = true;
}

void Nesting::symbol(char symbol) {
  const bool label = symbol == ':' && labelled_;
  const bool moreConditions = symbol == ',' && handler_ == Handler::AfterCondition;
  headMayEnd_ = symbol == ':';
  variable_ = symbol == '@';
  blockEnded_ = labelled_ = false;
  starts_ = label;
  if (moreConditions) handler_ = Handler::Conditions;
}

void Nesting::openParenthesis() { headMayEnd_ = variable_ = blockEnded_ = labelled_ = starts_ = false; }

void Nesting::closeParenthesis() {
  openParenthesis();
  headMayEnd_ = true;
}

void Nesting::semicolon() {
  // A missing END of an expression must not swallow what follows.
  while (top(Block::CaseExpression)) stack_.pop_back();
  headMayEnd_ = variable_ = blockEnded_ = labelled_ = nameFollows_ = false;
  handler_ = Handler::None;
  starts_ = true;
}

}  // namespace whimbrel::sql
