// spec/configuration.md section 11.
#include "drivers/postgresql/connect_options.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using postgresql::connectOptions;
using postgresql::ConnectOptions;

namespace {

ConnectOptions options(const std::string& properties) {
  ConnectionSettings settings;
  settings.url = "jdbc:postgresql://h/db?" + properties;
  settings.user = "key user";
  settings.password = "key password";
  return connectOptions(settings);
}

ConnectOptions optionsOfUrl(const std::string& url) {
  ConnectionSettings settings;
  settings.url = url;
  return connectOptions(settings);
}

/// What libpq is told; "-" for nothing.
std::string parameter(const ConnectOptions& options, const std::string& name) {
  const auto found = std::ranges::find(options.parameters, name, [](const auto& pair) { return pair.first; });
  return found == options.parameters.end() ? "-" : found->second;
}

class Warnings : public Log {
 public:
  void debug(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view text) override { lines.emplace_back(text); }
  void error(std::string_view) override {}
  bool debugs() const override { return false; }
  std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("properties become parameters of libpq") {
  struct Case {
    std::string properties;
    std::string name;
    std::string value;
  };
  const Case cases[] = {
      {"", "dbname", "db"},
      {"", "sslmode", "-"},
      {"sslmode=require", "sslmode", "require"},
      {"sslmode=VERIFY-CA", "sslmode", "verify-ca"},
      {"ssl=true", "sslmode", "verify-full"},
      {"ssl", "sslmode", "verify-full"},
      {"ssl=false", "sslmode", "-"},
      {"ssl=true&sslmode=prefer", "sslmode", "prefer"},
      {"SSL=true", "sslmode", "-"},
      {"ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", "sslmode", "require"},
      {"sslmode=disable&sslfactory=org.postgresql.ssl.NonValidatingFactory", "sslmode", "disable"},
      {"ssl=true&sslfactory=org.postgresql.ssl.LibPQFactory", "sslmode", "verify-full"},
      {"sslfactory=com.example.Factory", "sslmode", "-"},
      {"sslrootcert=/a%20b", "sslrootcert", "/a b"},
      {"sslcert=c", "sslcert", "c"},
      {"sslkey=k", "sslkey", "k"},
      {"", "application_name", "whimbrel"},
      {"ApplicationName=deploy", "application_name", "deploy"},
      {"options=-c%20statement_timeout=5s", "options", "-c statement_timeout=5s"},
      {"targetServerType=primary", "target_session_attrs", "primary"},
      {"targetServerType=master", "target_session_attrs", "primary"},
      {"targetServerType=preferSecondary", "target_session_attrs", "any"},
      {"socketTimeout=30", "tcp_user_timeout", "30000"},
      {"socketTimeout=0", "tcp_user_timeout", "-"},
      {"", "tcp_user_timeout", "-"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.properties);
    CHECK(parameter(options(c.properties), c.name) == c.value);
  }
}

TEST_CASE("user and password of the URL win over the keys") {
  CHECK(parameter(options(""), "user") == "key user");
  CHECK(parameter(options(""), "password") == "key password");
  CHECK(parameter(options("user=u&password=p"), "user") == "u");
  CHECK(parameter(options("user=u&password=p"), "password") == "p");
}

TEST_CASE("configured properties win over the URL") {
  ConnectionSettings settings;
  settings.url = "jdbc:postgresql://h/db?sslmode=require&ApplicationName=url";
  settings.jdbcProperties = {{"ApplicationName", "configured"}};
  const ConnectOptions merged = connectOptions(settings);
  CHECK(parameter(merged, "application_name") == "configured");
  CHECK(parameter(merged, "sslmode") == "require");
  CHECK(parameter(merged, "user") == "-");
  CHECK(parameter(merged, "password") == "-");
}

TEST_CASE("without a database libpq takes the user's name") {
  CHECK(parameter(optionsOfUrl("jdbc:postgresql:"), "dbname") == "-");
}

TEST_CASE("without a host it is localhost, unless a service says another") {
  const ConnectOptions unnamed = optionsOfUrl("jdbc:postgresql:///app?service=x");
  CHECK_FALSE(unnamed.namesServer);
  REQUIRE(unnamed.addresses.size() == 1);
  CHECK(unnamed.addresses.front().host == "localhost");
  CHECK(unnamed.addresses.front().port == 5432);
  CHECK(optionsOfUrl("jdbc:postgresql://h/app?service=x").namesServer);
  CHECK(optionsOfUrl("jdbc:postgresql:///app?port=5433").namesServer);
}

TEST_CASE("timeouts are in seconds") {
  CHECK(options("").connectTimeout == 10);
  CHECK(options("").loginTimeout == 0);
  CHECK(options("connectTimeout=3&loginTimeout=4").connectTimeout == 3);
  CHECK(options("connectTimeout=3&loginTimeout=4").loginTimeout == 4);
  CHECK(options("connectTimeout=-1").connectTimeout == 0);
  CHECK(options("").socketTimeout == 0);
  CHECK(options("socketTimeout=5").socketTimeout == 5);
}

TEST_CASE("host and port may be properties, as in libpq's own URLs") {
  const ConnectOptions socket = optionsOfUrl("jdbc:postgresql:///db?host=%2Frun%2Fpostgresql&port=5433");
  REQUIRE(socket.addresses.size() == 1);
  CHECK(socket.addresses.front().host == "/run/postgresql");
  CHECK(socket.addresses.front().port == 5433);
  CHECK(optionsOfUrl("jdbc:postgresql://%2Frun%2Fpg/db").addresses.front().host == "/run/pg");
  CHECK_THROWS_AS(options("port=65536"), SqlError);
  CHECK_THROWS_AS(options("port=0"), SqlError);
}

TEST_CASE("currentSchema is the session's search path") {
  CHECK(options("currentSchema=%22My%20app%22,public").searchPath == "\"My app\",public");
  CHECK(options("").searchPath.empty());
}

TEST_CASE("values that the Java driver refuses are refused with its text") {
  struct Case {
    std::string properties;
    std::string message;
    std::string state;
  };
  const Case cases[] = {
      {"sslmode=bogus", "Invalid sslmode value: bogus", "08001"},
      {"targetServerType=bogus", "Invalid targetServerType value: bogus", "08001"},
      {"connectTimeout=abc", "connectTimeout parameter value must be an integer but was: abc", "22023"},
      {"socketTimeout=1x", "socketTimeout parameter value must be an integer but was: 1x", "22023"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.properties);
    try {
      options(c.properties);
      FAIL_CHECK("was not refused");
    } catch (const SqlError& error) {
      CHECK(error.what() == c.message);
      CHECK(error.sqlState == c.state);
      CHECK(error.vendorCode == 0);
    }
  }
}

TEST_CASE("certificates that only Java sees are no reason to go on with others") {
  CHECK_THROWS_AS(options("ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"), Error);
  CHECK_THROWS_AS(options("sslmode=require&sslfactory=com.example.Factory"), Error);
}

TEST_CASE("a URL with an impossible port is refused without its password") {
  try {
    optionsOfUrl("jdbc:postgresql://h:x/db?password=geheim");
    FAIL_CHECK("was not refused");
  } catch (const Error& error) {
    CHECK(error.message() == "Unable to connect to jdbc:postgresql://h:x/db?password=******");
  }
}

TEST_CASE("only properties that nobody knows are told") {
  Warnings log;
  ConnectionSettings settings;
  settings.url =
      "jdbc:postgresql://h/db?prepareThreshold=1&tcpKeepAlive=true&sslmode=require&nonsense=1&other=x";
  settings.propertyLog = &log;
  connectOptions(settings);
  CHECK(log.lines ==
        std::vector<std::string>{"Connection properties that mean nothing here: nonsense, other"});
}
