// flyway.toml: spec/configuration.md section 20.
#include "core/config/toml.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config/keys.h"
#include "core/config/toml_nesting.h"
#include "core/config/toml_resolver.h"
#include "world.h"

using namespace whimbrel;
using namespace whimbrel::test;

namespace {

std::string read(std::string_view text) {
  std::string all;
  for (const TomlEntry& entry : readToml(text, "f.toml"))
    all += join(entry.path, "/") + "=" + join(entry.elements, "|") + "@" + std::to_string(entry.line) + "\n";
  return all;
}

std::string failure(std::string_view text) {
  return failureOf([&] { readToml(text, "f.toml"); });
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("TOML values become the texts that a .conf file would hold") {
  CHECK(read("id = 'x'\n[flyway]\ntable = \"t\\u00fc\"\noutOfOrder = true\nconnectRetries = 1_0\n"
             "locations = ['filesystem:a', \"b\"]\nschemas = []\n"
             "[flyway.placeholders]\n\"a.b\" = '''one\ntwo'''\nday = 2024-01-31\nx = 1.5\n") ==
        "flyway/connectRetries=10@5\nflyway/locations=filesystem:a|b@6\nflyway/outOfOrder=true@4\n"
        "flyway/placeholders/a.b=one\ntwo@9\nflyway/placeholders/day=2024-01-31@11\nflyway/placeholders/"
        "x=1.5@12\n"
        "flyway/schemas=@7\nflyway/table=tü@3\n");
}

TEST_CASE("a byte order mark and CRLF are accepted") {
  CHECK(read("\xEF\xBB\xBF[flyway]\r\ntable = 't'\r\n") == "flyway/table=t@2\n");
}

TEST_CASE("tables of other programs are nobody's business") {
  CHECK(read("[flywayDesktop]\nx = [[1]]\n[[redgateCompare.a]]\nb = 1\n") == "");
}

TEST_CASE("what is no TOML is an error with its line, but without its text") {
  for (const std::string text : {"[flyway]\npassword = geheim\n", "[flyway]\npassword = \"geheim\n",
                                 "[flyway]\npassword = 'a'\npassword = 'geheim'\n", "[flyway]\ngeheim\n"}) {
    CAPTURE(text);
    const std::string message = failure(text);
    CHECK(message.starts_with("ERROR Unable to load config file: f.toml | line "));
    CHECK(message.find("geheim") == std::string::npos);
  }
  CHECK(failure("[flyway]\nurl = jdbc:sqlite:x\n").find("line 2: ") != std::string::npos);
  CHECK(failure("flyway.url=jdbc:sqlite:x\n").find("text needs quotes") != std::string::npos);
  CHECK_FALSE(failure("[flyway]\nx = 99999999999999999999999\n").empty());
}

TEST_CASE("a list of lists is an error") {
  CHECK(failure("[flyway]\nlocations = [['a']]\n") ==
        "ERROR Unable to load config file: f.toml | line 2: locations can't be a list of lists or tables");
}

TEST_CASE("hostile TOML is refused, not crashed on") {
  const std::string tooDeep = "ERROR Unable to load config file: f.toml | It nests too deeply";
  CHECK(failure("a = " + repeated("[", 50'000)) == tooDeep);
  CHECK(failure("a = " + repeated("{b=", 40'000)) == tooDeep);
  CHECK(failure(repeated("a.", 60'000) + "a = 1") == tooDeep);
  CHECK(failure("[" + repeated("a . ", 30'000) + "a]") == tooDeep);
  CHECK(failure(repeated("#\n", 70'000)) ==
        "ERROR Unable to load config file: f.toml | It is larger than 128 KiB");
  CHECK_FALSE(failure(std::string("a = \"\0\"\n", 8)).empty());
  CHECK(failure("a = '\x93x'") == "ERROR Unable to load config file: f.toml | It is no UTF-8");
}

TEST_CASE("brackets in strings and comments do not nest") {
  CHECK(nestsWithin("a = '[[[' # [[[\nb = \"\\\"[[[\" \nc = '''[[\n[[''' \nd = \"\"\"[[[\"\"\"", 1));
  CHECK(nestsWithin("a = [1.0, 2.0, 3.0, 4.0, 5.0]\nb = 1.2\nc = 1.2", 2));
  CHECK_FALSE(nestsWithin("a = [[1]]", 1));
}

TEST_CASE("${resolver.key} is resolved, escapes are not") {
  const auto resolve = [](std::string_view resolver, std::string_view key) {
    return "<" + std::string(resolver) + "|" + std::string(key) + ">";
  };
  const struct {
    const char* value;
    const char* resolved;
  } cases[] = {
      {"", ""},
      {"a${env.B}c${x.d.e}", "a<env|B>c<x|d.e>"},
      {"please $${do.not} resolve", "please ${do.not} resolve"},
      {"!{please ${do.not} resolve}", "please ${do.not} resolve"},
      {"${table} ${flyway:user} ${} ${.a} ${a.} ${a.b", "${table} ${flyway:user} ${} ${.a} ${a.} ${a.b"},
      {"$$", "$$"},
      {"$${plain}", "$${plain}"},
      {"!{", "!{"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    CHECK(resolveToml(c.value, resolve) == c.resolved);
  }
}

TEST_CASE("TOML files of the default places are merged, .conf files beside them are passed over") {
  World world;
  world.file("cwd/flyway.conf", "flyway.table=conf");
  CHECK(world.value("table") == "conf");
  world.file("inst/conf/flyway.toml", "[flyway]\ntable = 'installation'\ninstalledBy = 'i'");
  CHECK(world.value("table") == "installation");
  CHECK(world.log.has(
      "W " + world.root +
      "/cwd/flyway.conf is not read: there is a TOML file, and the two kinds can't be used together"));
  world.file("home/flyway.toml", "[flyway]\ntable = 'home'");
  CHECK(world.value("table") == "home");
  world.file("home/flyway.user.toml", "[flyway]\ntable = 'home user'");
  CHECK(world.value("table") == "home user");
  world.file("cwd/flyway.toml", "[flyway]\ntable = 'current'");
  CHECK(world.value("table") == "current");
  world.file("cwd/w/flyway.toml", "[flyway]\ntable = 'working'");
  world.sources.options = {{"workingDirectory", "w"}};
  CHECK(world.value("table") == "working");
  world.sources.environment["FLYWAY_TABLE"] = "variable";
  CHECK(world.value("table") == "variable");
  world.sources.options.emplace_back("table", "argument");
  CHECK(world.value("table") == "argument");
  CHECK(world.value("installedBy") == "i");
}

TEST_CASE("listed files decide the kind, and can't be of both") {
  World world;
  world.file("cwd/flyway.toml", "[flyway]\ntable = 'default'");
  world.file("cwd/a.conf", "flyway.table=conf");
  world.file("cwd/b.toml", "[flyway]\ntable = 'listed'");
  world.sources.options = {{"configFiles", "a.conf"}};
  CHECK(world.value("table") == "conf");
  world.sources.options = {{"configFiles", "b.toml"}};
  CHECK(world.value("table") == "listed");
  world.sources.options = {{"configFiles", "b.toml,a.conf"}};
  CHECK(world.failure() ==
        "CONFIGURATION TOML and .conf files can't be used together: @/cwd/b.toml, @/cwd/a.conf");
  world.sources.options = {{"configFiles", "none.toml"}};
  CHECK(world.failure() == "ERROR Unable to load config file: @/cwd/none.toml");
}

TEST_CASE("standard input is of the kind of the other files") {
  World world;
  world.file("cwd/flyway.toml", "[flyway]\ntable = 'default'");
  world.sources.standardInput = [] { return "[flyway]\ntable = 'input'"; };
  world.sources.options = {{"configFiles", "-"}};
  CHECK(world.value("table") == "input");
  CHECK(world.log.has("I Loaded configuration from standard input"));
}

TEST_CASE("the environment is default, or the one that is chosen") {
  World world;
  world.file("cwd/flyway.toml",
             "[flyway]\nlocations = ['filesystem:x']\n"
             "[environments.default]\nurl = 'jdbc:sqlite:default'\n"
             "[environments.dev]\nurl = 'jdbc:sqlite:dev'\nuser = 'u'\npassword = 'p'\nschemas = ['a', 'b']\n"
             "connectRetries = 3\ndisplayName = 'Development'\nprovisioner = 'clean'\n"
             "[environments.dev.jdbcProperties]\nuseSSL = false\n"
             "[environments.dev.resolvers.vault]\nurl = 'x'\n");
  CHECK(world.value("url") == "jdbc:sqlite:default");
  CHECK(world.value("user") == "(absent)");
  world.sources.options = {{"environment", "dev"}};
  CHECK(world.value("url") == "jdbc:sqlite:dev");
  CHECK(world.value("schemas") == "a,b");
  CHECK(world.value("connectRetries") == "3");
  CHECK(world.value("jdbcProperties.useSSL") == "false");
  CHECK(failureOf([&] { parseSettings(world.collect()); }).empty());
  CHECK(world.collect().at("flyway.url").source == world.root + "/cwd/flyway.toml line 6");
  world.sources.options = {{"environment", "prod"}};
  CHECK(world.failure() == "CONFIGURATION There is no environment prod, only default, dev");
  world.sources.options.clear();
  world.file("cwd/flyway.user.toml", "[flyway]\nenvironment = 'dev'");
  CHECK(world.value("url") == "jdbc:sqlite:dev");
  CHECK(failureOf([&] { parseSettings(world.collect()); }).empty());
}

TEST_CASE("an environment that no file has is an error, with .conf files too") {
  World world;
  world.sources.options = {{"environment", "dev"}};
  CHECK(world.failure() ==
        "CONFIGURATION There is no environment dev: no file has a table [environments.dev]");
  world.sources.options = {{"environment", "default"}};
  CHECK(world.failure().empty());
}

TEST_CASE("an environment may be given by arguments") {
  World world;
  world.sources.options = {{"environment", "dev"},
                           {"environments.dev.url", "jdbc:sqlite:dev"},
                           {"environments.prod.url", "jdbc:sqlite:prod"},
                           {"environments.dev.flyway.table", "t"}};
  CHECK(world.value("url") == "jdbc:sqlite:dev");
  CHECK(world.value("table") == "t");
  world.sources.options = {{"environments.default.url", "jdbc:sqlite:default"}};
  CHECK(world.value("url") == "jdbc:sqlite:default");
}

TEST_CASE("an environment's [flyway] replaces tables of the general one as a whole") {
  World world;
  world.file("cwd/flyway.toml",
             "[flyway]\ntable = 'general'\nmixed = true\n[flyway.placeholders]\na = '1'\nb = '2'\n"
             "[environments.default.flyway]\ntable = 'own'\n[environments.default.flyway.placeholders]\nc = "
             "'3'\nd = '4'");
  CHECK(world.value("table") == "own");
  CHECK(world.value("mixed") == "true");
  CHECK(world.value("placeholders.a") == "(absent)");
  CHECK(world.value("placeholders.c") == "3");
  CHECK(world.value("placeholders.d") == "4");
}

TEST_CASE("a key that an environment can't have is an error at its place") {
  World world;
  world.file("cwd/flyway.toml", "[environments.default]\nurl = 'x'\ntable = 't'");
  CHECK(
      world.failure() ==
      "CONFIGURATION Unknown configuration property: environments.default.table | @/cwd/flyway.toml line 3");
}

TEST_CASE("${env.NAME} needs its variable, and other resolvers are not there") {
  World world;
  world.sources.environment["PW"] = "a,b$${c}";
  world.file("cwd/flyway.toml",
             "[environments.default]\npassword = '${env.PW}'\n[environments.other]\nurl = '${env.NONE}'");
  CHECK(world.value("password") == "a,b$${c}");
  CHECK(world.log.has("D Expanding environment variable in config: PW -> ***"));
  world.file("cwd/flyway.toml", "[flyway]\ntable = '${env.NONE}'");
  CHECK(world.failure() ==
        "CONFIGURATION Unable to resolve ${env.NONE}: there is no such environment variable | "
        "@/cwd/flyway.toml line 2");
  world.file("cwd/flyway.toml", "[flyway]\ntable = '${vault.x}'");
  CHECK(world.failure().starts_with("CONFIGURATION Unable to resolve ${vault.x}: "));
}

TEST_CASE("an element of a TOML list can't hold a comma") {
  World world;
  world.file("cwd/flyway.toml", "[flyway]\nlocations = ['a,b', 'c']");
  CHECK(world.failure().ends_with(" | @/cwd/flyway.toml line 2"));
}

TEST_CASE("relative locations in TOML belong to the working directory") {
  World world;
  world.file("cwd/w/flyway.toml", "[flyway]\nlocations = ['filesystem:a', 'filesystem:/b']");
  world.sources.options = {{"workingDirectory", "w"}};
  CHECK(world.value("locations") == "filesystem:" + world.root + "/cwd/w/a,filesystem:/b");
}

TEST_CASE("every key may stand in TOML under its name") {
  for (const Key& key : keys()) {
    if (isMap(key) || key.trait == Key::Trait::CommandLineOnly) continue;
    CAPTURE(key.name);
    World world;
    world.file("cwd/flyway.toml", "[flyway]\n" + std::string(key.name) + " = 'x'");
    CHECK(world.value(std::string(key.name)) == (key.name == "passwordFile" ? world.root + "/cwd/x" : "x"));
  }
}

TEST_CASE("migrationResolvers is TOML's word for resolvers") {
  World world;
  world.file("cwd/flyway.toml", "[flyway]\nmigrationResolvers = ['a.B']");
  CHECK(world.value("resolvers") == "a.B");
}
