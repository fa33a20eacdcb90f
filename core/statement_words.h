// The first words of a statement, which say what kind of statement it is.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

class StatementWords {
 public:
  /// `statement` outlives this.
  explicit StatementWords(std::string_view statement) : rest_(statement) {}

  /// The next word in upper case; empty when something else comes next. Blanks, comments and opening
  /// parentheses are skipped; the inside of a comment that MySQL executes counts.
  std::string next();
  /// What is behind the words so far.
  std::string_view rest() const { return rest_; }

 private:
  bool skip();

  std::string_view rest_;
};

}  // namespace whimbrel
