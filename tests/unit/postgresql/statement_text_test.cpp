// The texts that the driver makes: quoting, the history table, the lock, the search path.
#include <doctest/doctest.h>

#include "drivers/postgresql/history_lock.h"
#include "drivers/postgresql/history_table.h"
#include "drivers/postgresql/server_facts.h"
#include "drivers/postgresql/session_state.h"
#include "drivers/postgresql/sql_text.h"

using namespace whimbrel;
using namespace whimbrel::postgresql;

TEST_CASE("names are quoted, quotes inside doubled") {
  CHECK(quoteName("public") == R"("public")");
  CHECK(quoteName(R"(a"b'c\)") == R"("a""b'c\")");
  CHECK(quoteName("") == R"("")");
}

TEST_CASE("texts with a backslash do not depend on a setting") {
  CHECK(quoteText("it's") == "'it''s'");
  CHECK(quoteText("") == "''");
  CHECK(quoteText(R"(a\'b)") == R"(E'a\\''b')");
}

TEST_CASE("the lock has the reference's number") {
  CHECK(lockKey({"public", "flyway_schema_history"}) == 77433833903597);
}

TEST_CASE("the schema comes first in the search path, once") {
  struct Case {
    std::string schema;
    std::string atConnect;
    std::string path;
  };
  // As the reference sets them, but for names that a path without quotes does not mean.
  const Case cases[] = {
      {"public", R"("$user", public)", R"("public","$user", public)"},
      {"zz", "zz", "zz"},
      {"zz", "zz,app2", "zz,app2"},
      {"zz", "zz, app2", "zz, app2"},
      {"zz", R"("zz",app2)", R"("zz","zz",app2)"},
      {"zz", "zzz,app2", R"("zz",zzz,app2)"},
      {"zz", "app2", R"("zz",app2)"},
      {"ZZ", "ZZ", R"("ZZ",ZZ)"},
      {"zz", "", R"("zz")"},
      {"a b", "a b", R"("a b",a b)"},
      {R"(q"q)", "x", R"("q""q",x)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.schema);
    CAPTURE(c.atConnect);
    CHECK(searchPathWith(c.schema, c.atConnect) == c.path);
  }
}

TEST_CASE("a version has the two numbers that Flyway prints") {
  CHECK(versionText(150020) == "15.20");
  CHECK(versionText(100000) == "10.0");
  CHECK(versionText(90624) == "9.6");
}

TEST_CASE("the baseline row stands between the table and its key") {
  const BaselineRow row{"1.5", "it's \\", "sc'ript", "me"};
  const std::vector<std::string> ddl = historyTableDdl({"s", "h"}, "", row);
  REQUIRE(ddl.size() == 4);
  CHECK(ddl[0].starts_with("CREATE TABLE \"s\".\"h\" (\n    \"installed_rank\" INT NOT NULL,\n"));
  CHECK(ddl[0].ends_with("\n    \"success\" BOOLEAN NOT NULL\n)"));
  CHECK(ddl[1].ends_with(" VALUES (1, '1.5', E'it''s \\\\', 'BASELINE', 'sc''ript', NULL, 'me', 0, TRUE)"));
  CHECK(ddl[2] == R"(ALTER TABLE "s"."h" ADD CONSTRAINT "h_pk" PRIMARY KEY ("installed_rank"))");
  CHECK(ddl[3] == R"(CREATE INDEX "h_s_idx" ON "s"."h" ("success"))");
}

TEST_CASE("a tablespace holds the table, its key and its index") {
  const std::vector<std::string> ddl = historyTableDdl({"s", "h"}, "fast \"disk\"", {});
  REQUIRE(ddl.size() == 3);
  CHECK(ddl[0].ends_with(R"() TABLESPACE "fast ""disk""")"));
  CHECK(ddl[1].ends_with(R"(("installed_rank") USING INDEX TABLESPACE "fast ""disk""")"));
  CHECK(ddl[2].ends_with(R"(("success") TABLESPACE "fast ""disk""")"));
}
