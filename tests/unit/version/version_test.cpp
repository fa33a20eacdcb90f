#include "core/version/version.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

TEST_CASE("versions are ordered by their numbers") {
  const std::vector<std::string> ascending = {"-18",
                                              "-1",
                                              "0",
                                              "0.1",
                                              "1",
                                              "1.0.1",
                                              "1.2",
                                              "1.9",
                                              "1.9.0.1",
                                              "1.10",
                                              "2",
                                              "024",
                                              "25",
                                              "20210101120000",
                                              "99999999999999999999999999",
                                              "100000000000000000000000000"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK(((Version::parse(ascending[i]) <=> Version::parse(ascending[j])) == (i <=> j)));
    }
  }
}

TEST_CASE("equal numbers are equal versions however they are written") {
  for (const char* text : {"1", "1.0", "01", "1.00.0", "1_0", "+1", "\u0661", "\uFF11"}) {
    CAPTURE(text);
    CHECK(Version::parse(text) == Version::parse("1"));
  }
  CHECK(Version::parse("-0") == Version::parse("0"));
  CHECK(Version::parse("0") == Version::parse("0.0"));
}

TEST_CASE("a version keeps its spelling with dots for underscores") {
  CHECK(Version::parse("010").text() == "010");
  CHECK(Version::parse("1_9").text() == "1.9");
  CHECK(Version::parse("+25").text() == "+25");
  CHECK(Version::parse("\u0663").text() == "\u0663");
}

TEST_CASE("what is no version is refused") {
  for (const char* text :
       {"",         "a",      "14a",     "15.",  "16..1",      ".17",   "13 ",
        "-",        "+",      "1.-2",    "1+2",  "--1",        "v2",    "1.x",
        "1.\u0662", "latest", "current", "next", "\U0001D7CE", "1\xFF", "<< Latest Version >>"}) {
    CAPTURE(text);
    CHECK_FALSE(Version::tryParse(text));
  }
  CHECK_FALSE(Version::tryParse(std::string_view("1\0", 2)));
}

TEST_CASE("the refusal names the version as it counts") {
  CHECK_THROWS_WITH_AS(Version::parse("1_a"),
                       "Version may only contain 0..9 and . (dot). Invalid version: 1.a", Error);
  CHECK_THROWS_WITH_AS(Version::parse(""),
                       "Version may only contain 0..9 and . (dot). Invalid version: ", Error);
}
