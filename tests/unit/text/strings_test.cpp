#include "core/text/strings.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace whimbrel;
using namespace std::string_literals;

TEST_CASE("trim takes away blanks and control characters at both ends only") {
  CHECK(trim(" \t\r\n a b \x01") == "a b");
  CHECK(trim("\u00A0a\u00A0") == "\u00A0a\u00A0");
  CHECK(trim("  ").empty());
  CHECK(trim("").empty());
}

TEST_CASE("split keeps empty parts") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(split(",", ',') == std::vector<std::string>{"", ""});
}

TEST_CASE("join puts the separator between the parts") {
  CHECK(join({"a", "", "b"}, ", ") == "a, , b");
  CHECK(join({"a"}, ", ") == "a");
  CHECK(join({}, ", ").empty());
  CHECK(join({"", ""}, ",") == ",");
}

TEST_CASE("cutAt gives what stands before the separator and leaves what stands behind it") {
  std::string_view text = "a=b=c";
  CHECK(cutAt(text, '=') == "a");
  CHECK(text == "b=c");
  CHECK(cutAt(text, ';') == "b=c");
  CHECK(text.empty());
}

TEST_CASE("decodePercent leaves alone what is no escape") {
  CHECK(decodePercent("a%20%c3%A4%2Fb") == "a \u00e4/b");
  CHECK(decodePercent("100%") == "100%");
  CHECK(decodePercent("%4") == "%4");
  CHECK(decodePercent("%4g%-1%+1% 1%0x") == "%4g%-1%+1% 1%0x");
  CHECK(decodePercent("a+b%2B") == "a+b+");
  CHECK(decodePercent("a+b%2B", Plus::IsBlank) == "a b+");
}

TEST_CASE("replaceAll does not look at what it has put in") {
  CHECK(replaceAll("aXbX", "X", "XX") == "aXXbXX");
  CHECK(replaceAll("aaa", "aa", "b") == "ba");
  CHECK(replaceAll("abc", "", "x") == "abc");
}

TEST_CASE("lower case goes by Unicode whatever the locale is") {
  CHECK(toLower("A\u00C9\u0416\u03A9z") == "a\u00E9\u0436\u03C9z");
  CHECK(toLower("\xFF"
                "A") ==
        "\xFF"
        "a");
  CHECK(asciiLower("A\u00C9Z") == "a\u00C9z");
}

TEST_CASE("lengths count UTF-16 units") {
  CHECK(utf16Length("") == 0);
  CHECK(utf16Length("a\u00E9\u20AC") == 3);
  CHECK(utf16Length("\U0001F600") == 2);
  CHECK(utf16Length("\xFFz") == 2);
}

TEST_CASE("order is by UTF-16 unit") {
  // The example of spec/migrations.md section 7.
  const std::vector<std::string> sorted = {"10",  "9",   "B",  "Z", "a",     "a b",
                                           "a c", "a-b", "aa", "b", "\u00E9"};
  std::vector<std::string> shuffled(sorted.rbegin(), sorted.rend());
  std::sort(shuffled.begin(), shuffled.end(),
            [](const std::string& a, const std::string& b) { return compareUtf16(a, b) < 0; });
  CHECK(shuffled == sorted);
  CHECK(compareUtf16("\U0001F600", "\uE000") < 0);
  CHECK(compareUtf16("\U0001F600", "\uD7FF") > 0);
  CHECK(compareUtf16("a", "a") == 0);
  CHECK(compareUtf16("", "a") < 0);
}

TEST_CASE("prefixes and suffixes never cut a character") {
  CHECK(utf16Prefix("a\U0001F600b", 3) == "a\U0001F600");
  CHECK(utf16Prefix("a\U0001F600b", 2) == "a");
  CHECK(utf16Prefix("ab", 5) == "ab");
  CHECK(utf16Suffix("a\U0001F600b", 3) == "\U0001F600b");
  CHECK(utf16Suffix("ab", 1) == "b");
  CHECK(utf16Suffix("ab", 5) == "ab");
}

TEST_CASE("code points go to UTF-8 and back") {
  for (const char32_t c :
       {U'\0', U'a', U'\u007F', U'\u0080', U'\u07FF', U'\u0800', U'\uFFFF', U'\U00010000', U'\U0010FFFF'}) {
    std::string text;
    appendUtf8(text, c);
    std::size_t position = 0;
    CHECK(decodeUtf8(text, position) == c);
    CHECK(position == text.size());
  }
}

TEST_CASE("an invalid byte is one U+FFFD") {
  for (const std::string text :
       {"\xFF", "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    std::size_t position = 0;
    CHECK(decodeUtf8(text, position) == 0xFFFD);
    CHECK(position == 1);
  }
}

TEST_CASE("javaHash is String.hashCode") {
  CHECK(javaHash("") == 0);
  CHECK(javaHash("hello") == 99162322);
  CHECK(javaHash("polygenelubricants") == -2147483647 - 1);
  CHECK(javaHash("\U0001F600") == 1772899);
}
