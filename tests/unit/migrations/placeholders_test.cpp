#include "core/migrations/placeholders.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/migrations/script_files.h"

using namespace whimbrel;

namespace {

Settings withValues() {
  Settings settings;
  settings.placeholders = {{"name", "VALUE"},
                           {"a", "x"},
                           {"b", "${a}"},
                           {"empty", ""},
                           {" a ", "blanks"},
                           {"a${b", "nested"},
                           {"\u00C9t\u00C9", "summer"},
                           {"two\nlines", "2"},
                           {"at", "@{a}"}};
  return settings;
}

std::string replaced(std::string_view text, const Settings& settings = withValues()) {
  return replacePlaceholders(text, Placeholders(settings));
}

std::string failure(std::string_view text, const Settings& settings = withValues()) {
  return failureOf([&] { replaced(text, settings); }).message();
}

class ByteReader : public Reader {
 public:
  explicit ByteReader(std::string_view text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t) override { return text_.read(buffer, 1); }

 private:
  StringReader text_;
};

struct Case {
  std::string_view text;
  std::string_view result;
};

const std::vector<Case> cases = {
    {"", ""},
    {"no $ {here}", "no $ {here}"},
    {"${name}", "VALUE"},
    {"-- ${name} '${NAME}' $$${a}", "-- VALUE 'VALUE' $$x"},
    {"${ a }", "blanks"},
    {"a=${b}", "a=${a}"},
    {"[${empty}]", "[]"},
    {"${a${b}}", "nested}"},
    {"${\u00E9T\u00E9}", "summer"},
    {"${two\nlines}", "2"},
    {"\\${name}", "\\VALUE"},
    {"$${name}", "$${name}"},
    {"$ ${name}", "$ VALUE"},
    {"$a${name}", "$aVALUE"},
    {"$$", "$$"},
    {"$", "$"},
    {"a$\u00E9${a}", "a$\u00E9x"},
};

}  // namespace

TEST_CASE("placeholders are replaced as the reference does") {
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(replaced(c.text) == c.result);
  }
}

TEST_CASE("it does not matter where the reads cut the text") {
  const Placeholders placeholders(withValues());
  for (const Case& c : cases) {
    CAPTURE(c.text);
    ByteReader reader(c.text);
    CHECK(readAll(*replacePlaceholders(reader, placeholders)) == c.result);
  }
}

TEST_CASE("a failed try at a longer prefix is passed on whole") {
  Settings settings = withValues();
  settings.placeholderPrefix = "@@{";
  settings.placeholderSuffix = "}@";
  CHECK(replaced("@@{a}@", settings) == "x");
  CHECK(replaced("@@@{a}@", settings) == "@@@{a}@");
  CHECK(replaced("@a@@{a}@", settings) == "@ax");
}

TEST_CASE("with placeholderReplacement=false the text stays") {
  Settings settings = withValues();
  settings.placeholderReplacement = false;
  CHECK(replaced("${name} ${nope}", settings) == "${name} ${nope}");
  CHECK(replacePlaceholders("${name}", Placeholders(withValues()).disabled()) == "${name}");
}

TEST_CASE("a name without value is an error") {
  CHECK(failure("a ${nope} b") == "No value provided for placeholder: ${nope}.  Check your configuration!");
  CHECK(failure("${flyway:nope}") == "Failed to populate value for default placeholder: ${flyway:nope}");
}

TEST_CASE("what stands before the bad placeholder is still given") {
  StringReader text("before ${nope}");
  const Placeholders placeholders(withValues());
  const auto reader = replacePlaceholders(text, placeholders);
  char buffer[100];
  const std::size_t count = reader->read(buffer, sizeof buffer);
  CHECK(std::string_view(buffer, count) == "before ");
  CHECK_THROWS_AS(reader->read(buffer, sizeof buffer), Error);
}

TEST_CASE("an unterminated placeholder loses the suffix's length of the rest of the file") {
  CHECK(failure("x ${nam") == "No value provided for placeholder: ${na}.  Check your configuration!");
  CHECK(failure("${abc');\n") == "No value provided for placeholder: ${abc');}.  Check your configuration!");
  CHECK(failure("${a") == "No value provided for placeholder: ${}.  Check your configuration!");
  CHECK(failure("x ${") == "Placeholder ${ at the end of the script has no }");
  CHECK(replaced("x ${nameX") == "x VALUE");
  Settings settings = withValues();
  settings.placeholderSuffix = "}}";
  CHECK(failure("${a", settings) ==
        "Placeholder ${a at the end of the script has no " + settings.placeholderSuffix);
  CHECK(failure("${a\u20AC", settings) ==
        "No value provided for placeholder: ${}}.  Check your configuration!");
}

TEST_CASE("an endless name is given up") {
  const std::string text = "${" + std::string(3'000'000, 'x');
  CHECK(failure(text).size() < 300);
}

TEST_CASE("long texts and long values come out whole") {
  Settings settings;
  const std::string value(100'000, 'v');
  settings.placeholders = {{"long", value}};
  std::string text, expected;
  for (int i = 0; i < 20; ++i) {
    text += std::string(static_cast<std::size_t>(65'530 + i), '-') + "${long}$";
    expected += std::string(static_cast<std::size_t>(65'530 + i), '-') + value + "$";
  }
  CHECK((replaced(text, settings) == expected));
}

TEST_CASE("a name is found wherever the blocks are cut") {
  Settings settings;
  settings.placeholders = {{"name", "v"}};
  settings.placeholderSuffix = "}}";
  for (std::size_t before = 65'520; before < 65'540; ++before) {
    CAPTURE(before);
    const std::string text(before, '-');
    CHECK((replaced(text + "${name}}${name}}", settings) == text + "vv"));
  }
}

TEST_CASE("a script full of placeholders is no trap") {
  std::string text, expected;
  for (int i = 0; i < 200'000; ++i) text += "${a},", expected += "x,";
  CHECK((replaced(text) == expected));
}

TEST_CASE("built-in placeholders are set by name and found in any case") {
  Settings settings;
  Placeholders placeholders(settings);
  placeholders.set("flyway:defaultSchema", "main");
  CHECK(replacePlaceholders("${FLYWAY:defaultschema}", placeholders) == "main");
  CHECK(replacePlaceholders("${flyway:filename}", placeholders.withFilename("V1__a.sql")) == "V1__a.sql");
  CHECK_FALSE(placeholders.find("flyway:filename"));
  settings.placeholderSeparator = "_";
  Placeholders underscore(settings);
  underscore.set("flyway:table", "history");
  CHECK(replacePlaceholders("${flyway_table}", underscore) == "history");
}
