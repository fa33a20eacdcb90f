// Follows the blocks of a stored program, a trigger or a compound statement, so that the `;` inside don't end
// it.
#pragma once

#include <string_view>
#include <vector>

#include "core/sql/syntax.h"

namespace whimbrel::sql {

/// Words count as keywords only where a statement begins (behind BEGIN, THEN, `;`, a label …), so that names
/// like `end`, functions like IF() and clauses like IF EXISTS open or close nothing. The tokens of one
/// statement, without comments, are given in order; `word` in upper case.
class Nesting {
 public:
  /// Forgets everything, for a new statement.
  void clear();

  /// The words so far, `word` the last, made the statement a program.
  void begin(const Program& program, std::string_view word);
  bool begun() const { return program_ != nullptr; }

  /// Whether a block is open.
  bool open() const { return !stack_.empty() && stack_.front() != Block::CaseExpression; }

  void word(std::string_view word, bool inParentheses);
  void literal() { operand(true); }
  void name() { operand(false); }
  void symbol(char symbol);
  void openParenthesis();
  void closeParenthesis();
  void semicolon();

 private:
  enum class Block { Begin, If, CaseStatement, CaseExpression, Loop, While, For, Repeat, RepeatUntil };
  enum class Handler { None, Declared, Named, Conditions, AfterCondition };
  enum class Keyword;

  static Keyword keyword(std::string_view word);
  bool top(Block block) const { return !stack_.empty() && stack_.back() == block; }
  void operand(bool endsHead);
  void headWord(std::string_view word);
  void bodyWord(std::string_view word);
  bool handlerWord(Keyword keyword);
  void controlWord(Keyword keyword, bool starts);
  void open(Block block);
  void close(bool starts);

  const Program* program_ = nullptr;
  std::string_view bodyAfter_;  ///< the words of the program's `bodyAfter` that are still missing
  bool inBody_ = false;
  bool headMayEnd_ = false;  ///< the last token can be the last of a routine's head
  std::vector<Block> stack_;
  bool starts_ = false;       ///< a statement begins at the next token
  bool labelled_ = false;     ///< the last token began a statement; it is a label if `:` follows
  bool variable_ = false;     ///< the last token is `@`
  bool blockEnded_ = false;   ///< the last token is the END of a block
  bool nameFollows_ = false;  ///< behind FOLLOWS and PRECEDES of a trigger
  Handler handler_ = Handler::None;
};

}  // namespace whimbrel::sql
