#include "drivers/native_url.h"

#include <string>

#include <doctest/doctest.h>

#include "core/error.h"
#include "drivers/registry.h"

using namespace whimbrel;

TEST_CASE("a native URL becomes a JDBC URL and its credentials") {
  const struct {
    const char* native;
    const char* jdbc;
    std::optional<std::string> user;
    std::optional<std::string> password;
  } cases[] = {
      {"mysql://h/d", "jdbc:mysql://h/d", {}, {}},
      {"mysql://u@h:3307/d?a=b", "jdbc:mysql://h:3307/d?a=b", "u", {}},
      {"mariadb://u:p@[::1]:3306,h2/d", "jdbc:mariadb://[::1]:3306,h2/d", "u", "p"},
      {"mysql://u%40x:p%3a%2F%40+%zz@h/", "jdbc:mysql://h/", "u@x", "p:/@+%zz"},
      {"mysql://u:a/b@c@h/d", "jdbc:mysql://h/d", "u", "a/b@c"},
      {"mysql://u:@h/d", "jdbc:mysql://h/d", "u", ""},
      {"mysql://h/d?x=a@b", "jdbc:mysql://h/d?x=a@b", {}, {}},
      {"mysql://h?ssl-mode=REQUIRED&ssl-ca=/ca.pem&ssl-modes=x&y",
       "jdbc:mysql://h?sslMode=REQUIRED&serverSslCert=/ca.pem&ssl-modes=x&y",
       {},
       {}},
      {"mysql://u@localhost/d?socket=/run/s", "jdbc:mysql://localhost/d?localSocket=/run/s", "u", {}},
      {"postgres://u:p@h/d?sslmode=require", "jdbc:postgresql://h/d?sslmode=require", "u", "p"},
      {"postgresql:///d", "jdbc:postgresql:///d", {}, {}},
      {"sqlite:a.db", "jdbc:sqlite:a.db", {}, {}},
      {"sqlite://a.db", "jdbc:sqlite:a.db", {}, {}},
      {"sqlite:///tmp/a.db?busy_timeout=1", "jdbc:sqlite:/tmp/a.db?busy_timeout=1", {}, {}},
      {"sqlite::memory:", "jdbc:sqlite::memory:", {}, {}},
      {"jdbc:mysql://u:p@h/d", "jdbc:mysql://u:p@h/d", {}, {}},
      {"MYSQL://h", "MYSQL://h", {}, {}},
      {"mysql:h", "mysql:h", {}, {}},
      {"", "", {}, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.native);
    const JdbcUrl converted = toJdbcUrl(c.native);
    CHECK(converted.url == c.jdbc);
    CHECK(converted.user == c.user);
    CHECK(converted.password == c.password);
  }
}

TEST_CASE("a native URL opens its database") {
  ConnectionSettings settings;
  settings.url = "sqlite::memory:";
  CHECK(openDatabase(settings)->facts().product == "SQLite");
}

TEST_CASE("messages show a native URL as it was written, without its password") {
  try {
    requireDriver("mongo://u:geheim@h/d");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "No database found to handle mongo://u:******@h/d");
  }
}

TEST_CASE("SQLite needs neither user nor password") {
  for (const char* url : {"jdbc:sqlite:x", "sqlite:x"}) {
    CHECK_FALSE(credentialNeeds(url).user);
    CHECK_FALSE(credentialNeeds(url).password);
  }
}

#ifdef WHIMBREL_MYSQL
TEST_CASE("MySQL needs both, whatever is in a JDBC URL") {
  for (const char* url :
       {"jdbc:mysql://h/d", "jdbc:mariadb://h/d", "jdbc:mysql://h/d?user=u&password=p", "mysql://h/d"}) {
    CAPTURE(url);
    CHECK(credentialNeeds(url).user);
    CHECK(credentialNeeds(url).password);
  }
  CHECK_FALSE(credentialNeeds("mysql://u@h/d").user);
  CHECK(credentialNeeds("mysql://u@h/d").password);
  CHECK_FALSE(credentialNeeds("mysql://u:p@h/d").password);
}
#endif

#ifdef WHIMBREL_POSTGRESQL
TEST_CASE("PostgreSQL needs what its URL lacks") {
  CHECK(credentialNeeds("jdbc:postgresql://h/d").user);
  CHECK(credentialNeeds("jdbc:postgresql://h/d").password);
  CHECK_FALSE(credentialNeeds("jdbc:postgresql://h/d?user=u").user);
  CHECK(credentialNeeds("jdbc:postgresql://h/d?user=u").password);
  CHECK_FALSE(credentialNeeds("jdbc:postgresql://h/d?password=p").password);
  CHECK_FALSE(credentialNeeds("postgres://u:p@h/d").password);
}
#endif
