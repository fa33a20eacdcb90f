// Schemas, cleaning and the history table: spec/commands.md sections 2.2, 8, 11.
#include "server_under_test.h"
#include "tests/history_table.h"

using namespace whimbrel;
using namespace whimbrel::test;

namespace {

void fill(Database& database, const std::string& other, bool mariadb) {
  const std::vector<std::string> statements = {
      "CREATE TABLE parent (id INT PRIMARY KEY)",
      "CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES parent (id))",
      "ALTER TABLE parent ADD FOREIGN KEY (id) REFERENCES child (id)",
      "CREATE TABLE `we``ird 'na\"me` (id INT)",
      "CREATE TABLE `größe 表` (id INT)",
      "CREATE VIEW a_view AS SELECT * FROM parent",
      "CREATE VIEW b_view AS SELECT * FROM a_view",
      "CREATE TRIGGER tr BEFORE INSERT ON parent FOR EACH ROW SET @a = 1",
      "CREATE PROCEDURE p() SELECT 1",
      "CREATE FUNCTION `f``n`() RETURNS INT DETERMINISTIC RETURN 1",
      "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
      "CREATE TABLE " + database.quote(TableName{other, "outsider"}) +
          " (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES " +
          database.quote(TableName{"whimbrel_mysql", "parent"}) + " (id))",
  };
  for (const std::string& statement : statements) database.execute(statement);
  if (!mariadb) return;
  database.execute("CREATE SEQUENCE s");
  database.execute("CREATE TABLE versioned (id INT DEFAULT (NEXT VALUE FOR s)) WITH SYSTEM VERSIONING");
}

}  // namespace

TEST_CASE("cleaning drops everything in the schema and nothing elsewhere") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema other(server, "whimbrel_mysql_other");
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    CHECK(database->schemaIsEmpty(schema.name()));
    fill(*database, other.name(), server.name == "MariaDB");
    CHECK_FALSE(database->schemaIsEmpty(schema.name()));
    database->cleanSchema(schema.name());
    CHECK(database->schemaIsEmpty(schema.name()));
    CHECK(database->tableExists({other.name(), "outsider"}));
    CHECK(single(*database, "SELECT @@foreign_key_checks") == "1");
    database->cleanSchema(schema.name());
  }
}

TEST_CASE("cleaning leaves foreign_key_checks at 1, and restoreSession at the value of the connect") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name(), "sessionVariables=foreign_key_checks=0");
    database->execute("CREATE TABLE t (id INT)");
    database->cleanSchema(schema.name());
    CHECK(single(*database, "SELECT @@foreign_key_checks") == "1");
    database->restoreSession();
    CHECK(single(*database, "SELECT @@foreign_key_checks") == "0");
  }
}

TEST_CASE("many tables are dropped in few statements") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    for (int i = 0; i < 60; ++i) database->execute("CREATE VIEW v" + std::to_string(i) + " AS SELECT 1");
    const auto questions = [&] {
      return std::stoi(database->query("SHOW SESSION STATUS LIKE 'Questions'").at(0).at(1).value());
    };
    const int before = questions();
    database->cleanSchema(schema.name());
    CHECK(questions() == before + 3);
    CHECK(database->schemaIsEmpty(schema.name()));
  }
}

TEST_CASE("a schema with nothing but a routine or an event is not empty") {
  for (const Server& server : servers()) {
    for (const char* statement :
         {"CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
          "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "CREATE VIEW v AS SELECT 1"}) {
      CAPTURE(server.name);
      CAPTURE(statement);
      const Schema schema(server, "whimbrel_mysql");
      const auto database = server.open(schema.name());
      database->execute(statement);
      CHECK_FALSE(database->schemaIsEmpty(schema.name()));
    }
  }
}

TEST_CASE("names that differ in case or accents alone are different ones") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema plain(server, "whimbrel_mysql_grosse");
    const auto database = server.open(plain.name());
    if (single(*database, "SELECT @@lower_case_table_names") != "0") continue;
    const Schema accented(server, "whimbrel_mysql_größe");
    const Schema upper(server, "whimbrel_mysql_GROSSE");
    database->useSchema(upper.name());
    database->execute("CREATE TABLE t (id INT)");
    database->execute("CREATE PROCEDURE p() SELECT 1");
    CHECK(database->schemaIsEmpty(plain.name()));
    CHECK(database->schemaIsEmpty(accented.name()));
    database->cleanSchema(plain.name());
    CHECK_FALSE(database->schemaIsEmpty(upper.name()));
    CHECK(database->tableExists({upper.name(), "t"}));
    CHECK_FALSE(database->tableExists({upper.name(), "T"}));
    CHECK(database->schemaExists(accented.name()));
    CHECK_FALSE(database->schemaExists("whimbrel_mysql_GRÖSSE"));
    database->dropSchema(upper.name());
    CHECK(database->currentSchema() == std::nullopt);
  }
}

TEST_CASE("hostile schema names stay names") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "wh`; DROP '\"\\ größe");
    const auto database = server.open("");
    CHECK(database->schemaExists(schema.name()));
    database->useSchema(schema.name());
    CHECK(database->currentSchema() == schema.name());
    CHECK(single(*database, "SELECT DATABASE()") == schema.name());
    createHistoryTable(*database, {schema.name(), "h`'"}, "",
                       BaselineRow{"1", "it's \\ größe", "it's \\ größe", "b'ob"});
    CHECK(database->tableExists({schema.name(), "h`'"}));
    CHECK(database->query("SELECT description, installed_by, installed_rank FROM " +
                          database->quote(TableName{schema.name(), "h`'"})) ==
          std::vector<Row>{{"it's \\ größe", "b'ob", "1"}});
    database->cleanSchema(schema.name());
    CHECK(database->schemaIsEmpty(schema.name()));
    CHECK_THROWS_AS(database->useSchema(schema.name() + std::string("\0x", 2)), SqlError);
  }
}

TEST_CASE("the history table has the same columns with and without a baseline") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    createHistoryTable(*database, {schema.name(), "plain"}, "", std::nullopt);
    createHistoryTable(*database, {schema.name(), "based"}, "", BaselineRow{"1", "base", "base", "bob"});
    const auto ddl = [&](const std::string& table) {
      std::string text = database->query("SHOW CREATE TABLE " + table).at(0).at(1).value();
      for (std::size_t at = text.find(table); at != std::string::npos; at = text.find(table))
        text.replace(at, table.size(), "T");
      return text;
    };
    CHECK(ddl("plain") == ddl("based"));
  }
}
