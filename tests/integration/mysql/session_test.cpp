// The session as scripts see it, and what is put back between them: spec/commands.md sections 2.7, 10, 13.
#include "server_under_test.h"

using namespace whimbrel;
using namespace whimbrel::test;

TEST_CASE("the session looks as with the Java driver of the URL") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const auto database = server.open("");
    const std::string mode = single(*database, "SELECT @@sql_mode");
    CHECK((mode.find("IGNORE_SPACE") != std::string::npos) == (server.url.find("jdbc:mariadb:") == 0));
    CHECK(mode.find("STRICT_TRANS_TABLES") != std::string::npos);
    CHECK(single(*database,
                 "SELECT CONCAT_WS(' ', @@character_set_client, @@character_set_connection, "
                 "@@character_set_results, @@autocommit + 0)") == "utf8mb4 utf8mb4 utf8mb4 1");
    CHECK(database->currentSchema() == std::nullopt);
    CHECK(database->facts().product == server.name);
    CHECK(database->facts().user == server.user);
    CHECK(database->facts().version.find_first_not_of("0123456789.") == std::string::npos);
  }
}

TEST_CASE("session variables are set, and a missing database is created on demand") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    server.open("")->dropSchema(schema.name());
    CHECK_THROWS_AS(server.open(schema.name()), SqlError);
    const auto database = server.open(
        schema.name(),
        "createDatabaseIfNotExist=true&sessionVariables=sql_mode='ANSI',group_concat_max_len=4242");
    CHECK(database->currentSchema() == schema.name());
    CHECK(single(*database, "SELECT @@group_concat_max_len") == "4242");
    CHECK(database->facts().catalog == schema.name());
    CHECK(database->facts().catalogInJson == schema.name());
  }
}

TEST_CASE("a literal means its text whatever mode a script has left behind") {
  const std::vector<std::string> modes = {"SET sql_mode=''",
                                          "SET sql_mode='NO_BACKSLASH_ESCAPES'",
                                          "SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                                          "SET sql_mode='EMPTY_STRING_IS_NULL'",
                                          "SET NAMES latin1",
                                          "SET NAMES gbk"};
  const std::vector<std::string> texts = {"",
                                          "it's",
                                          "\\",
                                          "\\'; DROP TABLE t -- ",
                                          std::string("a\0b", 3),
                                          "größe €",
                                          "\xF0\x9F\x90\xA6",
                                          "\"`%_\n\r\t\x1A"};
  for (const Server& server : servers()) {
    const auto database = server.open("");
    for (const std::string& mode : modes) {
      if (server.name == "MySQL" && mode.find("EMPTY_STRING") != std::string::npos) continue;
      database->execute(mode);
      database->execute("SET character_set_results=utf8mb4");
      for (const std::string& text : texts) {
        CAPTURE(server.name);
        CAPTURE(mode);
        CAPTURE(text);
        CHECK(single(*database, "SELECT " + database->literal(text)) == text);
      }
    }
  }
}

TEST_CASE("columns have the names of the underlying ones") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute("CREATE TABLE t (v INT, `größe` INT)");
    const Execution execution =
        database->execute("SELECT v AS label, v + 1 AS sum, 1+1, `größe` g, NULL FROM t");
    REQUIRE(execution.results.size() == 1);
    CHECK(execution.results[0].columns == std::vector<std::string>{"v", "sum", "1+1", "größe", "NULL"});
  }
}

TEST_CASE("a CALL gives all results, and counts are of found rows") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute("CREATE TABLE t (v INT)");
    database->execute("CREATE PROCEDURE p() BEGIN SELECT 1 AS a; SELECT 2 AS b, 3 AS c; END");
    const Execution call = database->execute("CALL p()");
    REQUIRE(call.results.size() == 3);
    CHECK(call.results[1].rows == std::vector<Row>{{"2", "3"}});
    CHECK_FALSE(call.results[2].hasRows);
    CHECK(database->execute("INSERT INTO t VALUES (1), (1)").results.at(0).updateCount == 2);
    CHECK(database->execute("UPDATE t SET v = 1").results.at(0).updateCount == 2);
    database->execute("CREATE PROCEDURE q() BEGIN SELECT 1; SELECT * FROM nope; END");
    CHECK_THROWS_AS(database->execute("CALL q()"), SqlError);
    CHECK(single(*database, "SELECT 5") == "5");
  }
}

TEST_CASE("a statement is sent to its last byte, and only one at a time") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const auto database = server.open("");
    const Execution execution = database->execute(std::string("SELECT 'a\0b' AS x", 17));
    CHECK(execution.results.at(0).rows == std::vector<Row>{{std::string("a\0b", 3)}});
    CHECK_THROWS_AS(database->execute("SELECT 1; SELECT 2"), SqlError);
    CHECK(server.open("", "allowMultiQueries=true")->execute("SELECT 1; SELECT 2").results.size() == 2);
  }
}

TEST_CASE("warnings have SQL states with jdbc:mysql alone") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    const Execution execution = database->execute("DROP TABLE IF EXISTS nope");
    REQUIRE(execution.warnings.size() == 1);
    CHECK(execution.warnings[0].vendorCode == 1051);
    CHECK(execution.warnings[0].message == "Unknown table 'whimbrel_mysql.nope'");
    CHECK(execution.warnings[0].sqlState == (server.url.find("jdbc:mysql:") == 0 ? "42S02" : ""));
    CHECK(database->execute("SELECT 1").warnings.empty());
  }
}

TEST_CASE("an error has the server's SQL state, number and text") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    try {
      database->execute("INSERT INTO nope VALUES (1)");
      FAIL("no error");
    } catch (const SqlError& error) {
      CHECK(error.sqlState == "42S02");
      CHECK(error.vendorCode == 1146);
      CHECK(error.what() == std::string("Table 'whimbrel_mysql.nope' doesn't exist"));
    }
  }
}

TEST_CASE("what a transaction rolls back does not depend on what the script does to it") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    const auto witness = server.open(schema.name());
    const auto values = [&] { return single(*witness, "SELECT GROUP_CONCAT(v ORDER BY v) FROM t"); };
    database->execute("CREATE TABLE t (v INT) ENGINE=InnoDB");

    database->begin();
    database->execute("INSERT INTO t VALUES (1)");
    database->execute("CREATE TABLE u (v INT)");
    database->execute("INSERT INTO t VALUES (2)");
    CHECK(values() == "1");
    database->rollback();
    CHECK(values() == "1");

    database->begin();
    database->execute("INSERT INTO t VALUES (3)");
    database->execute("COMMIT");
    database->execute("INSERT INTO t VALUES (4)");
    database->commit();
    CHECK(values() == "1,3,4");

    database->begin();
    database->execute("SET autocommit=1");
    database->execute("START TRANSACTION");
    database->execute("INSERT INTO t VALUES (5)");
    database->commit();
    CHECK(values() == "1,3,4,5");
    CHECK(single(*database, "SELECT @@autocommit") == "1");

    database->begin();
    CHECK_THROWS_AS(database->execute("INSERT INTO nope VALUES (1)"), SqlError);
    database->rollback();
    CHECK(single(*database, "SELECT @@autocommit") == "1");
  }
}

TEST_CASE("between scripts user variables, checks and the schema are put back, and nothing else") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute(
        "SET @x = 5, @`we``ird 'name` = 'a', @`größe` = 1.5, foreign_key_checks = 0, sql_safe_updates = 1, "
        "unique_checks = 0, time_zone = '+03:00'");
    database->execute("USE mysql");
    database->restoreSession();
    CHECK(database->currentSchema() == "mysql");
    database->useSchema(schema.name());
    CHECK(single(*database,
                 "SELECT CONCAT_WS('/', @x, @`we``ird 'name`, @`größe`, @@foreign_key_checks + 0, "
                 "@@sql_safe_updates + 0, @@unique_checks + 0, @@time_zone, DATABASE())") ==
          "1/0/0/+03:00/whimbrel_mysql");
    database->execute("USE mysql");
    database->useSchema(schema.name());
    CHECK(single(*database, "SELECT DATABASE()") == schema.name());
  }
}

TEST_CASE("round trips are saved where nothing can have changed") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    const auto questions = [&] {
      return std::stoi(database->query("SHOW SESSION STATUS LIKE 'Questions'").at(0).at(1).value());
    };
    database->begin();  // a change of a variable, by which the server shows that it tells of them
    database->rollback();
    const int before = questions();
    database->restoreSession();
    database->useSchema(schema.name());
    database->currentSchema();
    CHECK(questions() == before + 1);
    database->execute("DO 0");
    database->restoreSession();
    database->useSchema(schema.name());
    CHECK(questions() == before + 3);
    database->execute("SET @x = 1");
    database->restoreSession();
    database->useSchema(schema.name());
    CHECK(questions() == before + 7);
  }
}

TEST_CASE("values of queries are shown as the Java drivers show them") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute("CREATE TABLE t (b BIT(9), y YEAR, d DATETIME(3), n INT)");
    database->execute("INSERT INTO t VALUES (257, 2020, '2020-02-03 04:05:06.7', NULL)");
    const Row row = database->execute("SELECT * FROM t").results.at(0).rows.at(0);
    const bool mariadb = server.url.find("jdbc:mariadb:") == 0;
    CHECK(row == Row{"257", "2020-01-01", mariadb ? "2020-02-03 04:05:06.7" : "2020-02-03 04:05:06.700",
                     std::nullopt});
  }
}

TEST_CASE("what a script leaves in the session is put back, however it was set") {
  const std::vector<std::string> statements = {"SET @x = 1",
                                               "SELECT 1 INTO @x",
                                               "INSERT INTO t VALUES (@x := 1)",
                                               "SET foreign_key_checks = 0",
                                               "CALL p()",
                                               "CALL fails()",
                                               "INSERT INTO triggering VALUES (1)",
                                               "SELECT f()",
                                               "DROP SCHEMA whimbrel_mysql_current"};
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute("CREATE TABLE t (i INT)");
    database->execute("CREATE TABLE triggering (i INT)");
    database->execute("CREATE TRIGGER tr BEFORE INSERT ON triggering FOR EACH ROW SET @x = 1");
    database->execute("CREATE PROCEDURE p() BEGIN SET @x = 1; SET foreign_key_checks = 0; END");
    database->execute("CREATE PROCEDURE fails() BEGIN SET @x = 1; SIGNAL SQLSTATE '45000'; END");
    database->execute("CREATE FUNCTION f() RETURNS INT DETERMINISTIC BEGIN SET @x = 1; RETURN 1; END");
    database->restoreSession();
    for (const std::string& statement : statements) {
      CAPTURE(statement);
      if (statement.starts_with("DROP SCHEMA")) {
        database->execute("CREATE SCHEMA IF NOT EXISTS whimbrel_mysql_current");
        database->useSchema("whimbrel_mysql_current");
      }
      try {
        database->execute(statement);
      } catch (const SqlError&) {
        CHECK(statement == "CALL fails()");
      }
      database->restoreSession();
      CHECK(single(*database, "SELECT CONCAT_WS(' ', IFNULL(@x, 'none'), @@foreign_key_checks + 0)") ==
            "none 1");
      database->useSchema(schema.name());
      CHECK(single(*database, "SELECT DATABASE()") == schema.name());
    }
  }
}
