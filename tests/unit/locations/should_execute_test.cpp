// spec/migrations.md section 15.
#include "core/locations/should_execute.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

TEST_CASE("an expression of comparisons, && and || has a value") {
  struct Case {
    const char* expression;
    bool value;
  };
  for (const auto& [expression, value] : {
           Case{"true", true},
           Case{"false", false},
           Case{" true ", true},
           Case{"prod==prod", true},
           Case{"prod == test", false},
           Case{"prod!=test", true},
           Case{"== ", true},
           Case{"==x", false},
           Case{"true || false && false", true},
           Case{"(true || false) && false", false},
           Case{"a==b || c==c", true},
           Case{"a==a && b!=b", false},
           Case{"((a==a))", true},
           Case{"two words==two words", true},
           Case{"\xC3\xA4==\xC3\xA4", true},
           Case{"a=b==a=b", true},
           Case{"true&&!=", false},
       }) {
    CAPTURE(expression);
    CHECK(evaluateShouldExecute(expression) == value);
  }
}

TEST_CASE("what is no expression is refused") {
  for (const char* expression :
       {"", "maybe", "TRUE", "true ||", "(true", "true)", "a==b==c", "true false", "||", "()"}) {
    CAPTURE(expression);
    CHECK_THROWS_AS(evaluateShouldExecute(expression), Error);
  }
  CHECK_THROWS_AS(evaluateShouldExecute(std::string(100000, '(')), Error);
}
