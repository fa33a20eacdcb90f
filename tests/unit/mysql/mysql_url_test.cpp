// spec/configuration.md section 11.
#include "drivers/mysql/mysql_url.h"

#include <doctest/doctest.h>

#include "core/database.h"
#include "core/error.h"
#include "core/text/strings.h"

using namespace whimbrel;
using mysql::parseUrl;

namespace {

/// "a:1 b:3306"
std::string addresses(const std::string& url) {
  std::string list;
  for (const mysql::ServerAddress& address : parseUrl(url).addresses)
    list += (list.empty() ? "" : " ") + address.host + ":" + std::to_string(address.port);
  return list;
}

}  // namespace

TEST_CASE("hosts are tried in the order of the URL") {
  struct Case {
    std::string url;
    std::string addresses;
  };
  const Case cases[] = {
      {"jdbc:mysql://db.example/app", "db.example:3306"},
      {"jdbc:mysql:///app", "localhost:3306"},
      {"jdbc:mysql://:3307/app", "localhost:3307"},
      {"jdbc:mysql://a:1,b,c:3/app", "a:1 b:3306 c:3"},
      {"jdbc:mysql://[::1]:3307/app", "::1:3307"},
      {"jdbc:mysql://[2001:db8::1],b:5/app", "2001:db8::1:3306 b:5"},
      {"jdbc:mysql://address=(host=h)(port=7)/app", "h:7"},
      {"jdbc:mysql://(host=h,port=7),(port=8,host=i)/app", "h:7 i:8"},
      {"jdbc:mysql://u:p@[a:1,b:2]/app", "a:1 b:2"},
      {"jdbc:mysql://u:p@a:1,u:p@[::1]:2/app", "a:1 ::1:2"},
      {"jdbc:mysql:loadbalance://a,b/app", "a:3306 b:3306"},
      {"jdbc:mysql:replication://source,replica/app", "source:3306"},
      {"jdbc:mariadb://a:1,b/app", "a:1 b:3306"},
      {"jdbc:mariadb:sequential://a,b/app", "a:3306 b:3306"},
      {"jdbc:mariadb:loadbalance://a,b/app", "a:3306 b:3306"},
      {"jdbc:mariadb:aurora://a,b/app", "a:3306 b:3306"},
      {"jdbc:mariadb:replication://a,b/app", "a:3306"},
      {"jdbc:mariadb://address=(host=a)(port=1)(type=slave),address=(host=b)(type=master)/app", "b:3306"},
      {"jdbc:mariadb:replication://address=(host=a)(type=master),address=(host=b)(type=master)/app",
       "a:3306 b:3306"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    CHECK(addresses(c.url) == c.addresses);
  }
}

TEST_CASE("a port that is none is refused with the driver's text") {
  struct Case {
    std::string url;
    std::string message;
    std::optional<std::string> state;
  };
  const Case cases[] = {
      {"jdbc:mysql://127.0.0.1:abc/x", "Failed to parse the host:port pair '127.0.0.1:abc'.", "08001"},
      {"jdbc:mysql://h:70000/x", "Failed to parse the host:port pair 'h:70000'.", "08001"},
      {"jdbc:mysql://h:/x", "Failed to parse the host:port pair 'h:'.", "08001"},
      {"jdbc:mysql://h:-1/x", "Failed to parse the host:port pair 'h:-1'.", "08001"},
      {"jdbc:mariadb://127.0.0.1:abc/x", "error parsing url : Incorrect port value : abc", std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    try {
      parseUrl(c.url);
      FAIL("accepted");
    } catch (const SqlError& error) {
      CHECK(error.what() == c.message);
      CHECK(error.sqlState == c.state);
      CHECK(error.vendorCode == 0);
    }
  }
}

TEST_CASE("a sub-protocol that nobody takes is refused without showing the password") {
  for (const char* url :
       {"jdbc:mysql:aurora://h/x", "jdbc:mysql:h", "jdbc:mariadb:", "jdbc:mariadb:bogus://h/x"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(parseUrl(url), Error);
  }
  try {
    parseUrl("jdbc:mysql:aurora://h/x?password=geheim");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "Unable to connect to jdbc:mysql:aurora://h/x?password=******");
  }
}

TEST_CASE("MySQL's driver decodes percent escapes and plus signs, MariaDB's does not") {
  CHECK(parseUrl("jdbc:mysql://h/a%62%20c").database == "ab c");
  CHECK(parseUrl("jdbc:mariadb://h/a%62").database == "a%62");
  CHECK(parseUrl("jdbc:mysql://h/x?user=fl%79&password=a+b%2B").properties.at("user") == "fly");
  CHECK(parseUrl("jdbc:mysql://h/x?user=fl%79&password=a+b%2B").properties.at("password") == "a b+");
  CHECK(parseUrl("jdbc:mariadb://h/x?password=a+b%2B").properties.at("password") == "a+b%2B");
  CHECK(parseUrl("jdbc:mysql://h/100%").database == "100%");
  CHECK(parseUrl("jdbc:mysql://h/%zz%4").database == "%zz%4");
}

TEST_CASE("user and password may stand before the host") {
  const mysql::Url url = parseUrl("jdbc:mysql://fl%79:p%40ss:word@h:5/x");
  CHECK(url.user == "fly");
  CHECK(url.password == "p@ss:word");
  CHECK(url.addresses.at(0).host == "h");
  CHECK(parseUrl("jdbc:mysql://fly@h/x").password == std::nullopt);
  CHECK(parseUrl("jdbc:mysql://h/x").user == std::nullopt);
  CHECK(parseUrl("jdbc:mysql://(host=h,user=u,password=p)/x").user == "u");
}

TEST_CASE("properties are found whatever the case of their names") {
  const auto properties = parseUrl("jdbc:mysql://h?USESSL=false&x=a=b&empty=&noValue&x2=").properties;
  CHECK(properties.at("usessl") == "false");
  CHECK(properties.begin()->first == "empty");
  CHECK(properties.find("useSsl")->first == "USESSL");
  CHECK(properties.at("x") == "a=b");
  CHECK(properties.at("empty").empty());
  CHECK_FALSE(properties.contains("novalue"));
}

TEST_CASE("a URL without database has none") {
  CHECK(parseUrl("jdbc:mysql://h").database.empty());
  CHECK(parseUrl("jdbc:mysql://h/").database.empty());
  CHECK(parseUrl("jdbc:mysql://h?a=b/c").database.empty());
  CHECK(parseUrl("jdbc:mariadb://h/größe?a=b").database == "größe");
}

TEST_CASE("broken URLs are taken or refused, never worse") {
  const std::string deep(100'000, '[');
  for (const std::string& rest : std::vector<std::string>{
           "[", "]", "((((", "))))", "[::1", "@", ":@:", ",,,", "address=", "(host", "%", "u:p@[a,b",
           "[a,b]@", "u@[,]", deep, deep + ",", deep + "," + std::string(100'000, ']')}) {
    try {
      const mysql::Url url = parseUrl("jdbc:mysql://" + rest + "/x");
      CHECK_FALSE(url.addresses.empty());
    } catch (const SqlError& error) {
      CHECK(error.sqlState == "08001");
    }
  }
  CHECK(parseUrl("jdbc:mysql://" + std::string(100'000, ',') + "/x").addresses.size() == 100'001);
}
