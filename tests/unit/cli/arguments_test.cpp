#include "cli/arguments.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

namespace {

using Words = std::vector<std::string>;

std::string failure(const Words& arguments) {
  try {
    parseArguments(arguments);
    return "";
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Error);
    return error.message();
  }
}

}  // namespace

TEST_CASE("options, flags and operations mix in any order") {
  const Arguments parsed =
      parseArguments(Words{"migrate", "-url=jdbc:x?a=b", "-n", "info", "info", "-table="});
  CHECK(parsed.action == Action::RunOperations);
  CHECK(parsed.operations == Words{"migrate", "info", "info"});
  CHECK(parsed.options ==
        std::vector<std::pair<std::string, std::string>>{{"url", "jdbc:x?a=b"}, {"table", ""}});
  CHECK_FALSE(parsed.mayPrompt);
  CHECK(parseArguments(Words{"info"}).mayPrompt);
}

TEST_CASE("an option is everything between the first dash and the first =") {
  using Options = std::vector<std::pair<std::string, std::string>>;
  CHECK(parseArguments(Words{"-url=x", "-=x", "-X=true", "-p=\"x y\"", "-p==="}).options ==
        Options{{"url", "x"}, {"", "x"}, {"X", "true"}, {"p", "\"x y\""}, {"p", "=="}});
}

TEST_CASE("options and long flags may have two dashes") {
  const Words words = {"--url=jdbc:x", "--outputType=json", "--json", "--skipCheckForUpdate", "info"};
  const Arguments parsed = parseArguments(words);
  CHECK(parsed.options ==
        std::vector<std::pair<std::string, std::string>>{{"url", "jdbc:x"}, {"outputType", "json"}});
  CHECK(parsed.usesDeprecatedJson);
  CHECK(readConsoleOptions(Words{"--outputType=json"}).json);
  CHECK(readConsoleOptions(Words{"--outputFile=f"}).outputFile == "f");
  CHECK(failure({"--color=red"}) ==
        "'red' is an invalid value for the -color option. Use 'always', 'never', or 'auto'.");
}

TEST_CASE("anything else is an invalid argument, the first one is named") {
  for (const std::string argument : {"bogus", "-foo", "", "-", "--", "a=b", "@file", "-a", "---"})
    CHECK(failure({"info", argument, "other"}) == "Invalid argument: " + argument);
  CHECK(failure({"help", "-foo"}) == "Invalid argument: -foo");
  CHECK(failure({"-v", "bogus"}) == "Invalid argument: bogus");
  CHECK(failure({"-color=red", "-outputType=xml", "bogus"}) == "Invalid argument: bogus");
}

TEST_CASE("what was probably meant stands in a second line") {
  const struct {
    const char* argument;
    const char* meant;
  } cases[] = {
      {"MIGRATE", "migrate"}, {"migrat", "migrate"},
      {"imgrate", "migrate"}, {"-x", "-X"},
      {"-JSON", "-json"},     {"-outOfOrder", "-outOfOrder=..."},
      {"-url", "-url=..."},   {"--schema", "-schemas=..."},
      {"url=x", "-url=..."},  {"-skipCheckForUpdates", "-skipCheckForUpdate"},
  };
  for (const auto& c : cases)
    CHECK(failure({c.argument}) ==
          std::string("Invalid argument: ") + c.argument + "\nDid you mean " + c.meant + "?");
}

TEST_CASE("a password without its dash is not repeated") {
  CHECK(failure({"password=geheim"}) == "Invalid argument: password=***\nDid you mean -password=...?");
  CHECK(failure({"x.apiToken=geheim"}) == "Invalid argument: x.apiToken=***");
}

TEST_CASE("outputType ignores case, the first one counts") {
  CHECK(failure({"info", "-outputType=JSON"}).empty());
  CHECK(failure({"info", "-outputType="}).empty());
  CHECK(failure({"info", "-outputType=json", "-outputType=xml"}).empty());
  CHECK(failure({"info", "-outputType=XmL", "-color=red"}) ==
        "'xml' is an invalid value for the -outputType option. Use 'json'.");
  CHECK(readConsoleOptions(Words{"-outputType=JSON"}).json);
  CHECK(readConsoleOptions(Words{"-json", "bogus"}).json);
  CHECK_FALSE(readConsoleOptions(Words{"-outputType=xml", "-outputType=json"}).json);
  CHECK_FALSE(readConsoleOptions(Words{"-outputType="}).json);
}

TEST_CASE("color is compared exactly, the first one counts") {
  for (const std::string value : {"red", "ALWAYS", "Auto", " never"})
    CHECK(failure({"info", "-color=" + value}) ==
          "'" + value + "' is an invalid value for the -color option. Use 'always', 'never', or 'auto'.");
  for (const char* value : {"", "auto", "always", "never"})
    CHECK(failure({"info", std::string("-color=") + value}).empty());
  CHECK(readConsoleOptions(Words{"-color=always", "-color=never"}).color == Color::Always);
  CHECK(readConsoleOptions(Words{"-color=never"}).color == Color::Never);
  CHECK(readConsoleOptions(Words{"-color=red"}).color == Color::Auto);
}

TEST_CASE("the console's options are read whatever else is wrong") {
  const ConsoleOptions options =
      readConsoleOptions(Words{"bogus", "-q", "-X", "-outputFile=a=b", "-outputFile=c"});
  CHECK(options.quiet);
  CHECK(options.debug);
  CHECK(options.outputFile == "a=b");
  CHECK_FALSE(readConsoleOptions({}).json);
  CHECK(readConsoleOptions(Words{"-X=true"}).debug == false);
}

TEST_CASE("what to do: version, help, operations, nothing") {
  const struct {
    Words arguments;
    Action action;
  } cases[] = {
      {{}, Action::ShowHelp},
      {{"help"}, Action::ShowHelp},
      {{"migrate", "help"}, Action::ShowHelp},
      {{"-?"}, Action::ShowHelp},
      {{"-h", "migrate"}, Action::ShowHelp},
      {{"--help"}, Action::ShowHelp},
      {{"-url=x"}, Action::ShowHelp},
      {{"-v"}, Action::ShowVersion},
      {{"--version", "migrate"}, Action::ShowVersion},
      {{"version"}, Action::ShowVersion},
      {{"help", "-v"}, Action::ShowVersion},
      {{"-checkLicence"}, Action::Nothing},
      {{"-checkLicence", "help"}, Action::ShowHelp},
      {{"-checkLicence", "info"}, Action::RunOperations},
      {{"undo"}, Action::RunOperations},
  };
  for (const auto& c : cases) {
    CAPTURE(c.arguments);
    CHECK(parseArguments(c.arguments).action == c.action);
  }
}

TEST_CASE("edition flags are accepted, -json is remembered") {
  const Words editions = {"info", "-teams", "-pro", "-enterprise", "-community", "-skipCheckForUpdate"};
  CHECK(failure(editions).empty());
  CHECK_FALSE(parseArguments(editions).usesDeprecatedJson);
  CHECK(parseArguments(Words{"info", "-json"}).usesDeprecatedJson);
}
