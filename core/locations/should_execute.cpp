#include "core/locations/should_execute.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr int deepest = 100;  // parentheses in one another; more are no expression that anybody wrote

class Expression {
 public:
  explicit Expression(std::string_view text) : whole_(text), rest_(trim(text)) {}

  bool evaluate() {
    const bool value = anyOf();
    if (!rest_.empty()) refuse();
    return value;
  }

 private:
  bool anyOf() {
    bool value = allOf();
    while (take("||")) value = allOf() || value;
    return value;
  }

  bool allOf() {
    bool value = term();
    while (take("&&")) value = term() && value;
    return value;
  }

  bool term() {
    if (take("(")) {
      if (++depth_ > deepest) refuse();
      const bool value = anyOf();
      if (!take(")")) refuse();
      --depth_;
      return value;
    }
    const std::string_view left = operand();
    if (take("==")) return left == operand();
    if (take("!=")) return left != operand();
    if (left != "true" && left != "false") refuse();
    return left == "true";
  }

  std::string_view operand() {
    std::size_t end = 0;
    while (end < rest_.size() && !beginsSign(rest_.substr(end))) ++end;
    const std::string_view text = trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return text;
  }

  static bool beginsSign(std::string_view text) {
    for (const std::string_view sign : {"==", "!=", "&&", "||", "(", ")"})
      if (text.starts_with(sign)) return true;
    return false;
  }

  bool take(std::string_view sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_ = trim(rest_.substr(sign.size()));
    return true;
  }

  [[noreturn]] void refuse() const {
    throw Error(ErrorCode::Configuration,
                fmt::format("Invalid value for shouldExecute (should be true, false or an expression of ==, "
                            "!=, &&, || and parentheses): {}",
                            whole_));
  }

  std::string_view whole_;
  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

bool evaluateShouldExecute(std::string_view expression) { return Expression(expression).evaluate(); }

}  // namespace whimbrel
