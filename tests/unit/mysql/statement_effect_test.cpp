#include "drivers/mysql/statement_effect.h"

#include <string>

#include <doctest/doctest.h>

using namespace whimbrel;
using enum StatementEffect::Commit;
using enum StatementEffect::Session;

namespace {

void check(StatementEffect::Commit commit, StatementEffect::Session session,
           std::initializer_list<const char*> statements) {
  for (const char* const sql : statements) {
    CAPTURE(sql);
    const StatementEffect effect = mysql::statementEffect(sql);
    CHECK(static_cast<int>(effect.commit) == static_cast<int>(commit));
    CHECK(static_cast<int>(effect.session) == static_cast<int>(session));
  }
}

}  // namespace

TEST_CASE("rows and questions stay in the transaction") {
  check(No, Kept,
        {"INSERT INTO t VALUES (1)", "insert into t values (1)", "  (SELECT 1)", "/* ALTER */ DELETE FROM t",
         "-- ALTER\n# ALTER\nUPDATE t SET a = 1", "WITH x AS (SELECT 1) SELECT * FROM x",
         "/*!40000 SELECT 1 */", "SHOW TABLES", "SAVEPOINT a", "INSERT INTO t VALUES ('a@b')"});
}

TEST_CASE("definitions commit and take effect wholly or not at all") {
  check(Whole, Kept,
        {"CREATE TABLE t (id INT)", "ALTER TABLE t ADD a INT", "/*!40000 ALTER TABLE t DISABLE KEYS */",
         "/*M!100100 CREATE TABLE t (id INT) */", "TRUNCATE t", "RENAME TABLE a TO b", "COMMIT",
         "START TRANSACTION"});
}

TEST_CASE("what is not known may do anything") {
  check(Midway, Kept,
        {"CALL p()", "DROP TABLE a, b", "EXECUTE s", "BEGIN NOT ATOMIC SELECT 1; END", "", "--x", "/* a",
         "/*!", "GRANT ALL ON *.* TO x", "\xff"});
}

TEST_CASE("locks may keep us from writing") {
  check(Locks, Bound, {"LOCK TABLES t WRITE", "XA START 'a'"});
  check(Locks, Kept, {"FLUSH TABLES WITH READ LOCK"});
}

TEST_CASE("the session is changed, for good or in a way that another one can repeat") {
  check(No, Changed,
        {"SET @a = 1", "SET NAMES utf8mb4", "/*!40101 SET character_set_client = utf8 */", "USE other"});
  check(
      No, Bound,
      {"SET @a = LAST_INSERT_ID()", "SET @a = (SELECT 1)", "SELECT max(id) INTO @a FROM t", "SELECT @a := 1",
       "SELECT 1 INTO @a", "SELECT 1 INTO\n@a", "SELECT @a:=1", "SELECT '@', @a := 1 FROM t"});
  check(Midway, Changed, {"SET autocommit = 1", "SET AutoCommit=0"});
  check(Whole, Bound, {"CREATE TEMPORARY TABLE t (id INT)", "CREATE OR REPLACE TEMPORARY TABLE t (id INT)"});
}
