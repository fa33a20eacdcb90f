#include "core/config/configuration.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "core/config/config_file.h"
#include "core/error.h"
#include "core/text/strings.h"
#include "world.h"

using namespace whimbrel;
using namespace whimbrel::test;

TEST_CASE("later sources override earlier ones") {
  World world;
  CHECK(world.value("table") == "(absent)");
  world.file("inst/conf/flyway.conf", "flyway.table=installation");
  CHECK(world.value("table") == "installation");
  world.file("home/flyway.conf", "flyway.table=home");
  CHECK(world.value("table") == "home");
  world.file("cwd/flyway.conf", "flyway.table=current");
  CHECK(world.value("table") == "current");
  world.file("cwd/a.conf", "flyway.table=listed");
  world.sources.options = {{"configFiles", "a.conf"}};
  CHECK(world.value("table") == "listed");
  world.sources.environment["FLYWAY_TABLE"] = "variable";
  CHECK(world.value("table") == "variable");
  world.sources.options.emplace_back("table", "argument");
  CHECK(world.value("table") == "argument");
  world.sources.options.emplace_back("table", "");
  CHECK(world.value("table") == "");
}

TEST_CASE("an empty variable overrides a file") {
  World world;
  world.file("cwd/flyway.conf", "flyway.installedBy=bob");
  world.sources.environment["FLYWAY_INSTALLED_BY"] = "";
  CHECK(world.value("installedBy") == "");
}

TEST_CASE("maps are merged entry by entry") {
  World world;
  world.file("cwd/flyway.conf", "flyway.placeholders.a=file\nflyway.placeholders.b=file");
  world.sources.environment["FLYWAY_PLACEHOLDERS_B"] = "variable";
  world.sources.options = {{"placeholders.c", "argument"}};
  CHECK(world.value("placeholders.a") == "file");
  CHECK(world.value("placeholders.b") == "variable");
  CHECK(world.value("placeholders.c") == "argument");
}

TEST_CASE("a value tells where it comes from") {
  World world;
  world.file("cwd/flyway.conf", "# comment\nflyway.table=t");
  world.sources.environment["FLYWAY_URL"] = "jdbc:sqlite:x";
  world.sources.options = {{"user", "u"}};
  const Configuration configuration = world.collect();
  CHECK(configuration.at("flyway.table").source == world.root + "/cwd/flyway.conf line 2");
  CHECK(configuration.at("flyway.url").source == "environment variable FLYWAY_URL");
  CHECK(configuration.at("flyway.user").source == "command line");
  CHECK(configuration.at("flyway.locations").source == "default");
}

TEST_CASE("missing default files are skipped with a debug line") {
  World world;
  world.file("home/flyway.conf", "");
  std::filesystem::create_directory(world.root + "/cwd/flyway.conf");
  world.collect();
  CHECK(world.log.lines ==
        std::vector<std::string>{"D Unable to load config file: " + world.root + "/inst/conf/flyway.conf",
                                 "D Loading config file: " + world.root + "/home/flyway.conf",
                                 "D Unable to load config file: " + world.root + "/cwd/flyway.conf"});
}

TEST_CASE("without home and installation only the current folder is looked at") {
  World world;
  world.sources.home.clear();
  world.sources.installationFolder.clear();
  world.collect();
  CHECK(world.log.lines.size() == 1);
}

TEST_CASE("configFiles is a list, later files win") {
  World world;
  std::filesystem::create_directory(world.root + "/cwd/sub");
  world.file("cwd/a.conf", "flyway.placeholders.a=1\nflyway.placeholders.b=1\nflyway.placeholders.c=1");
  world.file("cwd/sub/b.conf", "flyway.placeholders.b=2\nflyway.placeholders.c=2");
  world.file("cwd/my c.conf", "flyway.placeholders.c=3");
  world.sources.options = {{"configFiles", "a.conf, sub/b.conf ,my c.conf,"}};
  CHECK(world.value("placeholders.a") == "1");
  CHECK(world.value("placeholders.b") == "2");
  CHECK(world.value("placeholders.c") == "3");
}

TEST_CASE("a listed file has to be readable") {
  World world;
  world.file("cwd/a.conf", "");
  const auto failure = [&](const std::string& files) {
    world.sources.options = {{"configFiles", files}};
    return world.failure();
  };
  CHECK(failure("nope.conf") == "ERROR Unable to load config file: @/cwd/nope.conf");
  CHECK(failure("w") == "ERROR Unable to load config file: @/cwd/w");
  CHECK(failure("~/flyway.conf") == "ERROR Unable to load config file: @/cwd/~/flyway.conf");
  CHECK(failure("a.conf,,a.conf") == "ERROR Unable to load config file: @/cwd");
  CHECK(failure("/nope/x.conf") == "ERROR Unable to load config file: /nope/x.conf");
  CHECK(failure("a.conf,").empty());
  CHECK(failure("").empty());
}

TEST_CASE("FLYWAY_CONFIG_FILES beats -configFiles, and the first -configFiles the second") {
  World world;
  world.file("cwd/a.conf", "flyway.table=a");
  world.file("cwd/b.conf", "flyway.table=b");
  world.sources.options = {{"configFiles", "a.conf"}, {"configFiles", "b.conf"}};
  CHECK(world.value("table") == "a");
  CHECK(world.value("configFiles") == "a.conf");
  world.sources.environment["FLYWAY_CONFIG_FILES"] = "b.conf";
  CHECK(world.value("table") == "b");
  CHECK(world.value("configFiles") == "b.conf");
  world.sources.environment["FLYWAY_CONFIG_FILES"] = "";
  CHECK(world.value("table") == "(absent)");
}

TEST_CASE("configFiles in a file has no effect") {
  World world;
  world.file("cwd/flyway.conf",
             "flyway.configFiles=b.conf\nflyway.configFileEncoding=FOO\nflyway.table=main");
  world.file("cwd/b.conf", "flyway.table=b");
  CHECK(world.value("table") == "main");
}

TEST_CASE("the encoding of files comes from the variable, then from the argument") {
  World world;
  world.file("cwd/flyway.conf", "flyway.table=\xE9");
  CHECK(world.value("table") == "\xEF\xBF\xBD");
  world.sources.options = {{"configFileEncoding", "ISO-8859-1"}};
  CHECK(world.value("table") == "é");
  world.sources.environment["FLYWAY_CONFIG_FILE_ENCODING"] = "UTF-8";
  CHECK(world.value("table") == "\xEF\xBF\xBD");
}

TEST_CASE("UTF-16 with a byte order mark is read") {
  using namespace std::string_literals;
  World world;
  std::string text = "\xFE\xFF"s;
  for (const char c : "flyway.table=x"s) text += "\0"s + c;
  world.file("cwd/flyway.conf", text);
  world.sources.options = {{"configFileEncoding", "UTF-16"}};
  CHECK(world.value("table") == "x");
}

TEST_CASE("an unknown encoding is an error as soon as a file is read") {
  World world;
  world.sources.options = {{"configFileEncoding", "FOO"}};
  CHECK(world.failure().empty());
  world.file("cwd/flyway.conf", "");
  CHECK(world.failure() ==
        "ERROR Unable to load config file: @/cwd/flyway.conf | java.io.UnsupportedEncodingException: FOO");
}

TEST_CASE("a file of more than 16 MiB is refused") {
  World world;
  world.file("cwd/flyway.conf", std::string(configFileLimit, '#'));
  CHECK(world.failure().empty());
  world.file("cwd/flyway.conf", std::string(configFileLimit + 1, '#'));
  CHECK(world.failure() == "ERROR Unable to load config file: @/cwd/flyway.conf | It is larger than 16 MiB");
  world.sources.options = {{"configFiles", "/dev/zero"}};
  std::filesystem::remove(world.root + "/cwd/flyway.conf");
  CHECK(world.failure() == "ERROR Unable to load config file: /dev/zero | It is larger than 16 MiB");
}

TEST_CASE("a binary file is read without harm") {
  World world;
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7919 >> 3);
  world.file("cwd/flyway.conf", bytes);
  CHECK(world.failure().empty());
}

TEST_CASE("a listed file may be a pipe") {
  World world;
  const std::string pipe = world.root + "/cwd/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { world.file("cwd/pipe", "flyway.password=secret"); });
  world.sources.options = {{"configFiles", "pipe"}};
  CHECK(world.value("password") == "secret");
  writer.join();
}

TEST_CASE("environment variables have fixed names, and two prefixes") {
  World world;
  world.sources.environment = {{"FLYWAY_TABLE", " t ${HOME} "},
                               {"flyway_url", "lower"},
                               {"FLYWAY_NOPE", "x"},
                               {"FLYWAY_TABLESPACES", "x"},
                               {"FLYWAY_COLOR", "never"},
                               {"FLYWAY_WORKING_DIRECTORY", "w"},
                               {"FLYWAY_PLACEHOLDERS_My_Var", "p"},
                               {"FLYWAY_PLACEHOLDERS_", "x"},
                               {"FLYWAY_PLACEHOLDERS", "x"},
                               {"FLYWAY_JDBC_PROPERTIES_useSSL", "false"}};
  std::vector<std::string> names;
  for (const auto& [key, value] : world.collect()) names.push_back(key + "=" + value.value);
  CHECK(names == std::vector<std::string>{"flyway.jdbcProperties.useSSL=false",
                                          "flyway.locations=filesystem:sql", "flyway.placeholders.my_var=p",
                                          "flyway.table= t ${HOME} "});
}

TEST_CASE("a placeholder replaces one that is spelled in another case") {
  World world;
  world.file("cwd/flyway.conf", "flyway.placeholders.My_Var=file");
  world.sources.environment["FLYWAY_PLACEHOLDERS_MY_VAR"] = "variable";
  CHECK(world.value("placeholders.My_Var") == "(absent)");
  CHECK(world.value("placeholders.my_var") == "variable");
  world.sources.options = {{"placeholders.MY_VAR", "argument"}};
  CHECK(world.value("placeholders.my_var") == "(absent)");
  CHECK(world.value("placeholders.MY_VAR") == "argument");
}

TEST_CASE("standard input is one of the files") {
  World world;
  int reads = 0;
  std::optional<std::string> input = "flyway.table=input\nflyway.user=${USER}";
  world.sources.environment["USER"] = "me";
  world.sources.standardInput = [&] { return ++reads, input; };
  CHECK(world.value("table") == "(absent)");
  CHECK(reads == 0);
  world.sources.options = {{"configFiles", "-"}};
  CHECK(world.value("table") == "input");
  CHECK(world.value("user") == "me");
  CHECK(world.log.has("I Loaded configuration from standard input"));
  CHECK(world.log.has("D Attempting to load configuration from standard input"));
  CHECK(world.collect().at("flyway.user").source == "standard input line 2");

  world.file("cwd/b.conf", "flyway.table=b");
  world.sources.options = {{"configFiles", "-,b.conf"}};
  CHECK(world.value("table") == "b");
  world.sources.options = {{"configFiles", "b.conf,-"}};
  CHECK(world.value("table") == "input");
}

TEST_CASE("standard input without a property is no error") {
  struct {
    std::optional<std::string> input;
    std::string line;
  } const cases[] = {
      {std::nullopt, "D Could not load configuration from standard input"},
      {"", "D Could not load configuration from standard input"},
      {"x", "D Could not load configuration from standard input"},
      {"# c\n", "D Empty configuration provided from standard input"},
  };
  for (const auto& c : cases) {
    World world;
    world.sources.options = {{"configFiles", "-"}};
    world.sources.standardInput = [&] { return c.input; };
    CHECK(world.failure().empty());
    CHECK(world.log.lines.back() == c.line);
  }
}

TEST_CASE("-X names the variables that a file takes in, without their values") {
  World world;
  world.sources.environment["SECRET"] = "geheim";
  world.file("cwd/flyway.conf", "flyway.password=${SECRET}\nflyway.user=${NONE}");
  CHECK(world.value("password") == "geheim");
  CHECK(world.log.has("D Expanding environment variable in config: SECRET -> ***"));
  CHECK(world.log.has("D Expanding environment variable in config: NONE -> ***"));
}

TEST_CASE("a stronger source's way to give a password replaces all weaker ways") {
  World world;
  world.file("cwd/flyway.conf", "flyway.password=weak");
  world.sources.environment["FLYWAY_PASSWORD_FILE"] = "secret";
  CHECK(world.value("password") == "(absent)");
  CHECK(world.value("passwordFile") == world.root + "/cwd/secret");
  world.sources.options = {{"passwordCommand", "echo"}};
  CHECK(world.value("passwordFile") == "(absent)");
  CHECK(world.value("passwordCommand") == "echo");
  world.sources.options = {{"password", ""}};
  CHECK(world.value("passwordFile") == "(absent)");
  CHECK(world.value("password") == "");
}

TEST_CASE("the default location is ./sql, or sql of an installation whose file leaves it out") {
  World world;
  CHECK(world.value("locations") == "filesystem:sql");
  world.file("inst/conf/flyway.conf", "flyway.table=t");
  CHECK(world.value("locations") == "filesystem:" + world.root + "/inst/sql");
  world.file("inst/conf/flyway.conf", "flyway.locations=filesystem:sql");
  CHECK(world.value("locations") == "filesystem:sql");
}

TEST_CASE("-workingDirectory moves the default location, config files and the locations in them") {
  World world;
  const std::string w = world.root + "/cwd/w";
  world.sources.options = {{"workingDirectory", "w"}};
  CHECK(world.value("locations") == "filesystem:" + w + "/sql");
  CHECK(world.value("workingDirectory") == w);

  world.file("cwd/w/x.conf",
             "flyway.locations=filesystem:other,filesystem:/abs, filesystem:spaced,classpath:db,db");
  world.sources.options.emplace_back("configFiles", "x.conf");
  CHECK(world.value("locations") ==
        "filesystem:" + w + "/other,filesystem:/abs, filesystem:spaced,classpath:db,db");

  world.sources.environment["FLYWAY_LOCATIONS"] = "filesystem:variable";
  CHECK(world.value("locations") == "filesystem:variable");
  world.sources.options.emplace_back("locations", "filesystem:argument");
  CHECK(world.value("locations") == "filesystem:argument");
}

TEST_CASE("-workingDirectory leaves absolute config files and ./flyway.conf alone") {
  World world;
  world.file("cwd/flyway.conf", "flyway.table=current");
  world.file("cwd/w/flyway.conf", "flyway.table=working");
  world.file("home/x.conf", "flyway.user=x");
  world.sources.options = {{"workingDirectory", "w/"}, {"configFiles", world.root + "/home/x.conf"}};
  CHECK(world.value("table") == "current");
  CHECK(world.value("user") == "x");
}

TEST_CASE("the first -workingDirectory counts, an empty one is none") {
  World world;
  world.sources.options = {{"workingDirectory", "w"}, {"workingDirectory", "v"}};
  CHECK(world.value("workingDirectory") == world.root + "/cwd/w");
  world.sources.options = {{"workingDirectory", ""}};
  CHECK(world.value("locations") == "filesystem:sql");
  world.sources.options = {{"workingDirectory", "/"}};
  CHECK(world.value("workingDirectory") == "/");
}

TEST_CASE("a file in another encoding is told of by its NUL characters") {
  World world;
  world.file("cwd/flyway.conf", std::string_view("f\0l\0y\0w\0a\0y\0", 12));
  world.collect();
  CHECK(replaceAll(world.log.lines.back(), world.root, "@") ==
        "W @/cwd/flyway.conf has NUL characters. If it is not in UTF-8, say its encoding with "
        "-configFileEncoding");
}

TEST_CASE("info filters come from the last argument") {
  World world;
  world.sources.options = {{"infoOfState", "a"}, {"infoOfState", "b"}};
  CHECK(parseSettings(world.collect()).infoOfState == "b");
}
