#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config/configuration.h"

using namespace whimbrel;

namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

const std::map<std::string, std::string> environment = {{"A", "va"},          {"a_1", "lower"},
                                                        {"KEY", "f"},         {"LINES", "one\nx=two"},
                                                        {"ESCAPES", "a\\tb"}, {"BLANK", " p "}};

Properties read(std::string_view text) {
  Properties properties;
  for (const ConfEntry& entry : readConf(text, environment)) properties.emplace_back(entry.key, entry.value);
  return properties;
}

struct Case {
  const char* name;
  std::string text;
  Properties expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(read(c.text) == c.expected);
  }
}

}  // namespace

TEST_CASE("key and value are separated by =, : or blanks") {
  check({
      {"equals", "k=v", {{"k", "v"}}},
      {"spaces around", "k = v", {{"k", "v"}}},
      {"colon", "k:v", {{"k", "v"}}},
      {"blank", "k v", {{"k", "v"}}},
      {"tab", "k=\ttab \t", {{"k", "tab"}}},
      {"indented", "   k=5", {{"k", "5"}}},
      {"further = belong to the value", "f=x=y=z", {{"f", "x=y=z"}}},
      {"a second separator belongs to the value", "k = := v", {{"k", ":= v"}}},
      {"empty value", "k=", {{"k", ""}}},
      {"key alone", "k", {{"k", ""}}},
      {"quotes stay", "k=\"quoted\"", {{"k", "\"quoted\""}}},
      {"duplicates are kept in order", "k=1\nk=2", {{"k", "1"}, {"k", "2"}}},
      {"empty key", "=v", {{"", "v"}}},
  });
}

TEST_CASE("comments stand at the start of a line only") {
  check({
      {"hash", "# c\nk=v", {{"k", "v"}}},
      {"exclamation mark", "! c\nk=v", {{"k", "v"}}},
      {"indented", "   # k=no\nk=v", {{"k", "v"}}},
      {"not behind a value", "k=va#lue ! x", {{"k", "va#lue ! x"}}},
      {"empty lines", "\n\n  \nk=v\n\n", {{"k", "v"}}},
      {"nothing", "", {}},
  });
}

TEST_CASE("lines end in LF, CRLF or a lone CR") {
  check({
      {"CRLF", "a=1\r\n\r\nb=two \r\n", {{"a", "1"}, {"b", "two"}}},
      {"CR", "a=1\rb=2\r# c\rd=4", {{"a", "1"}, {"b", "2"}, {"d", "4"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a=1",
       {{"a", "1"}}},
      {"CRLF and continuation", "a=x\\\r\ny\r\n", {{"a", "xy"}}},
  });
}

TEST_CASE("backslashes are literal") {
  check({
      {"path", "k=C:\\dir\\new", {{"k", "C:\\dir\\new"}}},
      {"escapes", "k=a\\tb\\:c\\=d", {{"k", "a\\tb\\:c\\=d"}}},
      {"unicode", "k=\\u0041\\uZZ", {{"k", "\\u0041\\uZZ"}}},
      {"at the end of the text", "k=end\\", {{"k", "end\\"}}},
  });
}

TEST_CASE("a backslash at the end joins the next line unless that is empty or a property") {
  check({
      {"joined without a blank", "a=one\\\ntwo", {{"a", "onetwo"}}},
      {"leading blanks are dropped", "a=one \\\n   two", {{"a", "one two"}}},
      {"chain", "a=one \\\n  two \\\n  three", {{"a", "one two three"}}},
      {"comment without =", "a=one\\\n# note", {{"a", "one# note"}}},
      {"comment with =", "a=one\\\n# x=y", {{"a", "one\\"}}},
      {"property", "a=one\\\nb=two", {{"a", "one\\"}, {"b", "two"}}},
      {"empty line", "a=one\\\n\nb=2", {{"a", "one\\"}, {"b", "2"}}},
      {"line of blanks", "a=one\\\n   \nb=2", {{"a", "one"}, {"b", "2"}}},
      {"comparison ==", "a=x\\\n   y == z", {{"a", "xy == z"}}},
      {"comparison !=", "a=x\\\n   y != z", {{"a", "xy != z"}}},
      {"shouldExecute", "a=x\\\nshouldExecute=a==b", {{"a", "x\\"}, {"shouldExecute", "a==b"}}},
      {"backslash before an inner blank line", "a=x\\\\\n  \nb=2", {{"a", "x\\"}, {"b", "2"}}},
      {"trailing blanks after the backslash", "a=one\\  \ntwo", {{"a", "onetwo"}}},
      {"not behind a comment", "# c\\\na\n! c\\\nb == c", {{"a", ""}, {"b", "= c"}}},
      {"a comment that begins behind a backslash", "\\\n# c\\\na", {{"a", ""}}},
      {"a comment behind a lone CR", "a=1\r# c\\\nb", {{"a", "1"}, {"b", ""}}},
  });
}

TEST_CASE("${NAME} is replaced from the environment") {
  check({
      {"value", "k=x${A}y", {{"k", "xvay"}}},
      {"unknown is empty", "k=x${NONE}y", {{"k", "xy"}}},
      {"case matters", "k=${a}", {{"k", ""}}},
      {"lower case and digits", "k=${a_1}", {{"k", "lower"}}},
      {"no escape", "k=$${A}", {{"k", "$va"}}},
      {"backslash", "k=\\${A}", {{"k", "\\va"}}},
      {"other forms stay", "k=${a-b}${a:b}${}${A", {{"k", "${a-b}${a:b}${}${A"}}},
      {"nested", "k=${${A}}", {{"k", "${va}"}}},
      {"key", "p.${KEY}=v", {{"p.f", "v"}}},
      {"not over joined lines", "k=${A\\\n}", {{"k", "${A}"}}},
      {"without text it leaves nothing", "${NONE} k = ${NONE} v ${NONE}", {{"k", "v "}}},
      {"alone and without text", "${NONE}\n${NONE}# x=y\nk=v", {{"k", "v"}}},
      {"what is left is no variable", "k=${${NONE}A}", {{"k", "${A}"}}},
  });
}

TEST_CASE("the text of a variable is literal") {
  check({
      {"line breaks", "k=${LINES}", {{"k", "one\nx=two"}}},
      {"backslashes", "k=${ESCAPES}", {{"k", "a\\tb"}}},
      {"blanks", "k=${BLANK}", {{"k", " p "}}},
  });
}

TEST_CASE("hostile bytes come through") {
  using namespace std::string_literals;
  check({
      {"NUL", "k=a\0b"s, {{"k", "a\0b"s}}},
      {"invalid UTF-8", "k=\xC3\x28\xFF", {{"k", "\xC3\x28\xFF"}}},
      {"not ASCII", "schlüssel=wört→", {{"schlüssel", "wört→"}}},
  });
}

TEST_CASE("entries know the line they begin on") {
  const auto entries = readConf("# c\na=1\\\n2\n\nb=2\rc=3\nd=4", {});
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].line == 2);
  CHECK(entries[1].line == 5);
  CHECK(entries[2].line == 5);
  CHECK(entries[3].line == 6);
}

TEST_CASE("a huge file is read in linear time") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "k=one\\\n  ${A}\\\n  two\n";
  const auto entries = readConf(text, environment);
  REQUIRE(entries.size() == 200'000);
  CHECK(entries.back().value == "onevatwo");
}
