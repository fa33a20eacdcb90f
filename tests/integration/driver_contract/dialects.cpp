// One row for each database: the SQL that differs, and what the reference makes of it there.
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

Dialect sqlite() {
  Dialect dialect;
  dialect.product = "SQLite";
  dialect.transactionalDdl = true;
  dialect.hasSchemas = false;
  dialect.catalog = "SELECT ''";
  dialect.textType = "TEXT";
  dialect.aliasedColumnTitle = "label";
  dialect.countTitle = "count(*)";
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
Dialect mysqlFamily(const std::string& product, const std::string& variable,
                    const std::string& primaryKeyName) {
  Dialect dialect;
  dialect.product = product;
  dialect.variable = variable;
  dialect.transactionalDdl = false;
  dialect.hasSchemas = true;
  dialect.catalog = "SELECT DATABASE()";
  dialect.changeSchema = "USE {schema}";
  dialect.textType = "LONGTEXT CHARACTER SET utf8mb4";
  dialect.aliasedColumnTitle = "v";
  dialect.countTitle = "count(*)";
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
  dialect.lockProbe = LockProbe{
      {"app", "flyway_schema_history"}, "SELECT IS_USED_LOCK('Flyway--320650056') IS NOT NULL", "1"};
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
      "    CONSTRAINT " +
          primaryKeyName +
          " PRIMARY KEY (`installed_rank`)\n"
          ") ENGINE=InnoDB",
      "CREATE INDEX `h_s_idx` ON `s`.`h` (`success`)",
  };
  return dialect;
}

Dialect postgresql() {
  Dialect dialect;
  dialect.product = "PostgreSQL";
  dialect.variable = "WHIMBREL_TEST_POSTGRESQL";
  dialect.transactionalDdl = true;
  dialect.hasSchemas = true;
  dialect.schemaProperty = "currentSchema";
  dialect.catalog = "SELECT current_database()";
  dialect.changeSchema = "SET search_path TO {schema}";
  dialect.textType = "TEXT";
  dialect.textsHoldNul = false;
  dialect.aliasedColumnTitle = "label";
  dialect.countTitle = "count";
  dialect.unknownSchemaHasNoTables = true;
  dialect.sessionModes = {"SET standard_conforming_strings = off", "SET backslash_quote = off",
                          "SET client_encoding = 'LATIN1'"};
  dialect.objectKinds = {
      {"table", {"CREATE TABLE t (id INT)"}, true},
      {"view", {"CREATE VIEW v AS SELECT 1 AS one"}, true},
      {"sequence", {"CREATE SEQUENCE s"}, true},
      {"function", {"CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'"}, true},
      {"procedure", {"CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'"}, true},
      {"enum", {"CREATE TYPE e AS ENUM ('a')"}, true},
      {"domain", {"CREATE DOMAIN d AS INT"}, true},
      {"materialized view", {"CREATE MATERIALIZED VIEW m AS SELECT 1 AS one"}, false},
      {"partitioned table", {"CREATE TABLE t (id INT) PARTITION BY RANGE (id)"}, false},
      {"composite type", {"CREATE TYPE c AS (a INT)"}, false},
      {"extension", {"CREATE EXTENSION hstore"}, false},
  };
  dialect.messySchema = {
      R"(CREATE TABLE "par""ent" (id SERIAL PRIMARY KEY, self INT REFERENCES "par""ent" (id)))",
      R"(CREATE TABLE child (id INT REFERENCES "par""ent" (id)))",
      R"(INSERT INTO "par""ent" VALUES (7, 7))",
      "INSERT INTO child VALUES (7)",
      "CREATE TABLE \"übung [x] 'z'\" (a INT GENERATED ALWAYS AS IDENTITY, b TEXT DEFAULT 'x')",
      "CREATE TABLE heir () INHERITS (child)",
      "CREATE TABLE parted (id INT) PARTITION BY RANGE (id)",
      "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (1) TO (9)",
      "CREATE UNLOGGED TABLE quick (a INT, b INT)",
      "CREATE STATISTICS stats ON a, b FROM quick",
      "CREATE VIEW first AS SELECT id FROM child",
      "CREATE VIEW \"sec ond\" AS SELECT id FROM first",
      "CREATE MATERIALIZED VIEW mat AS SELECT id FROM \"sec ond\"",
      "CREATE RECURSIVE VIEW counted (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3",
      "CREATE SEQUENCE \"se q\"",
      "CREATE TABLE counter (id INT DEFAULT nextval('\"se q\"'))",
      "CREATE DOMAIN small AS INT CHECK (VALUE < 9)",
      "CREATE DOMAIN smaller AS small[]",
      "CREATE TYPE mood AS ENUM ('good', 'bad')",
      "CREATE TYPE pair AS (one mood, two small)",
      "CREATE TYPE span AS RANGE (SUBTYPE = FLOAT8)",
      "CREATE TYPE shell",
      "CREATE TYPE base",
      "CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin'",
      "CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'",
      "CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = TEXT)",
      "CREATE TABLE typed (p pair, s span, b base)",
      "CREATE FUNCTION \"fun c\"(p pair, VARIADIC more small[]) RETURNS mood LANGUAGE sql AS 'SELECT $1.one'",
      "CREATE FUNCTION \"fun c\"(t typed) RETURNS SETOF typed LANGUAGE sql AS 'SELECT $1'",
      "CREATE PROCEDURE pro(INOUT a INT) LANGUAGE plpgsql AS 'BEGIN a := 1; END'",
      "CREATE AGGREGATE total(INT) (SFUNC = int4pl, STYPE = INT, INITCOND = '0')",
      "CREATE AGGREGATE ranked(FLOAT8 ORDER BY ANYELEMENT) (SFUNC = ordered_set_transition, STYPE = "
      "INTERNAL, "
      "FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)",
      "CREATE FUNCTION same(a pair, b pair) RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true'",
      "CREATE OPERATOR === (LEFTARG = pair, RIGHTARG = pair, FUNCTION = same)",
      "CREATE OPERATOR FAMILY fam USING hash",
      "CREATE OPERATOR CLASS cls FOR TYPE pair USING hash FAMILY fam AS OPERATOR 1 ===",
      "CREATE COLLATION coll FROM \"C\"",
      "CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
      "CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple)",
      "CREATE TEXT SEARCH CONFIGURATION conf (COPY = simple)",
      "CREATE FUNCTION fire() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      "CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION fire()",
      "CREATE RULE ru AS ON DELETE TO quick DO INSTEAD NOTHING",
      "CREATE EXTENSION hstore",
  };
  dialect.countObjects =
      "SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass "
      "AND refobjid = (SELECT oid FROM pg_namespace WHERE nspname = '{schema}')";
  dialect.refusals = {
      {"SELECT * FROM nope", "42P01", 0},
      {"SELEC 1", "42601", 0},
      {"INSERT INTO d VALUES (1), (1)", "23505", 0},
      {"SELECT nope FROM d", "42703", 0},
      {"COPY d TO STDOUT", "0A000", 0},
      {"COPY d FROM STDIN", "0A000", 0},
  };
  dialect.sessionChanges = {
      {"SET ROLE pg_monitor", "SELECT current_user = session_user", "t"},
      {"SET datestyle = 'SQL, DMY'", "SHOW datestyle", "ISO, DMY"},
      {"SET timezone = 'Asia/Tokyo'", "SHOW timezone", "Asia/Tokyo"},
      {"SET client_encoding = 'LATIN1'", "SHOW client_encoding", "UTF8"},
  };
  dialect.lockProbe = LockProbe{
      {"public", "flyway_schema_history"},
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 18028 AND objid = 4163491309 "
      "AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      "1"};
  dialect.historyTable = {
      R"(CREATE TABLE "s"."h" (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL
))",
      R"(ALTER TABLE "s"."h" ADD CONSTRAINT "h_pk" PRIMARY KEY ("installed_rank"))",
      R"(CREATE INDEX "h_s_idx" ON "s"."h" ("success"))",
  };
  return dialect;
}

}  // namespace

const std::vector<Dialect>& dialects() {
  static const std::vector<Dialect> all = {
      sqlite(),
      mysqlFamily("MariaDB", "WHIMBREL_TEST_MARIADB", ""),
      mysqlFamily("MySQL", "WHIMBREL_TEST_MYSQL", "`h_pk`"),
      postgresql(),
  };
  return all;
}

}  // namespace whimbrel::contract
