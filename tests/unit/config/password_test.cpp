#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <thread>

#include <doctest/doctest.h>

#include "core/command_words.h"
#include "core/config/suggestion.h"
#include "world.h"

using namespace whimbrel;
using namespace whimbrel::test;

namespace {

std::optional<std::string> fetch(const std::string& key, const std::string& value) {
  return fetchPassword({{"flyway." + key, {value, "x"}}});
}

std::string failure(const std::string& key, const std::string& value) {
  return failureOf([&] { fetch(key, value); });
}

}  // namespace

TEST_CASE("a password file's text is the password, but for a newline at its end") {
  World world;
  for (const auto& [text, password] : std::map<std::string, std::string>{{"geheim\n", "geheim"},
                                                                         {"geheim", "geheim"},
                                                                         {"ge heim\r\n", "ge heim"},
                                                                         {" ä#!=\\\"' ", " ä#!=\\\"' "}}) {
    world.file("cwd/p", text);
    CHECK(fetch("passwordFile", world.root + "/cwd/p") == password);
  }
  CHECK(fetch("passwordFile", "") == std::nullopt);
  CHECK(fetch("password", "x") == std::nullopt);
}

TEST_CASE("a password file may be a pipe") {
  World world;
  const std::string pipe = world.root + "/cwd/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { world.file("cwd/pipe", "geheim\n"); });
  CHECK(fetch("passwordFile", pipe) == "geheim");
  writer.join();
}

TEST_CASE("a password file that has no password is an error") {
  World world;
  const std::string path = world.root + "/cwd/p";
  const std::string start = "CONFIGURATION Unable to read passwordFile: " + path + " | ";
  CHECK(failure("passwordFile", path) == start + "No such file or directory");
  world.file("cwd/p", "\n");
  CHECK(failure("passwordFile", path) == start + "There is nothing in it");
  world.file("cwd/p", "one\ntwo\n");
  CHECK(failure("passwordFile", path) == start + "There is more than one line in it");
  world.file("cwd/p", std::string(70'000, 'x'));
  CHECK(failure("passwordFile", path) == start + "It is larger than 64 KiB");
  for (const std::string& strange : {world.root, std::string("/dev/zero")})
    CHECK(failure("passwordFile", strange) ==
          "CONFIGURATION Unable to read passwordFile: " + strange + " | It is neither a file nor a pipe");
}

TEST_CASE("a password command's output is the password") {
  CHECK(fetch("passwordCommand", "printf 'a b$HOME*\\n'") == "a b$HOME*");
  CHECK(fetch("passwordCommand", "sh -c \"cat; echo x\"") == "x");  // its standard input is empty
}

TEST_CASE("a password command that fails is an error without its arguments") {
  const std::string start = "CONFIGURATION Unable to get the password from passwordCommand: ";
  CHECK(failure("passwordCommand", "sh -c 'echo geheim; exit 3'") ==
        start + "sh | It ended with exit code 3");
  CHECK(failure("passwordCommand", "sh -c 'kill -9 $$'") == start + "sh | It was ended by signal 9");
  CHECK(failure("passwordCommand", "/nowhere/program geheim") ==
        start + "/nowhere/program | No such file or directory");
  CHECK(failure("passwordCommand", "true") == start + "true | There is nothing in it");
  CHECK(failure("passwordCommand", "cat /dev/zero") == start + "cat | It is larger than 64 KiB");
  CHECK(failure("passwordCommand", "  ") ==
        "CONFIGURATION Unable to run passwordCommand | It names no program");
  CHECK(failure("passwordCommand", "echo 'x") ==
        "CONFIGURATION Unable to run passwordCommand | A quote in it has no end");
}

TEST_CASE("two ways to give a password in one source contradict each other") {
  CHECK(failureOf([] {
          fetchPassword(
              {{"flyway.password", {"a", "a.conf line 1"}}, {"flyway.passwordFile", {"b", "a.conf line 2"}}});
        }) ==
        "CONFIGURATION The password is configured in more than one way | flyway.password (a.conf line 1), "
        "flyway.passwordFile (a.conf line 2)");
}

TEST_CASE("a command is split at blanks outside of quotes") {
  using Words = std::vector<std::string>;
  CHECK(commandWords(" a  b\tc\n", "Unable") == Words{"a", "b", "c"});
  CHECK(commandWords("a 'b  c' \"d 'e\" f'g'\"h\"i ''", "Unable") == Words{"a", "b  c", "d 'e", "fghi", ""});
  CHECK(commandWords("a\\b $c *", "Unable") == Words{"a\\b", "$c", "*"});
  CHECK(commandWords("", "Unable").empty());
}

TEST_CASE("a suggestion is near, the nearest, and none for what is short or far") {
  const std::vector<std::string> words = {"table", "tables", "url", "user", "locations"};
  CHECK(suggest("TABLE", words) == "table");
  CHECK(suggest("tabel", words) == "table");
  CHECK(suggest("tables", words) == "tables");
  CHECK(suggest("loctaion", words) == "locations");
  CHECK(suggest("urk", words) == "url");
  CHECK(suggest("foo", words) == std::nullopt);
  CHECK(suggest("", words) == std::nullopt);
  CHECK(suggest("ur", words) == std::nullopt);
  CHECK(suggest(std::string(100'000, 'x'), words) == std::nullopt);
}
