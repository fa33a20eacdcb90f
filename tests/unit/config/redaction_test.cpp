#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config/configuration.h"

using namespace whimbrel;

TEST_CASE("passwords in a URL become stars wherever they stand") {
  const struct {
    const char* url;
    const char* redacted;
  } cases[] = {
      {"", ""},
      {"foo", "foo"},
      {"jdbc:sqlite:/tmp/a@b.db", "jdbc:sqlite:/tmp/a@b.db"},
      {"jdbc:foo://h/d?Password=secret&x=secret", "jdbc:foo://h/d?Password=******&x=******"},
      {"jdbc:mysql://h/d?PASSWORD=fly&user=fly", "jdbc:mysql://h/d?PASSWORD=***&user=***"},
      {"jdbc:x://h;password=a=b;user=u", "jdbc:x://h;password=***;user=u"},
      {"jdbc:x:password=", "jdbc:x:password="},
      {"jdbc:mysql://(host=h,password=pw)/d", "jdbc:mysql://(host=h,password=*****"},
      {"jdbc:mysql://h/d?password=wörd→", "jdbc:mysql://h/d?password=*****"},
      // One secret must not hide the name of the next.
      {"jdbc:x://h/?password=s&trustStorePassword=hunter",
       "jdbc:x://h/?pa**word=*&tru*tStorePa**word=******"},
      {"jdbc:postgresql://h/d?sslpassword=a1&user=me", "jdbc:postgresql://h/d?sslpassword=**&user=me"},
      {"jdbc:x://h/?apiToken=t1&clientSecret=t2", "jdbc:x://h/?apiToken=**&clientSecret=**"},
      {"jdbc:mysql://root:pa@ss/w:d@h:3306/d", "jdbc:mysql://root:*********@h:3306/d"},
      {"jdbc:mysql://root@h:3306/d?user=a:b@c", "jdbc:mysql://root@h:3306/d?user=a:b@c"},
      {"jdbc:mysql://root:@h/d", "jdbc:mysql://root:@h/d"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.url);
    CHECK(redactUrl(c.url) == c.redacted);
  }
}

TEST_CASE("a URL is displayed without properties and credentials") {
  const struct {
    const char* url;
    const char* displayed;
  } cases[] = {
      {"jdbc:mariadb://127.0.0.1:13306/x?user=a&password=b", "jdbc:mariadb://127.0.0.1:13306/x"},
      {"jdbc:mysql://root:secret@h:3306/d?x=y", "jdbc:mysql://h:3306/d"},
      {"jdbc:mysql://h/d?x=a:b@c", "jdbc:mysql://h/d"},
      {"jdbc:sqlite:/tmp/case.db", "jdbc:sqlite:/tmp/case.db"},
      {"jdbc:sqlite::memory:", "jdbc:sqlite::memory:"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.url);
    CHECK(displayUrl(c.url) == c.displayed);
  }
}

TEST_CASE("a configuration is described by key, secrets as stars") {
  const Configuration configuration = {
      {"flyway.url", {"jdbc:mysql://u:pw@h/d?password=pass", "x"}},
      {"flyway.user", {"u", "x"}},
      {"flyway.password", {"geheim→", "x"}},
      {"flyway.passwordFile", {"/run/secret", "x"}},
      {"flyway.pasword", {"geheim", "x"}},
      {"flyway.passwordCommand", {"echo 1", "x"}},
      {"flyway.licenseKey", {"FL01ABCDEFGHIJKL", "x"}},
      {"flyway.jdbcProperties.trustStorePassword", {"abc", "x"}},
      {"flyway.placeholders.API_TOKEN", {"t", "x"}},
      {"flyway.placeholders.name", {"n", "x"}},
      {"other", {"", "x"}},
  };
  CHECK(describeConfiguration(configuration) == std::vector<std::string>{
                                                    "flyway.jdbcProperties.trustStorePassword -> *** (x)",
                                                    "flyway.licenseKey -> **************** (x)",
                                                    "flyway.password -> ******* (x)",
                                                    "flyway.passwordCommand -> ****** (x)",
                                                    "flyway.passwordFile -> /run/secret (x)",
                                                    "flyway.pasword -> ****** (x)",
                                                    "flyway.placeholders.API_TOKEN -> * (x)",
                                                    "flyway.placeholders.name -> n (x)",
                                                    "flyway.url -> jdbc:mysql://u:**@h/d?****word=**** (x)",
                                                    "flyway.user -> u (x)",
                                                    "other ->  (x)",
                                                });
}

TEST_CASE("an empty password stays empty") {
  CHECK(describeConfiguration({{"flyway.password", {"", "x"}}}) ==
        std::vector<std::string>{"flyway.password ->  (x)"});
}
