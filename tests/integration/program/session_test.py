#!/usr/bin/python3
"""One migration can't disturb the next, nor the history: what scripts do to their session."""
import program
from program import EVERYWHERE, SERVERS, on_each


@on_each(*SERVERS)
class OnAServer:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB;")

    def then(self, disturbing, following="INSERT INTO one VALUES (9, 'after');"):
        """Applies both scripts in one run and checks that the second one found its schema and the history its rows."""
        self.scripts(V2__disturbing=disturbing, V3__following=following)
        run = self.succeeds("migrate")
        self.assertEqual(self.history(), [["1", "SQL", "1"], ["2", "SQL", "1"], ["3", "SQL", "1"]])
        self.succeeds("validate")
        return run

    def test_another_current_schema(self):
        other = self.database.schema + "_other"
        self.database.also_drop.append(other)
        self.then(f"CREATE DATABASE {other}; USE {other}; CREATE TABLE elsewhere (id INT);")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["9", "after"]])
        self.assertEqual(self.database.query("SHOW TABLES", database=other), [["elsewhere"]])

    def test_a_dropped_current_schema(self):
        other = self.database.schema + "_other"
        self.database.also_drop.append(other)
        self.then(f"CREATE DATABASE {other}; USE {other}; DROP DATABASE {other};")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["9", "after"]])

    def test_foreign_key_checks_and_safe_updates(self):
        self.then("SET foreign_key_checks = 0, sql_safe_updates = 1;",
                  "INSERT INTO one VALUES (@@foreign_key_checks, @@sql_safe_updates);")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "0"]])

    def test_user_variables(self):
        self.then("SET @id = 5, @`odd name` = 'x';", "INSERT INTO one VALUES (COALESCE(@id, 0), COALESCE(@`odd name`, 'gone'));")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["0", "gone"]])

    def test_sql_mode_stays_as_scripts_rely_on_it(self):
        self.then("SET sql_mode = 'ANSI_QUOTES';", 'INSERT INTO "one" VALUES (3, \'quoted\');')
        self.assertEqual(self.database.query("SELECT * FROM one"), [["3", "quoted"]])

    def test_sql_mode_does_not_spoil_the_history(self):
        for mode in ("ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ANSI,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES", "PAD_CHAR_TO_FULL_LENGTH", ""):
            with self.subTest(mode):
                self.script("V2__d.sql", f"SET sql_mode = '{mode}';")
                self.script("V3__quo'te \"and\" `tick` back\\slash.sql", "INSERT INTO one VALUES (9, 'after');")
                self.succeeds("migrate", "validate")
                self.assertEqual(self.history("description")[2], ["quo'te \"and\" `tick` back\\slash"])
                self.succeeds("clean")

    def test_character_sets_do_not_spoil_the_history(self):
        for names in ("latin1", "utf8mb4 COLLATE utf8mb4_bin", "binary"):
            with self.subTest(names):
                self.script("V2__d.sql", f"SET NAMES {names};")
                self.script("V3__Zoë.sql", "SELECT 1;")
                self.succeeds("migrate", "validate")
                self.assertEqual(self.history("description")[2], ["Zoë"])
                self.succeeds("clean")

    def test_autocommit_switched_off(self):
        self.then("SET autocommit = 0; INSERT INTO one VALUES (1, 'kept');")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "kept"], ["9", "after"]])

    def test_autocommit_switched_on(self):
        self.then("SET autocommit = 1; INSERT INTO one VALUES (1, 'kept');")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "kept"], ["9", "after"]])

    def test_an_unclosed_transaction(self):
        self.then("START TRANSACTION; INSERT INTO one VALUES (1, 'kept');")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "kept"], ["9", "after"]])

    def test_a_rolled_back_transaction(self):
        self.then("INSERT INTO one VALUES (1, 'lost'); ROLLBACK;")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["9", "after"]])

    def test_a_transaction_that_may_not_write_ends_with_its_script(self):
        self.scripts(V2__disturbing="COMMIT; START TRANSACTION READ ONLY;", V3__following="SELECT 1;")
        run = self.fails("migrate")    # the row of the history can't be written
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertEqual(self.applied(), ["1"])

    def test_temporary_tables_and_prepared_statements_live_on(self):
        self.then("CREATE TEMPORARY TABLE t (id INT); INSERT INTO t VALUES (4); PREPARE p FROM 'SELECT 1';",
                  "INSERT INTO one SELECT id, 'temporary' FROM t; EXECUTE p;")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["4", "temporary"]])

    def test_a_temporary_table_in_the_place_of_the_history_does_not_take_its_rows(self):
        self.scripts(V2__disturbing="CREATE TEMPORARY TABLE flyway_schema_history (id INT);")
        self.fails("migrate")
        self.assertIn("1", self.applied())

    def test_unlocked_tables(self):
        self.then("LOCK TABLES one WRITE; INSERT INTO one VALUES (1, 'locked'); UNLOCK TABLES;")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "locked"], ["9", "after"]])

    def test_several_results_and_warnings_of_a_procedure(self):
        run = self.then("DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; INSERT INTO one VALUES (1, 'p'); END//\n"
                        "DELIMITER ;\nCALL p();\nDROP TABLE IF EXISTS nothere;")
        self.assertIn("WARNING: DB: Unknown table", run.out)
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "p"], ["9", "after"]])

    def test_a_short_wait_timeout_is_no_surprise(self):
        self.then("SET SESSION max_execution_time = 1;" if self.kind == "mysql" else "SET SESSION max_statement_time = 5;")

    def test_a_script_that_gives_its_own_lock_back_harms_nobody(self):
        self.then("DO RELEASE_ALL_LOCKS();")


@on_each("sqlite")
class OnAFile:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY, name VARCHAR(20));")

    def then(self, disturbing, following="INSERT INTO one VALUES (9, 'after');"):
        self.scripts(V2__disturbing=disturbing, V3__following=following)
        self.succeeds("migrate")
        self.assertEqual(self.history(), [["1", "SQL", "1"], ["2", "SQL", "1"], ["3", "SQL", "1"]])
        self.succeeds("validate")

    def test_commit_rollback_and_begin(self):
        for statements in ("INSERT INTO one VALUES (1, 'x'); COMMIT;", "COMMIT; BEGIN; INSERT INTO one VALUES (1, 'x');",
                           "INSERT INTO one VALUES (2, 'lost'); ROLLBACK; INSERT INTO one VALUES (1, 'x');"):
            with self.subTest(statements):
                self.then(statements)
                self.assertEqual(self.database.query("SELECT * FROM one"), [["1", "x"], ["9", "after"]])
                self.succeeds("clean")

    def test_savepoints_attached_databases_and_temporary_tables(self):
        self.then("SAVEPOINT s; INSERT INTO one VALUES (1, 'x'); ROLLBACK TO s;\nCREATE TEMP TABLE t (id INT);")
        self.assertEqual(self.database.query("SELECT * FROM one"), [["9", "after"]])

    def test_a_temporary_table_in_the_place_of_the_history_does_not_take_its_rows(self):
        self.then("CREATE TEMP TABLE flyway_schema_history (id INT);")

    def test_pragmas(self):
        self.then("PRAGMA foreign_keys = ON;")
        self.succeeds("clean")
        self.then("PRAGMA query_only = OFF; PRAGMA recursive_triggers = ON; PRAGMA case_sensitive_like = ON;")

    def test_a_session_made_read_only_is_told(self):
        self.scripts(V2__disturbing="PRAGMA query_only = ON;", V3__following="SELECT 1;")
        run = self.fails("migrate")
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertEqual(self.applied(), ["1"])


if __name__ == "__main__":
    program.main()
