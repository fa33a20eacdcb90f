// One row for each database: the SQL that differs, and what the reference makes of it there.
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

Dialect sqlite() {
  Dialect dialect;
  dialect.product = "SQLite";
  dialect.transactionalDdl = true;
  dialect.hasSchemas = false;
  dialect.textType = "TEXT";
  dialect.aliasedColumnTitle = "label";
  dialect.unknownSchemaHasNoTables = false;
  dialect.sessionModes = {"PRAGMA encoding", "PRAGMA case_sensitive_like = on"};
  dialect.objectKinds = {
      {"table", {"CREATE TABLE t (id INT)"}, true},
      {"virtual table", {"CREATE VIRTUAL TABLE f USING fts5(a)"}, true},
      {"view", {"CREATE VIEW v AS SELECT 1"}, false},
      {"sqlite_sequence", {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "DROP TABLE t"}, false},
      {"android_metadata", {"CREATE TABLE android_metadata (locale TEXT)"}, false},
      {"sqlite_stat1", {"CREATE TABLE t (id INT)", "ANALYZE", "DROP TABLE t"}, true},
  };
  dialect.messySchema = {
      "PRAGMA foreign_keys = on",
      R"(CREATE TABLE "par""ent" (id INTEGER PRIMARY KEY AUTOINCREMENT, self INT REFERENCES "par""ent" (id)))",
      R"(CREATE TABLE child (id INT NOT NULL REFERENCES "par""ent" (id) ON DELETE SET NULL))",
      "CREATE TABLE egg (id INTEGER PRIMARY KEY, h INT REFERENCES hen (id) DEFERRABLE INITIALLY DEFERRED)",
      "CREATE TABLE hen (id INTEGER PRIMARY KEY, e INT NOT NULL REFERENCES egg (id) ON DELETE RESTRICT)",
      R"(INSERT INTO "par""ent" VALUES (7, 7))",
      "INSERT INTO child VALUES (7)",
      "INSERT INTO egg VALUES (1, NULL)",
      "INSERT INTO hen VALUES (1, 1)",
      "UPDATE egg SET h = 1",
      "CREATE TABLE \"übung [x] `y` 'z'\" (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED)",
      "CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID",
      "CREATE VIRTUAL TABLE words USING fts5(word)",
      "CREATE VIRTUAL TABLE boxes USING rtree(id, left, right)",
      "CREATE INDEX idx ON child (id)",
      "CREATE VIEW first AS SELECT id FROM child",
      "CREATE VIEW \"sec ond\" AS SELECT id FROM first",
      "CREATE VIEW broken AS SELECT * FROM nowhere",
      "CREATE TRIGGER on_table AFTER INSERT ON child BEGIN SELECT 1; END",
      "CREATE TRIGGER on_view INSTEAD OF INSERT ON first BEGIN INSERT INTO child VALUES (1); END",
      "ANALYZE",
  };
  dialect.countObjects =
      "SELECT (SELECT count(*) FROM {schema}.sqlite_master WHERE name <> 'sqlite_sequence') + "
      "(SELECT count(*) FROM {schema}.sqlite_master WHERE name = 'sqlite_sequence' AND "
      "EXISTS (SELECT 1 FROM sqlite_sequence))";
  dialect.refusals = {
      {"SELECT * FROM nope", std::nullopt, 1},
      {"SELEC 1", std::nullopt, 1},
      {"INSERT INTO d VALUES (1), (1)", std::nullopt, 19},
      {"INSERT INTO sqlite_master VALUES (1)", std::nullopt, 1},
      {"ATTACH '/no such folder/x.db' AS x", std::nullopt, 14},
  };
  dialect.historyTable = {
      R"(CREATE TABLE "s"."h" (
    "installed_rank" INT NOT NULL PRIMARY KEY,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INT,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
    "execution_time" INT NOT NULL,
    "success" BOOLEAN NOT NULL
))",
      R"(CREATE INDEX "s"."h_s_idx" ON "h" ("success"))",
  };
  return dialect;
}

/// What MySQL and MariaDB have in common.
Dialect mysqlFamily(const std::string& product, const std::string& variable, const std::string& primaryKeyName) {
  Dialect dialect;
  dialect.product = product;
  dialect.variable = variable;
  dialect.transactionalDdl = false;
  dialect.hasSchemas = true;
  dialect.textType = "LONGTEXT CHARACTER SET utf8mb4";
  dialect.aliasedColumnTitle = "v";
  dialect.unknownSchemaHasNoTables = true;
  dialect.sessionModes = {"SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET sql_mode = 'ANSI_QUOTES'",
                          "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'"};
  dialect.objectKinds = {
      {"table", {"CREATE TABLE t (id INT)"}, true},
      {"view", {"CREATE VIEW v AS SELECT 1 AS one"}, true},
      {"procedure", {"CREATE PROCEDURE p() SELECT 1"}, true},
      {"function", {"CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1"}, true},
      {"event", {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"}, true},
  };
  dialect.messySchema = {
      "CREATE TABLE parent (id INT PRIMARY KEY, self INT, FOREIGN KEY (self) REFERENCES parent (id))",
      "CREATE TABLE `chi``ld` (id INT, FOREIGN KEY (id) REFERENCES parent (id))",
      "INSERT INTO parent VALUES (7, 7)",
      "INSERT INTO `chi``ld` VALUES (7)",
      "CREATE TABLE `übung \"x\" 'z'` (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED)",
      "CREATE VIEW first AS SELECT id FROM `chi``ld`",
      "CREATE VIEW `sec ond` AS SELECT id FROM first",
      "CREATE TABLE gone (id INT)",
      "CREATE VIEW broken AS SELECT * FROM gone",
      "DROP TABLE gone",
      "CREATE PROCEDURE `pro``c`() SELECT 1",
      "CREATE FUNCTION fun() RETURNS INT DETERMINISTIC RETURN 1",
      "CREATE TRIGGER tr BEFORE INSERT ON parent FOR EACH ROW SET NEW.id = 1",
      "CREATE EVENT `e v` ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
  };
  dialect.countObjects =
      "SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = '{schema}') + "
      "(SELECT count(*) FROM information_schema.routines WHERE routine_schema = '{schema}') + "
      "(SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = '{schema}') + "
      "(SELECT count(*) FROM information_schema.events WHERE event_schema = '{schema}')";
  dialect.refusals = {
      {"SELECT * FROM nope", "42S02", 1146},
      {"SELEC 1", "42000", 1064},
      {"INSERT INTO d VALUES (1), (1)", "23000", 1062},
      {"SELECT nope FROM d", "42S22", 1054},
  };
  dialect.sessionChanges = {
      {"SET @x = 5", "SELECT @x", std::nullopt},
      {"SET foreign_key_checks = 0", "SELECT @@foreign_key_checks", "1"},
      {"SET sql_safe_updates = 1", "SELECT @@sql_safe_updates", "0"},
      {"SET unique_checks = 0", "SELECT @@unique_checks", "0"},
      {"SET sql_mode = 'ANSI_QUOTES'", "SELECT @@sql_mode", "ANSI_QUOTES"},
  };
  dialect.lockProbe = LockProbe{{"app", "flyway_schema_history"},
                                "SELECT IS_USED_LOCK('Flyway--320650056') IS NOT NULL", "1"};
  dialect.historyTable = {
      "CREATE TABLE `s`.`h` (\n"
      "    `installed_rank` INT NOT NULL,\n"
      "    `version` VARCHAR(50),\n"
      "    `description` VARCHAR(200) NOT NULL,\n"
      "    `type` VARCHAR(20) NOT NULL,\n"
      "    `script` VARCHAR(1000) NOT NULL,\n"
      "    `checksum` INT,\n"
      "    `installed_by` VARCHAR(100) NOT NULL,\n"
      "    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
      "    `execution_time` INT NOT NULL,\n"
      "    `success` BOOL NOT NULL,\n"
      "    CONSTRAINT " + primaryKeyName + " PRIMARY KEY (`installed_rank`)\n"
      ") ENGINE=InnoDB",
      "CREATE INDEX `h_s_idx` ON `s`.`h` (`success`)",
  };
  return dialect;
}

}  // namespace

const std::vector<Dialect>& dialects() {
  static const std::vector<Dialect> all = {
      sqlite(),
      mysqlFamily("MariaDB", "WHIMBREL_TEST_MARIADB", ""),
      mysqlFamily("MySQL", "WHIMBREL_TEST_MYSQL", "`h_pk`"),
  };
  return all;
}

}  // namespace whimbrel::contract
