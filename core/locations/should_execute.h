// The expression behind `shouldExecute=` in a script's `.conf` (spec/migrations.md section 15).
#pragma once

#include <string_view>

namespace whimbrel {

/// What an expression of true, false, A==B, A!=B, &&, || and parentheses comes to; && binds more strongly
/// than
/// ||. A and B are any text without those signs, compared without the blanks around them. Throws Error with
/// code Configuration for what is no expression.
bool evaluateShouldExecute(std::string_view expression);

}  // namespace whimbrel
