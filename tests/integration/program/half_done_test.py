#!/usr/bin/python3
"""Scripts that stop halfway where DDL commits by itself: what the next run says of them, and how they go on."""
import os
import signal

import program
from program import HISTORY, SERVERS, on_each

PROGRESS = HISTORY + "_whimbrel"
RESUME = "-resumeFailedMigrations=true"


class HalfDone:
    def setUp(self):
        super().setUp()
        os.environ["FLYWAY_RECORD_STATEMENTS"] = "true"
        self.addCleanup(os.environ.pop, "FLYWAY_RECORD_STATEMENTS")
        self.scripts(V1__log="CREATE TABLE log (entry VARCHAR(20));")
        self.succeeds("migrate")

    def log(self):
        return [row[0] for row in self.database.query("SELECT entry FROM log")]

    def tables(self):
        return {row[0] for row in self.database.query(
            f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{self.database.schema}'")}

    def assert_clean_end(self, *versions):
        self.assertEqual(self.applied(), list(versions))
        self.assertNotIn(PROGRESS, self.tables())
        self.assertIn("up to date", self.succeeds("migrate").out)

    @staticmethod
    def decide(took_effect):
        """What one has found out about the statement in doubt: a server may complete one that is killed."""
        return f"-resumeFailedMigrations={'skip' if took_effect else 'redo'}"

    def running(self, pattern):
        return self.database.query("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE "
                                   f"'{pattern}' AND DB = '{self.database.schema}' AND ID <> CONNECTION_ID()")

    def stop_in(self, pattern, number, *words):
        """Runs migrate until its connection is in a statement like `pattern`, and stops it there."""
        process = self.start("migrate", *words)
        connection = self.wait_for(lambda: self.running(pattern), f"the statement {pattern}", process)[0][0]
        process.send_signal(number)
        run = self.finish(process)
        if number == signal.SIGKILL:
            self.database.run(f"KILL {connection}", None, "--force")
            self.wait_for(lambda: not self.running(pattern), "the end of the connection")
        return run


@on_each(*SERVERS)
class AfterAnError(HalfDone):
    def setUp(self):
        super().setUp()
        self.broken = ("INSERT INTO log VALUES ('first');\nCREATE TABLE a (id INT);\nINSERT INTO log VALUES ('second');\n"
                       "\nALTER TABLE a ADD COLUMN b INT;\nINSERT INTO log VALUES ('third');\nINSERT INTO nope VALUES (1);\n"
                       "INSERT INTO log VALUES ('last');\n")

    def test_it_goes_on_behind_the_last_statement_that_took_effect(self):
        self.scripts(V2__half=self.broken)
        failed = self.fails("migrate")
        self.assertIn("statements 1 to 4 took effect, the last one at line 5", failed.err)
        self.assertEqual(self.log(), ["first", "second"])
        again = self.fails("migrate")
        self.assertIn("WARNING: V2__half.sql lies half-done, or another run is at it: statements 1 to 4 took effect", again.out)
        self.assertIn("statements 1 to 4 took effect", self.succeeds("info").out)
        self.assertIn("statements 1 to 4 took effect", self.succeeds("repair").out)
        self.scripts(V2__half=self.broken.replace("nope", "a (id)"))
        self.assertIn("Going on with V2__half.sql behind statement 4", self.succeeds("migrate", RESUME).out)
        self.assertEqual(self.log(), ["first", "second", "third", "last"])
        self.assert_clean_end("1", "2")

    def test_it_can_fail_again_and_again(self):
        self.scripts(V2__half=self.broken + "CREATE TABLE log (id INT);\nCREATE TABLE c (id INT);")
        self.fails("migrate")
        self.succeeds("repair")
        self.scripts(V2__half=self.broken.replace("nope", "a (id)") + "CREATE TABLE log (id INT);\nCREATE TABLE c (id INT);")
        # the failed CREATE commits what went before it
        self.assertIn("statements 1 to 7 took effect, the last one at line 8", self.fails("migrate", RESUME).err)
        self.succeeds("repair")
        self.scripts(V2__half=self.broken.replace("nope", "a (id)") + "CREATE TABLE d (id INT);\nCREATE TABLE c (id INT);")
        self.succeeds("migrate", RESUME)
        self.assertEqual(self.log(), ["first", "second", "third", "last"])
        self.assert_clean_end("1", "2")

    def test_a_text_that_changed_before_that_point_is_refused(self):
        self.scripts(V2__half=self.broken)
        self.fails("migrate")
        self.succeeds("repair")
        self.scripts(V2__half=self.broken.replace("second", "2nd").replace("nope", "a (id)"))
        self.assertIn("have changed since", self.fails("migrate", RESUME).err)
        self.scripts(V2__half="CREATE TABLE a (id INT);")
        self.assertIn("have changed since", self.fails("migrate", RESUME).err)
        self.assertEqual(self.log(), ["first", "second"])

    def test_without_the_option_it_begins_anew_after_repair(self):
        self.scripts(V2__half=self.broken)
        self.fails("migrate")
        self.succeeds("repair")
        self.database.query("DROP TABLE a")
        self.database.query("DELETE FROM log")
        self.scripts(V2__half=self.broken.replace("nope", "a (id)"))
        self.assertIn("runs from its beginning, though in an earlier run statements 1 to 4 took effect",
                      self.succeeds("migrate").out)
        self.assertEqual(self.log(), ["first", "second", "third", "last"])
        self.assert_clean_end("1", "2")

    def test_what_only_the_session_knew_is_brought_back_or_refused(self):
        self.scripts(V2__half="SET @who = 'me';\nCREATE TABLE a (id INT);\nINSERT INTO nope VALUES (1);\nINSERT INTO log VALUES (@who);")
        self.fails("migrate")
        self.succeeds("repair")
        self.scripts(V2__half="SET @who = 'me';\nCREATE TABLE a (id INT);\nINSERT INTO log VALUES (@who);")
        self.succeeds("migrate", RESUME)
        self.assertEqual(self.log(), ["me"])
        self.scripts(V3__half="CREATE TEMPORARY TABLE t (id INT);\nCREATE TABLE c (id INT);\nINSERT INTO nope VALUES (1);")
        self.fails("migrate")
        self.succeeds("repair")
        self.assertIn("only in the session", self.fails("migrate", RESUME).err)

    def test_tables_without_transactions_are_told_of(self):
        self.scripts(V2__half="CREATE TABLE m (id INT) ENGINE=MyISAM;\nINSERT INTO m VALUES (1);\nINSERT INTO nope VALUES (1);")
        self.fails("migrate")
        self.succeeds("repair")
        self.assertIn("`m`) was not rolled back", self.fails("migrate", RESUME).err)
        self.scripts(V2__half="CREATE TABLE m (id INT) ENGINE=MyISAM;\nINSERT INTO log VALUES ('x');")
        self.succeeds("migrate", "-resumeFailedMigrations=redo")
        self.assert_clean_end("1", "2")

    def test_a_script_that_nothing_is_left_of_needs_no_record(self):
        self.scripts(V2__rows="INSERT INTO log VALUES ('x');\nINSERT INTO nope VALUES (1);")
        self.assertNotIn("took effect", self.fails("migrate").err)
        self.assertNotIn(PROGRESS, self.tables())

    def test_locked_tables_keep_the_record_from_being_written(self):
        locked = "CREATE TABLE a (id INT);\nLOCK TABLES log WRITE;\nINSERT INTO log VALUES ('locked');\n"
        self.scripts(V2__lock=locked + "INSERT INTO log SELECT 'x' FROM nope;")
        self.assertIn("took effect", self.fails("migrate").err)
        self.assertIn("what follows may or may not have: the statement at line 2 kept the record from being written",
                      self.fails("migrate").err)
        self.succeeds("repair")
        self.assertIn("may or may not have", self.fails("migrate", RESUME).err)
        self.scripts(V2__lock=locked + "UNLOCK TABLES;")
        self.succeeds("migrate", "-resumeFailedMigrations=redo")
        self.assertEqual(self.log(), ["locked"])
        self.assert_clean_end("1", "2")

    def test_what_mysqldump_writes_is_recorded_without_complaints(self):
        self.scripts(V2__dump="CREATE TABLE d (id INT);\nLOCK TABLES `d` WRITE;\n/*!40000 ALTER TABLE `d` DISABLE KEYS */;\n"
                              "INSERT INTO d VALUES (1);\n/*!40000 ALTER TABLE `d` ENABLE KEYS */;\nUNLOCK TABLES;\n"
                              "INSERT INTO d VALUES (2);\nINSERT INTO nope VALUES (1);")
        run = self.fails("migrate")
        self.assertNotIn("Unable to record", run.out)
        self.assertIn("statements 1 to 6 took effect", run.err)

    def test_the_record_can_be_switched_off(self):
        self.scripts(V2__half=self.broken)
        self.assertIn("5 statements of this script ran before", self.fails("migrate", "-recordStatements=false").err)
        self.assertNotIn(PROGRESS, self.tables())

    def test_an_account_that_may_not_create_it_migrates_without(self):
        login = self.database.account("SELECT, INSERT, UPDATE, DELETE, ALTER ON {schema}.*")
        self.scripts(V2__half="ALTER TABLE log ADD COLUMN a INT;\nALTER TABLE log ADD COLUMN b INT;")
        run = self.succeeds("migrate", login=login)
        self.assertIn("recordStatements=false does without", run.out)
        self.assertEqual(self.applied(), ["1", "2"])


@on_each(*SERVERS)
class AfterAKill(HalfDone):
    def test_in_a_statement_that_was_rolled_back(self):
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('one');\nINSERT INTO log SELECT CONCAT('two', SLEEP(600));")
        self.stop_in("INSERT INTO log SELECT%", signal.SIGKILL)
        self.assertEqual(self.applied(), ["1"])
        self.assertIn("statement 1 at line 1 took effect\n", self.succeeds("info").out)
        refused = self.fails("migrate")
        self.assertIn('to version "2 - half" stopped halfway in an earlier run: statement 1 at line 1 took effect.', refused.err)
        self.assertEqual(self.history()[-1], ["2", "SQL", "0"])    # for real Flyway
        self.assertIn("Detected failed migration to version 2", self.fails("migrate", RESUME).err)
        self.succeeds("repair")
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('one');\nINSERT INTO log VALUES ('two');")
        self.succeeds("migrate", RESUME)
        self.assertEqual(self.log(), ["one", "two"])
        self.assert_clean_end("1", "2")

    def test_the_option_goes_on_at_once_where_no_failure_was_recorded(self):
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO log SELECT CONCAT('two', SLEEP(600));")
        self.stop_in("INSERT INTO log SELECT%", signal.SIGKILL)
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('two');")
        self.succeeds("migrate", RESUME)
        self.assert_clean_end("1", "2")

    def test_in_a_statement_that_may_have_taken_effect(self):
        text = "CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('one');\nCREATE TABLE b AS SELECT SLEEP({}) AS s;\nINSERT INTO log VALUES ('two');"
        self.scripts(V2__half=text.format(600))
        self.stop_in("CREATE TABLE b%", signal.SIGKILL)
        self.assertEqual(self.log(), ["one"])
        told = "statements 1 to 2 took effect, the last one at line 2; statement 3 at line 3 may or may not have"
        self.assertIn(told, self.fails("migrate").err)
        self.assertIn(told, self.succeeds("repair").out)
        self.assertIn("set resumeFailedMigrations to skip if it has, to redo if it has not", self.fails("migrate", RESUME).err)
        self.scripts(V2__half=text.format(0))
        self.succeeds("migrate", self.decide("b" in self.tables()))
        self.assertEqual(self.log(), ["one", "two"])
        self.assertIn("b", self.tables())
        self.assert_clean_end("1", "2")

    def test_a_statement_in_doubt_can_be_skipped(self):
        self.scripts(V2__half="CREATE TABLE a (id INT);\nCREATE TABLE b AS SELECT SLEEP(600) AS s;\nINSERT INTO log VALUES ('two');")
        self.stop_in("CREATE TABLE b%", signal.SIGKILL)
        self.database.query("CREATE TABLE IF NOT EXISTS b (by_hand INT)")
        self.succeeds("migrate", "-resumeFailedMigrations=skip")
        self.assertEqual(self.log(), ["two"])
        self.assert_clean_end("1", "2")

    def test_a_group_keeps_what_its_scripts_did(self):
        self.scripts(V2__a="CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('two');",
                     V3__b="INSERT INTO log VALUES ('three');\nCREATE TABLE b (id INT);\nINSERT INTO log SELECT SLEEP(600);")
        self.stop_in("INSERT INTO log SELECT%", signal.SIGKILL, "-group=true")
        self.scripts(V3__b="INSERT INTO log VALUES ('three');\nCREATE TABLE b (id INT);\nINSERT INTO log VALUES ('end');")
        self.succeeds("migrate", "-group=true", RESUME)
        self.assertEqual(self.log(), ["two", "three", "end"])
        self.assert_clean_end("1", "2", "3")

    def test_without_a_transaction_each_statement_counts(self):
        self.script("V2__half.sql.conf", "executeInTransaction=false")
        self.scripts(V2__half="INSERT INTO log VALUES ('one');\nINSERT INTO log VALUES ('two');\nINSERT INTO log SELECT CONCAT('three', SLEEP(600));")
        self.stop_in("INSERT INTO log SELECT%", signal.SIGKILL)
        self.assertIn("statements 1 to 2 took effect, the last one at line 2; statement 3 at line 3 may or may not have",
                      self.fails("migrate").err)
        self.succeeds("repair")
        self.scripts(V2__half="INSERT INTO log VALUES ('one');\nINSERT INTO log VALUES ('two');\nINSERT INTO log VALUES ('three');")
        self.succeeds("migrate", self.decide(len(self.log()) == 3))
        self.assertEqual([entry[:5] for entry in self.log()], ["one", "two", "three"])
        self.assert_clean_end("1", "2")

    def test_a_signal_stops_between_statements_and_says_where(self):
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO log VALUES ('one');\nDO SLEEP(600);\nINSERT INTO log VALUES ('two');")
        run = self.stop_in("DO SLEEP%", signal.SIGTERM)
        self.assertEqual(run.code, 1, run)
        self.assertIn("statement 1 at line 1 took effect", run.err)
        self.assertEqual(self.log(), [])
        self.assertEqual(self.history()[-1], ["2", "SQL", "0"])


@on_each(*SERVERS)
class WhenAllIsWell(HalfDone):
    def test_no_table_is_left_and_single_statements_make_none(self):
        self.scripts(V2__two="CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);", V3__one="CREATE TABLE c (id INT);",
                     R__view="CREATE OR REPLACE VIEW v AS SELECT 1;\nCREATE OR REPLACE VIEW w AS SELECT 1;")
        self.succeeds("migrate")
        self.assertNotIn(PROGRESS, self.tables())
        self.assertEqual(self.applied(), ["1", "2", "3", "view"])

    def test_a_long_name_of_the_history_table_gets_one_that_fits(self):
        self.scripts(V2__half="CREATE TABLE a (id INT);\nINSERT INTO nope VALUES (1);")
        table = "-table=" + "h" * 58
        self.fails("migrate", table, "-baselineOnMigrate=true", "-baselineVersion=1")
        [name] = [name for name in self.tables() if name.endswith("_whimbrel")]
        self.assertRegex(name, "^h{10}[0-9a-f]{8}_whimbrel$")
        self.succeeds("repair", table)


if __name__ == "__main__":
    program.main()
