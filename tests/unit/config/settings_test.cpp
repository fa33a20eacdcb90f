#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config/configuration.h"
#include "core/config/keys.h"
#include "core/error.h"

using namespace whimbrel;

namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

Configuration configured(const Options& options, std::string_view source = commandLineSource) {
  Configuration configuration;
  for (const auto& [key, value] : options) configuration["flyway." + key] = {value, std::string(source)};
  return configuration;
}

Settings parse(const Options& options) { return parseSettings(configured(options)); }

std::string failure(const Configuration& configuration) {
  try {
    parseSettings(configuration);
    return "";
  } catch (const Error& error) {
    return std::string(name(error.code())) + " " + error.message();
  }
}

std::string failure(const Options& options) { return failure(configured(options)); }

}  // namespace

TEST_CASE("a boolean is exactly true or false") {
  CHECK(parse({{"outOfOrder", "true"}}).outOfOrder);
  CHECK_FALSE(parse({{"createSchemas", "false"}}).createSchemas);
  for (const std::string value : {"TRUE", "1", "yes", "", " true"})
    CHECK(failure({{"outOfOrder", value}}) ==
          "CONFIGURATION Invalid value for flyway.outOfOrder (should be either true or false): " + value);
  CHECK(failure({{"stream", "maybe"}}) ==
        "CONFIGURATION Invalid value for flyway.stream (should be either true or false): maybe");
}

TEST_CASE("an integer has 32 bits and nothing around it") {
  CHECK(parse({{"connectRetries", "+5"}}).connectRetries == 5);
  CHECK(parse({{"connectRetries", "05"}}).connectRetries == 5);
  CHECK(parse({{"lockRetryCount", "-5"}}).lockRetryCount == -5);
  CHECK(parse({{"lockRetryCount", "-2147483648"}}).lockRetryCount == -2147483647 - 1);
  CHECK(parse({{"lockRetryCount", "2147483647"}}).lockRetryCount == 2147483647);
  for (const std::string value :
       {"abc", "", "1.5", "2147483648", "-2147483649", " 5", "5 ", "0x10", "+", "-", "+-5", "++5"})
    CHECK(failure({{"connectRetries", value}}) ==
          "CONFIGURATION Invalid value for flyway.connectRetries (should be an integer): " + value);
}

TEST_CASE("retries and their interval are not negative") {
  CHECK(failure({{"connectRetries", "-1"}}) ==
        "CONFIGURATION Invalid number of connectRetries (must be 0 or greater): -1");
  CHECK(failure({{"connectRetriesInterval", "-1"}}) ==
        "CONFIGURATION Invalid number for connectRetriesInterval (must be 0 or greater): -1");
}

TEST_CASE("a list is split at commas and trimmed of spaces") {
  using List = std::vector<std::string>;
  const auto schemas = [](const char* value) { return parse({{"schemas", value}}).schemas; };
  CHECK(schemas(" main , other ,") == List{"main", "other"});
  CHECK(schemas(",") == List{""});
  CHECK(schemas("") == List{});
  CHECK(schemas("a,,b") == List{"a", "", "b"});
  CHECK(schemas(",a") == List{"", "a"});
  CHECK(schemas("\ta,b c") == List{"\ta", "b c"});
}

TEST_CASE("a version is numbers and dots, or a word") {
  for (const std::string value :
       {"1", "1.2.3", "1_2", "007", "99999999999999999999999999", "CURRENT", "Latest", "next", "1?", "1_2?"})
    CHECK(parse({{"target", value}}).target == value);
  CHECK(parse({{"baselineVersion", "latest"}}).baselineVersion == "latest");
  const std::string message = "ERROR Version may only contain 0..9 and . (dot). Invalid version: ";
  CHECK(failure({{"target", ""}}) == message);
  CHECK(failure({{"target", "abc"}}) == message + "abc");
  CHECK(failure({{"target", "1_a"}}) == message + "1.a");
  CHECK(failure({{"target", "1."}}) == message + "1.");
  CHECK(failure({{"target", "1..2"}}) == message + "1..2");
  CHECK(failure({{"baselineVersion", "x"}}) == message + "x");
  CHECK(failure({{"baselineVersion", "1?"}}) == message + "1?");
}

TEST_CASE("some texts must not be empty") {
  for (const std::string key : {"placeholderPrefix", "placeholderSuffix", "scriptPlaceholderPrefix",
                                "scriptPlaceholderSuffix", "sqlMigrationSeparator"})
    CHECK(failure({{key, ""}}) == "CONFIGURATION " + key + " cannot be empty!");
  CHECK(parse({{"sqlMigrationPrefix", ""}}).sqlMigrationPrefix.empty());
  CHECK(parse({{"table", ""}}).table.empty());
}

TEST_CASE("an unknown encoding is a fault") {
  CHECK(failure({{"encoding", "FOO"}}) == "FAULT java.nio.charset.UnsupportedCharsetException: FOO");
  CHECK(parse({{"encoding", "ISO-8859-1"}}).encoding == "ISO-8859-1");
}

TEST_CASE("maps need a name") {
  CHECK(parse({{"placeholders.a.b", "x"}}).placeholders.at("a.b") == "x");
  CHECK(parse({{"jdbcProperties.useSSL", "false"}}).jdbcProperties.at("useSSL") == "false");
  CHECK(failure({{"placeholders", "x"}}) ==
        "CONFIGURATION Unknown configuration property: flyway.placeholders");
  CHECK(failure({{"placeholders.", "x"}}) ==
        "CONFIGURATION Unknown configuration property: flyway.placeholders.");
  CHECK(failure({{"jdbcProperties", "x"}}) ==
        "CONFIGURATION Unknown configuration property: flyway.jdbcProperties");
}

TEST_CASE("the placeholder prefix flyway: is reserved in any case") {
  CHECK(failure({{"placeholders.flyway:x", "1"}}) ==
        "ERROR Invalid placeholder ('flyway:' prefix is reserved): flyway:x");
  CHECK(failure({{"placeholders.FLYWAY:x", "1"}}) ==
        "ERROR Invalid placeholder ('flyway:' prefix is reserved): FLYWAY:x");
}

TEST_CASE("a JDBC property is also a placeholder, but never instead of one") {
  const Settings settings =
      parse({{"jdbcProperties.tn", "abc"}, {"jdbcProperties.b", "2"}, {"placeholders.B", "1"}});
  CHECK(settings.placeholders == std::map<std::string, std::string>{{"tn", "abc"}, {"B", "1"}});
  CHECK(settings.jdbcProperties == std::map<std::string, std::string>{{"tn", "abc"}, {"b", "2"}});
}

TEST_CASE("unknown keys are refused by name, sorted, and after all known ones") {
  CHECK(failure({{"foo", "1"}}) == "CONFIGURATION Unknown configuration property: flyway.foo");
  CHECK(failure({{"foo", "1"}, {"bar", "2"}}) ==
        "CONFIGURATION Unknown configuration properties: flyway.bar,flyway.foo");
  for (const std::string key : {"", "X", "configurations", "edition", "foo", "vault.url"})
    CHECK(failure({{key, "x"}}) == "CONFIGURATION Unknown configuration property: flyway." + key);
  CHECK(failure({{"aaa", "1"}, {"mixed", "x"}}) ==
        "CONFIGURATION Invalid value for flyway.mixed (should be either true or false): x");
}

TEST_CASE("what an unknown key was meant to be stands in a second line") {
  const struct {
    const char* key;
    const char* meant;
  } cases[] = {
      {"URL", "url"},          {"Table", "table"},         {"-url", "url"},
      {"flyway.url", "url"},   {"locatoins", "locations"}, {"sqlMigrationSuffix", "sqlMigrationSuffixes"},
      {"pasword", "password"},
  };
  for (const auto& c : cases)
    CHECK(failure({{c.key, "x"}}) == std::string("CONFIGURATION Unknown configuration property: flyway.") +
                                         c.key + "\nDid you mean flyway." + c.meant + " instead of flyway." +
                                         c.key + "?");
}

TEST_CASE("keys of newer Flyway that mean nothing here are accepted") {
  for (const std::string key :
       {"reportFilename", "email", "token", "provisionMode", "pipelineId", "check.x.y"})
    CHECK(failure({{key, "x"}}).empty());
  for (const std::string key : {"reportEnabled", "postgresql.transactional.lock", "publishResult"}) {
    CHECK(failure({{key, "true"}}).empty());
    CHECK(failure({{key, "x"}}) ==
          "CONFIGURATION Invalid value for flyway." + key + " (should be either true or false): x");
  }
  CHECK(failure({{"kerberosConfigFile", "x"}}) == "ERROR kerberosConfigFile is not supported by whimbrel");
}

TEST_CASE("an error about a TOML value names its place") {
  const auto causes = [](const Configuration& configuration) {
    try {
      parseSettings(configuration);
    } catch (const Error& error) {
      return error.causes();
    }
    return std::vector<std::string>();
  };
  CHECK(causes({{"flyway.mixed", {"x", "a.toml line 3", true}}}) ==
        std::vector<std::string>{"a.toml line 3"});
  CHECK(causes({{"flyway.foo", {"x", "a.toml line 3", true}}}) ==
        std::vector<std::string>{"flyway.foo: a.toml line 3"});
  CHECK(causes({{"flyway.mixed", {"x", "a.conf line 3"}}}).empty());
}

TEST_CASE("keys without flyway. are nobody's business") {
  CHECK(parseSettings({{"url", {"x", "file"}}, {"Flyway.table", {"x", "file"}}}).url.empty());
}

TEST_CASE("the first bad value by the table's order is reported") {
  CHECK(failure({{"batch", "x"}, {"connectRetries", "y"}}) ==
        "CONFIGURATION Invalid value for flyway.connectRetries (should be an integer): y");
}

TEST_CASE("the driver is asked about the url before unknown keys are refused") {
  const auto refuse = [](const std::string& url) { throw Error("No database found to handle " + url); };
  const auto message = [&](const Options& options) {
    try {
      parseSettings(configured(options), refuse);
      return std::string();
    } catch (const Error& error) {
      return error.message();
    }
  };
  CHECK(message({{"url", "foo"}, {"zzz", "1"}}) == "No database found to handle foo");
  CHECK(message({{"url", "foo"}, {"mixed", "x"}}) ==
        "Invalid value for flyway.mixed (should be either true or false): x");
  CHECK(message({{"url", " "}, {"zzz", "1"}}) == "Unknown configuration property: flyway.zzz");
  CHECK(message({{"table", "t"}}).empty());
}

TEST_CASE("arguments' own options are unknown in files") {
  const Configuration file = configured({{"infoOfState", "pending"}}, "/etc/flyway.conf line 1");
  CHECK(failure(file) == "CONFIGURATION Unknown configuration property: flyway.infoOfState");
  for (const std::string key : {"workingDirectory", "outputFile", "outputType", "color", "infoSinceDate"})
    CHECK(failure(configured({{key, "x"}}, "flyway.conf line 1")) ==
          "CONFIGURATION Unknown configuration property: flyway." + key);
  const Settings settings =
      parse({{"infoOfState", "pending"}, {"infoSinceVersion", "zz"}, {"color", "never"}});
  CHECK(settings.infoOfState == "pending");
  CHECK(settings.infoSinceVersion == "zz");
}

TEST_CASE("keys without a meaning here are accepted, or refused in so many words") {
  CHECK(failure({{"driver", "a.B"},
                 {"loggers", "slf4j"},
                 {"jarDirs", "/none"},
                 {"callbacks", ""},
                 {"resolvers", ""},
                 {"configFiles", "a"},
                 {"configFileEncoding", "FOO"}})
            .empty());
  for (const std::string key :
       {"errorOverrides", "stateScriptPrefix", "oracle.sqlplus", "oracle.sqlplusWarn",
        "oracle.kerberosConfigFile", "oracle.kerberosCacheFile", "oracle.walletLocation"})
    CHECK(failure({{key, ""}}) == "ERROR " + key + " is not supported by whimbrel");
  CHECK(failure({{"callbacks", "a.B"}}) ==
        "ERROR callbacks is not supported by whimbrel, which can't load Java classes: a.B");
  CHECK(failure({{"resolvers", "a.B"}}).starts_with("ERROR resolvers is not supported"));
}

TEST_CASE("a license key of any length is a warning only") {
  const Settings settings = parse({{"licenseKey", "x"}});
  REQUIRE(settings.warnings.size() == 1);
  CHECK(settings.warnings[0].find("licenseKey") == 0);
}

TEST_CASE("what Teams sells is free") {
  const Settings settings = parse({{"batch", "true"},
                                   {"cherryPick", "1, 2"},
                                   {"detectEncoding", "true"},
                                   {"stream", "true"},
                                   {"ignoreMigrationPatterns", "*:missing"},
                                   {"outputQueryResults", "false"},
                                   {"skipExecutingMigrations", "true"},
                                   {"undoSqlMigrationPrefix", "X"}});
  CHECK(settings.batch);
  CHECK(settings.cherryPick == std::vector<std::string>{"1", "2"});
  CHECK(settings.detectEncoding);
  CHECK(settings.stream);
  CHECK(settings.ignoreMigrationPatterns == std::vector<std::string>{"*:missing"});
  CHECK_FALSE(settings.outputQueryResults);
  CHECK(settings.skipExecutingMigrations);
  CHECK(settings.undoSqlMigrationPrefix == "X");
}

TEST_CASE("whether clean was allowed on purpose can be told from the default") {
  CHECK_FALSE(parse({}).cleanDisabled.has_value());
  CHECK(parse({{"cleanDisabled", "true"}}).cleanDisabled == true);
  CHECK(parse({{"cleanDisabled", "false"}}).cleanDisabled == false);
}

TEST_CASE("an empty user is a given user") {
  CHECK_FALSE(parse({}).user.has_value());
  CHECK(parse({{"user", ""}}).user == "");
  CHECK(parse({{"password", "p"}}).password == "p");
}

TEST_CASE("the table's defaults are those of Settings") {
  // Setting every key to its documented default must change nothing.
  const Settings defaults;
  Options options;
  for (const Key& key : keys())
    if (!key.defaultValue.empty() && key.name != "stateScriptPrefix" && !key.name.starts_with("oracle."))
      options.emplace_back(key.name, key.defaultValue);
  const Settings settings = parse(options);
  CHECK(settings.connectRetriesInterval == defaults.connectRetriesInterval);
  CHECK(settings.locations == defaults.locations);
  CHECK(settings.placeholderReplacement == defaults.placeholderReplacement);
  CHECK(settings.placeholderPrefix == defaults.placeholderPrefix);
  CHECK(settings.placeholderSuffix == defaults.placeholderSuffix);
  CHECK(settings.placeholderSeparator == defaults.placeholderSeparator);
  CHECK(settings.sqlMigrationPrefix == defaults.sqlMigrationPrefix);
  CHECK(settings.undoSqlMigrationPrefix == defaults.undoSqlMigrationPrefix);
  CHECK(settings.baselineMigrationPrefix == defaults.baselineMigrationPrefix);
  CHECK(settings.repeatableSqlMigrationPrefix == defaults.repeatableSqlMigrationPrefix);
  CHECK(settings.sqlMigrationSeparator == defaults.sqlMigrationSeparator);
  CHECK(settings.sqlMigrationSuffixes == defaults.sqlMigrationSuffixes);
  CHECK(settings.encoding == defaults.encoding);
  CHECK(settings.table == defaults.table);
  CHECK(settings.cleanDisabled.value() == defaults.cleanDisabled.value_or(true));
  CHECK(settings.validateOnMigrate == defaults.validateOnMigrate);
  CHECK(settings.baselineVersion == defaults.baselineVersion);
  CHECK(settings.baselineDescription == defaults.baselineDescription);
  CHECK(settings.ignoreFutureMigrations == defaults.ignoreFutureMigrations);
  CHECK(settings.target == defaults.target);
  CHECK(settings.lockRetryCount == defaults.lockRetryCount);
  CHECK(settings.outputQueryResults == defaults.outputQueryResults);
  CHECK(settings.executeInTransaction == defaults.executeInTransaction);
  CHECK(settings.createSchemas == defaults.createSchemas);
}

TEST_CASE("every boolean key reaches a field of its own") {
  // A row that points at another row's field would be set twice or not at all.
  struct Row {
    const char* key;
    bool Settings::*field;
  };
  const Row rows[] = {
      {"placeholderReplacement", &Settings::placeholderReplacement},
      {"detectEncoding", &Settings::detectEncoding},
      {"cleanOnValidationError", &Settings::cleanOnValidationError},
      {"validateOnMigrate", &Settings::validateOnMigrate},
      {"baselineOnMigrate", &Settings::baselineOnMigrate},
      {"ignoreMissingMigrations", &Settings::ignoreMissingMigrations},
      {"ignoreIgnoredMigrations", &Settings::ignoreIgnoredMigrations},
      {"ignorePendingMigrations", &Settings::ignorePendingMigrations},
      {"ignoreFutureMigrations", &Settings::ignoreFutureMigrations},
      {"validateMigrationNaming", &Settings::validateMigrationNaming},
      {"outOfOrder", &Settings::outOfOrder},
      {"skipExecutingMigrations", &Settings::skipExecutingMigrations},
      {"outputQueryResults", &Settings::outputQueryResults},
      {"skipDefaultResolvers", &Settings::skipDefaultResolvers},
      {"skipDefaultCallbacks", &Settings::skipDefaultCallbacks},
      {"mixed", &Settings::mixed},
      {"group", &Settings::group},
      {"executeInTransaction", &Settings::executeInTransaction},
      {"stream", &Settings::stream},
      {"batch", &Settings::batch},
      {"createSchemas", &Settings::createSchemas},
      {"failOnMissingLocations", &Settings::failOnMissingLocations},
  };
  for (const Row& row : rows) {
    CAPTURE(row.key);
    CHECK(parse({{row.key, "true"}}).*row.field);
    CHECK_FALSE(parse({{row.key, "false"}}).*row.field);
  }
}

TEST_CASE("each key has one row and one variable, and is found by its full name") {
  std::map<std::string_view, int> names;
  std::map<std::string_view, int> variables;
  for (const Key& key : keys()) {
    CAPTURE(key.name);
    CHECK(++names[key.name] == 1);
    if (!key.environment.empty()) CHECK(++variables[key.environment] == 1);
    CHECK(findKey(fullName(key) + (isMap(key) ? "x" : "")) == &key);
    CHECK_FALSE(key.help.empty());
    const bool isFileOnly = key.name == "provisionMode" || (isMap(key) && key.commands.empty());
    CHECK((key.trait == Key::Trait::CommandLineOnly || isFileOnly) == key.environment.empty());
  }
  CHECK(findKey("flyway.placeholders.") == nullptr);
  CHECK(findKey("url") == nullptr);
  CHECK(findKey("") == nullptr);
}
