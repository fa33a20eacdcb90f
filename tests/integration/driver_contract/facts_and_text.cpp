// What is known of a server at once, and how texts get into statements unharmed.
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

const std::string textWithNul("nul \0 inside", 12);

const std::string plainTexts[] = {
    "",
    "plain",
    "it's; -- no comment",
    "''",
    "'",
    "\"double\" `back`",
    "back\\slash\\",
    "\\'; DROP TABLE x; --",
    "line\nline\r\nline\ttab",
    "%_ ? :x $1 ${x} {}",
    "grüße, žluťoučký, 日本語",
    "emoji \U0001F426\U0001F3FD",
    "\x1a",
    std::string(1 << 20, 'x') + "'",
};

const std::string hostileNames[] = {"select", "a b",   "semi;colon", "dot.ted", "it's",     "quo\"te",
                                    "ba`ck",  "übung", "日本語",     "a\\b",    "per%cent", "Upper"};

std::vector<std::string> hostileTexts(const Dialect& dialect) {
  std::vector<std::string> texts(std::begin(plainTexts), std::end(plainTexts));
  if (dialect.textsHoldNul) texts.push_back(textWithNul);
  return texts;
}

}  // namespace

TEST_CASE("the facts name the server, the database and the user") {
  onEachDriver([](World& world) {
    const DatabaseFacts& facts = world.database().facts();
    CHECK(facts.product == world.dialect().product);
    CHECK(facts.version.find_first_not_of("0123456789.") == std::string::npos);
    CHECK(facts.version.find('.') != std::string::npos);
    CHECK(facts.catalog == world.value(world.dialect().catalog));
    CHECK(facts.user == world.user());
    CHECK(facts.transactionalDdl == world.dialect().transactionalDdl);
    CHECK(facts.hasSchemas == world.dialect().hasSchemas);
    CHECK(facts.syntax != nullptr);
    CHECK(facts.catalogInInfoJson == facts.catalog);
    CHECK(facts.catalogInJson == (world.dialect().hasSchemas ? Value(facts.catalog) : Value()));
  });
}

TEST_CASE("a literal means just its text, whatever the session's mode is") {
  onEachDriver([](World& world) {
    Statements modes = world.dialect().sessionModes;
    modes.insert(modes.begin(), "SELECT 1");
    for (const std::string& mode : modes) {
      world.run({mode});
      for (const std::string& text : hostileTexts(world.dialect())) {
        CAPTURE(mode);
        CAPTURE(text.substr(0, 50));
        CHECK(world.value("SELECT " + world.database().literal(text)) == text);
      }
    }
  });
}

TEST_CASE("a text goes into a table and comes back as it was") {
  onEachDriver([](World& world) {
    for (const std::string& text : hostileTexts(world.dialect())) {
      CAPTURE(text.substr(0, 50));
      world.run({"CREATE TABLE texts (t " + world.dialect().textType + ")"});
      world.database().execute("INSERT INTO texts VALUES (" + world.database().literal(text) + ")");
      CHECK(world.value("SELECT t FROM texts") == text);
      world.run({"DROP TABLE texts"});
    }
  });
}

TEST_CASE("a quoted identifier means just its name") {
  onEachDriver([](World& world) {
    for (const std::string& name : hostileNames) {
      CAPTURE(name);
      const std::string column = world.database().quote(name);
      world.run({"CREATE TABLE " + world.name(name) + " (" + column + " INT)"});
      const Execution execution = world.database().execute("SELECT " + column + " FROM " + world.name(name));
      CHECK(execution.results.at(0).columns == std::vector<std::string>{name});
      CHECK(world.database().tableExists({world.schema(), name}));
    }
  });
}

TEST_CASE("boolean literals are true and false") {
  onEachDriver([](World& world) {
    const auto choose = [&](bool value) {
      return world.value("SELECT CASE WHEN " + world.database().booleanLiteral(value) +
                         " THEN 'yes' ELSE 'no' END");
    };
    CHECK(choose(true) == "yes");
    CHECK(choose(false) == "no");
  });
}

}  // namespace whimbrel::contract
