#include "core/locations/wildcard.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace whimbrel;

namespace {

/// What the location `pattern` makes of `file`: its script, or "-".
std::string scriptOf(std::string_view pattern, std::string_view file) {
  const WildcardPath path(pattern);
  if (!file.starts_with(path.root() + "/")) return "outside";
  return std::string(path.match(file.substr(path.root().size() + 1)).value_or("-"));
}

}  // namespace

TEST_CASE("a location with wildcards picks files as the reference does") {
  struct Case {
    const char* pattern;
    const char* file;
    const char* script;
  };
  for (const Case& c : std::vector<Case>{
           {"sql", "sql/a/V1__a.sql", "a/V1__a.sql"},
           {"db/*/sql", "db/m1/sql/V5__e.sql", "V5__e.sql"},
           {"db/*/sql", "db/m1/sql/x/V5__e.sql", "x/V5__e.sql"},
           {"db/*/sql", "db/m1/m2/sql/V5__e.sql", "-"},
           {"db/*/sql", "db/m1/V5__e.sql", "-"},
           {"db/m*", "db/m1/sql/V5__e.sql", "sql/V5__e.sql"},
           {"db/m*", "db/m/V5__e.sql", "-"},
           {"db/m*", "db/m1.sql", "-"},
           {"db/m?", "db/m1/V1__a.sql", "V1__a.sql"},
           {"db/m?", "db/m12/V1__a.sql", "-"},
           {"sql/**/*.sql", "sql/V1__a.sql", "V1__a.sql"},
           {"sql/**/*.sql", "sql/sub/x/V2__b.sql", "sub/x/V2__b.sql"},
           {"sql/**/*.sql", "sql/sub/V2__b.sql.conf", "-"},
           {"db/r1.*", "db/r1.1/V1__a.sql", "-"},
           {"db/r1.*/*.sql", "db/r1.1/V1__a.sql", "r1.1/V1__a.sql"},
           {"db/**", "db/a/V1__a.sql", "-"},
           {"db/**", "db/V1__a.sql", "-"},
           {"db/**/sql", "db/sql/V1__a.sql", "V1__a.sql"},
           {"db/**/sql", "db/a/sql/b/sql/V2__y.sql", "b/sql/V2__y.sql"},
           {"db/**/sql/**/m*", "db/a/sql/b/c/m1/V2__y.sql", "V2__y.sql"},
           {"g/V1_**ab.sql", "g/V1__ab.sql", "-"},
           {"g/V1_**ab.sql", "g/V1__xab.sql", "V1__xab.sql"},
       }) {
    CAPTURE(c.pattern);
    CAPTURE(c.file);
    CHECK(scriptOf(c.pattern, c.file) == c.script);
  }
}

TEST_CASE("the root is what stands in front of the first wildcard") {
  CHECK(WildcardPath("sql").root() == "sql");
  CHECK(WildcardPath("a/b*/c").root() == "a");
  CHECK(WildcardPath("*/sql").root() == "");
  CHECK(WildcardPath("/w/x/?/sql").root() == "/w/x");
  CHECK(WildcardPath("/*/sql").root() == "/");
}

TEST_CASE("a star is one character or more, a question mark exactly one") {
  CHECK(matchesName("a*", "ab"));
  CHECK(matchesName("a*", "abc"));
  CHECK_FALSE(matchesName("a*", "a"));
  CHECK(matchesName("*b", "ab"));
  CHECK_FALSE(matchesName("*b", "b"));
  CHECK(matchesName("*b*", "abab"));
  CHECK_FALSE(matchesName("*b*", "ab"));
  CHECK(matchesName("a*b*c", "aXbYbZc"));
  CHECK_FALSE(matchesName("**b", "ab"));
  CHECK(matchesName("**b", "aab"));
  CHECK(matchesName("?", "\u00E9"));
  CHECK(matchesName("?", "\U0001F600"));
  CHECK(matchesName("\u00E9*", "\u00E9\U0001F600"));
  CHECK_FALSE(matchesName("?", ""));
  CHECK_FALSE(matchesName("??", "\u00E9"));
  CHECK(matchesName("a.b", "a.b"));
  CHECK_FALSE(matchesName("a.b", "axb"));
  CHECK(matchesName("a(b)+[c]", "a(b)+[c]"));
  CHECK(matchesName("?", "\xFF"));
  CHECK(matchesName("", ""));
}

TEST_CASE("a pattern of many stars is no trap") {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  CHECK_FALSE(matchesName(pattern + "b", std::string(2000, 'a')));
}

TEST_CASE("a location of many ** is no trap") {
  std::string pattern, path;
  for (int i = 0; i < 50; ++i) pattern += "**/a/";
  for (int i = 0; i < 500; ++i) path += "a/";
  CHECK_FALSE(WildcardPath(pattern + "b").match(path + "V1__a.sql").has_value());
  CHECK_FALSE(WildcardPath(pattern + "*.txt").match(path + "V1__a.sql").has_value());
  CHECK_FALSE(WildcardPath(pattern + "b/*.sql").match(path + "V1__a.sql").has_value());
  CHECK(WildcardPath(pattern + "*.sql").match(path + "V1__a.sql").has_value());
  CHECK(WildcardPath(pattern + "**/a").match("a/" + path + "b/V1__a.sql").has_value());
}
