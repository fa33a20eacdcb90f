#include "core/text/printable.h"

#include <doctest/doctest.h>

using namespace whimbrel;

TEST_CASE("ordinary text of any language stays as it is") {
  for (const char* text :
       {"", "a/V1__x y.sql", "quotes \" ' $(x) `y` ; \\", "ünï-日本 עברית 😀", "\xEF\xBF\xBD"}) {
    CHECK(printable(text) == text);
    CHECK(isPrintable(text));
  }
}

TEST_CASE("what would move the cursor, end the line or turn the writing is shown as bytes") {
  CHECK(printable("a\nb\r\t") == "a\\x0ab\\x0d\\x09");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
  CHECK(printable("\xC2\x9B"
                  "31m") == "\\xc2\\x9b31m");                   // the one-character form of ESC [
  CHECK(printable("\xE2\x80\xAEtxt") == "\\xe2\\x80\\xaetxt");  // right-to-left override
  CHECK(printable("\xE2\x80\xA8") == "\\xe2\\x80\\xa8");        // line separator
  CHECK_FALSE(isPrintable("\x07"));
}

TEST_CASE("of several lines the ends and tabs stay") {
  CHECK(printableLines("a\n\tb\r\nc\n") == "a\n\tb\r\nc\n");
  CHECK(printableLines("a\rb\x1b[2J\xFF") == "a\\x0db\\x1b[2J\\xff");
}

TEST_CASE("bytes that are no UTF-8 are shown as bytes") {
  CHECK(printable("a\xFF") == "a\\xff");
  CHECK(printable("\xC3(") == "\\xc3(");
  CHECK_FALSE(isPrintable("\xE2\x80"));
}
