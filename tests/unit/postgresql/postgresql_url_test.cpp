// spec/configuration.md section 11.
#include "drivers/postgresql/postgresql_url.h"

#include <doctest/doctest.h>

using whimbrel::postgresql::parseUrl;
using whimbrel::postgresql::Url;

namespace {

/// "a:1 b:5432"
std::string addresses(const Url& url) {
  std::string list;
  for (const auto& [host, port] : url.addresses)
    list += (list.empty() ? "" : " ") + host + ":" + std::to_string(port);
  return list;
}

}  // namespace

TEST_CASE("a URL names hosts, to be tried in order, and a database") {
  struct Case {
    std::string url;
    std::string addresses;
    std::string database;
  };
  const Case cases[] = {
      {"jdbc:postgresql://db.example/app", "db.example:5432", "app"},
      {"jdbc:postgresql://db.example:6000/app", "db.example:6000", "app"},
      {"jdbc:postgresql:///app", "", "app"},
      {"jdbc:postgresql:app", "", "app"},
      {"jdbc:postgresql:", "", ""},
      {"jdbc:postgresql://h/", "h:5432", ""},
      {"jdbc:postgresql://h", "h:5432", ""},
      {"jdbc:postgresql://:6000/app", "localhost:6000", "app"},
      {"jdbc:postgresql://a:1,b,c:3/app", "a:1 b:5432 c:3", "app"},
      {"jdbc:postgresql://[::1]:6000/app", "::1:6000", "app"},
      {"jdbc:postgresql://[2001:db8::1],b:5/app", "2001:db8::1:5432 b:5", "app"},
      {"jdbc:postgresql://h:65535/fl%79+x", "h:65535", "fly x"},
      {"jdbc:postgresql://h/%zz%4", "h:5432", "%zz%4"},
      {"jdbc:postgresql://%2Frun%2Fpostgresql/app", "/run/postgresql:5432", "app"},
      {"jdbc:postgresql://h/app?x=/y", "h:5432", "app"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    const std::optional<Url> url = parseUrl(c.url);
    REQUIRE(url);
    CHECK(addresses(*url) == c.addresses);
    CHECK(url->database == c.database);
  }
}

TEST_CASE("a port that is none is not taken") {
  for (const std::string url :
       {"jdbc:postgresql://h:abc/x", "jdbc:postgresql://h:/x", "jdbc:postgresql://h:0/x",
        "jdbc:postgresql://h:65536/x", "jdbc:postgresql://h:99999999999/x", "jdbc:postgresql://h:-1/x",
        "jdbc:postgresql://a,b:x,c/x", "jdbc:postgresql://[::1]:x/x", "jdbc:postgresql://h:1 /x"}) {
    CAPTURE(url);
    CHECK_FALSE(parseUrl(url));
  }
}

TEST_CASE("other schemes are not taken, letter case counts") {
  CHECK_FALSE(parseUrl("jdbc:mysql://h/x"));
  CHECK_FALSE(parseUrl("JDBC:postgresql://h/x"));
  CHECK_FALSE(parseUrl("postgresql://h/x"));
  CHECK_FALSE(parseUrl(""));
}

TEST_CASE("properties are decoded; a name alone has an empty value") {
  const std::optional<Url> url =
      parseUrl("jdbc:postgresql://h/x?user=fl%79&password=a%26b+c&ssl&=y&&Ssl=1&o=a=b");
  REQUIRE(url);
  const std::map<std::string, std::string> expected = {
      {"user", "fly"}, {"password", "a&b c"}, {"ssl", ""}, {"Ssl", "1"}, {"o", "a=b"}};
  CHECK(url->properties == expected);
}

TEST_CASE("user and password may stand before the host") {
  const std::optional<Url> url = parseUrl("jdbc:postgresql://me:p%40ss:w@h:1/x");
  REQUIRE(url);
  CHECK(url->user == "me");
  CHECK(url->password == "p@ss:w");
  CHECK(addresses(*url) == "h:1");
  CHECK(parseUrl("jdbc:postgresql://me@h/x")->password == std::nullopt);
}
