#include "core/locations/script_config.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

namespace {

std::string failure(std::string_view text) {
  try {
    parseScriptConfig(text, {});
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("a .conf file's keys are read") {
  const ScriptConfig config = parseScriptConfig(
      "# comment\n executeInTransaction = false \nencoding: ISO-8859-1\nshouldExecute false\n"
      "placeholderReplacement=true\n",
      {});
  CHECK(config.executeInTransaction == false);
  CHECK(config.encoding == "ISO-8859-1");
  CHECK_FALSE(config.shouldExecute);
  CHECK(config.placeholderReplacement == true);
  CHECK_FALSE(parseScriptConfig("", {}).executeInTransaction);
  CHECK(parseScriptConfig("", {}).shouldExecute);
}

TEST_CASE("environment variables are put in") {
  CHECK(parseScriptConfig("executeInTransaction=${MODE}", {{"MODE", "true"}}).executeInTransaction == true);
  CHECK(failure("executeInTransaction=${MODE}") ==
        "Invalid value for executeInTransaction (should be either true or false): ");
}

TEST_CASE("wrong .conf files are refused in the reference's words") {
  CHECK(failure("executeInTransaction=TRUE") ==
        "Invalid value for executeInTransaction (should be either true or false): TRUE");
  CHECK(failure("bogus=1") == "Unknown configuration property: bogus");
  CHECK(failure("other=1\nbogus=1") == "Unknown configuration properties: bogus,other");
  CHECK(failure("garbage line") == "Unknown configuration property: garbage");
  CHECK(failure("executeintransaction=true") == "Unknown configuration property: executeintransaction");
  CHECK(failure("flyway.executeInTransaction=true") ==
        "Unknown configuration property: flyway.executeInTransaction");
  CHECK(failure("encoding=nonsense") == "java.nio.charset.UnsupportedCharsetException: nonsense");
  CHECK(failure("encoding=") == "java.nio.charset.IllegalCharsetNameException: ");
  CHECK(failure("shouldExecute=maybe") ==
        "Invalid value for shouldExecute (should be true, false or an expression of ==, !=, &&, || and "
        "parentheses): maybe");
}

TEST_CASE("several mistakes are reported in the reference's order") {
  CHECK(failure("bogus=1\nencoding=nonsense\nexecuteInTransaction=x") ==
        "Invalid value for executeInTransaction (should be either true or false): x");
  CHECK(failure("encoding=nonsense\nbogus=1") == "Unknown configuration property: bogus");
}

TEST_CASE("a .conf file that can't be decoded is named") {
  try {
    readScriptConfig([] { return std::make_unique<StringReader>("\xFF"); }, "UTF-8", "sql/V1__a.sql.conf");
    FAIL("was read");
  } catch (const Error& error) {
    CHECK(error.message() == "Unable to read config");
    REQUIRE(error.causes().size() == 1);
    CHECK(error.causes().front().starts_with("sql/V1__a.sql.conf: Input length = 1\n"));
  }
}
