#!/usr/bin/python3
"""Locks that are not given back, connections that are lost, and signals: what each leaves behind."""
import os
import signal
import sqlite3
import subprocess
import time

import program
from program import EVERYWHERE, HISTORY, SERVERS, on_each

QUICKLY = 8    # seconds within which a signal must have ended a run that only waits, on a busy machine


def java_hash(text):
    number = 0
    for character in text:
        number = (31 * number + ord(character)) & 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number


@on_each(*SERVERS)
class OnAServer:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY);")
        self.succeeds("migrate")
        self.lock_name = f"Flyway-{java_hash(f'`{self.database.schema}`.`{HISTORY}`')}"

    def connection_doing(self, pattern):
        rows = self.database.query("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE "
                                   f"'{pattern}' AND DB = '{self.database.schema}' AND ID <> CONNECTION_ID()")
        return rows[0][0] if rows else None

    def lock_is_free(self):
        return self.database.query(f"SELECT IS_FREE_LOCK('{self.lock_name}')") == [["1"]]

    def hold_lock(self):
        client = subprocess.Popen([*self.database.client("-N", "-B"), self.database.schema], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env={**os.environ, "MYSQL_PWD": self.database.password})
        self.addCleanup(program.kill, client)
        client.stdin.write(f"SELECT GET_LOCK('{self.lock_name}', 0); SELECT SLEEP({program.PATIENCE});\n".encode())
        client.stdin.close()
        self.wait_for(lambda: self.connection_doing("SELECT SLEEP(%"), "the holder of the lock")
        self.assertFalse(self.lock_is_free())
        return client

    def test_a_signal_ends_the_wait_for_a_lock_that_is_never_released(self):
        holder = self.hold_lock()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            waiter = self.start("migrate")
            self.wait_for(lambda: self.connection_doing("SELECT GET_LOCK(%"), "the tool to wait for the lock", waiter)
            start = time.monotonic()
            waiter.send_signal(number)
            run = self.finish(waiter)
            self.assertLess(time.monotonic() - start, QUICKLY)
            self.assertEqual(run.code, 1, run)
            self.assertIn("Interrupted while waiting for the lock", run.err)
        program.kill(holder)

    def test_a_run_that_waited_goes_on_when_the_lock_is_free(self):
        self.scripts(V2__two="CREATE TABLE two (id INT);")
        self.hold_lock()
        waiter = self.start("migrate")
        self.wait_for(lambda: self.connection_doing("SELECT GET_LOCK(%"), "the tool to wait for the lock", waiter)
        self.database.query(f"KILL {self.connection_doing('SELECT SLEEP(%')}")
        run = self.finish(waiter)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(self.applied(), ["1", "2"])

    def test_info_validate_and_repair_need_no_lock(self):
        self.hold_lock()
        for command in ("info", "validate", "repair"):
            self.assertIn("Database: ", self.succeeds(command).out)

    def test_a_connection_killed_during_a_migration_leaves_no_row_and_no_lock(self):
        self.scripts(V2__slow="INSERT INTO one VALUES (7); INSERT INTO one SELECT 8 + SLEEP(60);", V3__after="SELECT 1;")
        process = self.start("migrate")
        connection = self.wait_for(lambda: self.connection_doing("INSERT INTO one SELECT%"), "the slow statement", process)
        self.database.query(f"KILL {connection}")
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn("Migration V2__slow.sql failed", run.err)
        self.assertRegex(run.err, r"Error Code : (2013|2006|1927|1317|1053|3169|4031)", run)
        self.assertIn("INSERT INTO one SELECT 8 + SLEEP(60)", run.err)
        self.assertNotIn("V3", run.out + run.err)
        self.wait_for(self.lock_is_free, "the lock to be free")
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])
        self.scripts(V2__slow="INSERT INTO one VALUES (7);")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_a_killed_connection_in_json_is_one_document(self):
        self.scripts(V2__slow="SELECT SLEEP(60);")
        process = self.start("-outputType=json", "migrate")
        connection = self.wait_for(lambda: self.connection_doing("SELECT SLEEP(60)%"), "the slow statement", process)
        self.database.query(f"KILL {connection}")
        run = self.finish(process)
        self.assertEqual((run.code, run.err), (1, ""), run)
        self.assertIn("Migration V2__slow.sql failed", run.json["error"]["message"])

    def test_a_signal_stops_a_script_before_its_next_statement(self):
        # A server that cancels SLEEP may call that its end, or an error. The callbacks, which can't run any more, change nothing.
        self.scripts(afterEachMigrateError="SELECT 1;", afterEachMigrateStatementError="SELECT 1;", afterMigrateError="SELECT 1;")
        self.scripts(V2__long="CREATE TABLE made (id INT);\nINSERT INTO one VALUES (1);\nSELECT SLEEP(600);\n"
                              "INSERT INTO one VALUES (2);\nCREATE TABLE never (id INT);")
        process = self.start("migrate")
        self.wait_for(lambda: self.connection_doing("SELECT SLEEP(600)%"), "the slow statement", process)
        process.send_signal(signal.SIGTERM)
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn("failed! Please restore backups", run.err)
        self.assertRegex(run.err, "Interrupted before the statement at line 4|told to stop while this statement was under way")
        self.assertEqual(self.history(), [["1", "SQL", "1"], ["2", "SQL", "0"]])
        self.assertEqual(self.database.query("SHOW TABLES LIKE 'never'"), [])
        self.assertEqual(self.database.query("SHOW TABLES LIKE 'made'"), [["made"]])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])    # rolled back
        self.assertTrue(self.lock_is_free())

    def test_a_signal_stops_a_run_before_its_next_migration(self):
        self.scripts(V2__slow="DO SLEEP(600);", V3__next="CREATE TABLE never (id INT);")
        process = self.start("migrate")
        self.wait_for(lambda: self.connection_doing("DO SLEEP(600)%"), "the slow statement", process)
        process.send_signal(signal.SIGTERM)
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn(f'Interrupted before the migration of schema `{self.database.schema}` to version "3 - next"', run.err)
        self.assertEqual(self.history(), [["1", "SQL", "1"], ["2", "SQL", "1"]])    # nothing to repair
        self.assertEqual(self.database.query("SHOW TABLES LIKE 'never'"), [])
        self.assertTrue(self.lock_is_free())

    def test_after_sigkill_the_next_run_goes_on(self):
        self.scripts(V2__slow="INSERT INTO one VALUES (7); SELECT SLEEP(3);")
        process = self.start("migrate")
        self.wait_for(lambda: self.connection_doing("SELECT SLEEP(3)%"), "the slow statement", process)
        process.kill()
        process.wait()
        self.assertEqual(self.applied(), ["1"])
        self.scripts(V2__slow="INSERT INTO one VALUES (7);")
        self.succeeds("migrate")    # waits until the server has noticed that the client is gone
        self.assertEqual(self.applied(), ["1", "2"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [["7"]])


@on_each("sqlite")
class OnAFile:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY);")
        self.succeeds("migrate")

    def endless(self):
        """A query that takes a second or more."""
        return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT MAX(i) FROM n;"

    def journal_is_there(self):
        return (self.folder / "test.db-journal").exists()

    def test_a_signal_stops_a_script_before_its_next_statement(self):
        self.scripts(V2__long=f"INSERT INTO one VALUES (1);\n{self.endless()}\nINSERT INTO one VALUES (2);")
        process = self.start("migrate")
        self.wait_for(self.journal_is_there, "the first change", process)
        process.send_signal(signal.SIGTERM)
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn("Changes successfully rolled back.", run.err)
        self.assertIn("The run was told to stop while this statement was under way.", run.err)
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])

    def test_after_sigkill_the_next_run_goes_on(self):
        self.scripts(V2__long=f"INSERT INTO one VALUES (1);\n{self.endless()}")
        process = self.start("migrate")
        self.wait_for(self.journal_is_there, "the first change", process)
        process.kill()
        process.wait()
        self.scripts(V2__long="INSERT INTO one VALUES (1);")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [["1"]])

    def test_a_signal_ends_the_wait_for_a_writer_that_never_finishes(self):
        self.scripts(V2__two="INSERT INTO one VALUES (1);")
        writer = sqlite3.connect(self.database.file)
        self.addCleanup(writer.close)
        writer.execute("BEGIN IMMEDIATE")
        process = self.start("migrate")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        writer.rollback()
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_another_run_is_waited_for_however_long_its_migration_takes(self):
        self.scripts(V2__long=f"INSERT INTO one VALUES (1);\n{self.endless()}", V3__after="INSERT INTO one VALUES (2);")
        holder = self.start("migrate")
        self.wait_for(self.journal_is_there, "the first change", holder)
        waiter = self.start("migrate")
        for process in (holder, waiter):
            run = self.finish(process)
            self.assertEqual(run.code, 0, run)
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_a_signal_ends_the_wait_for_another_run(self):
        self.scripts(V2__long=f"INSERT INTO one VALUES (1);\n{self.endless()}")
        holder = self.start("migrate")
        self.wait_for(self.journal_is_there, "the first change", holder)
        waiter = self.start("migrate")
        time.sleep(0.5)
        waiter.send_signal(signal.SIGTERM)
        start = time.monotonic()
        self.assertEqual(self.finish(waiter).code, 1)
        self.assertLess(time.monotonic() - start, QUICKLY)
        self.assertEqual(self.finish(holder).code, 0)


@on_each(*EVERYWHERE, "postgresql")
class JustBeforeAScript:
    """Told to stop between the last look at that and the script's first statement. The moment is met by a callback that prints
    more than a pipe takes: until the rest is read, the program waits behind the callback's statement."""
    much = "x" * 300_000

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);\nCREATE TABLE two (id INT);")

    def stop_behind(self, event, *words):
        """The run is told to stop behind this callback. Its error callbacks must not hide why it ended."""
        self.scripts(**{event: f"SELECT '{self.much}' AS much;", "afterMigrateError": "SELECT 1;", "afterEachMigrateError": "SELECT 1;",
                        "afterUndoError": "SELECT 1;", "afterEachUndoError": "SELECT 1;"})
        process = self.start(*words)
        self.wait_for(lambda: self.much[:1000] in process.stdout.read(50_000), "the callback's output", process)
        process.send_signal(signal.SIGTERM)
        run = self.finish(process)
        (self.sql / f"{event}.sql").unlink()
        self.assertEqual(run.code, 1, run)
        return run

    def assert_nothing_ran(self, run, migration, *applied):
        self.assertRegex(run.err, f'^ERROR: Interrupted before the migration of schema .* to version "{migration}"')
        self.assertNotIn("failed", run.err)
        self.assertEqual(self.applied(), list(applied))
        if self.kind != "sqlite":
            self.assertEqual(self.database.query("SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%whimbrel' "
                                                 f"AND table_schema = '{self.database.schema}'"), [])

    def assert_goes_on(self, *words):
        self.succeeds("-scriptMigrations=true", *words, "migrate")
        self.assertEqual({success for _, _, success in self.history()}, {"1"})

    def test_leaves_no_row(self):
        for options in ([], ["-recordStatements=true"], ["-executeInTransaction=false"],
                        ["-executeInTransaction=false", "-recordStatements=true"], ["-batch=true"]):
            with self.subTest(options=options):
                self.assert_nothing_ran(self.stop_behind("beforeEachMigrate", *options, "migrate"), "1 - one")
        self.assert_goes_on()

    def test_leaves_no_row_behind_the_callback_of_the_first_statement(self):
        for options in ([], ["-executeInTransaction=false", "-recordStatements=true"]):
            with self.subTest(options=options):
                self.assert_nothing_ran(self.stop_behind("beforeEachMigrateStatement", *options, "migrate"), "1 - one")
        self.assert_goes_on()

    def test_does_not_start_a_program(self):
        self.script("V1__one.sql", "CREATE TABLE one (id INT);")
        self.succeeds("migrate")
        self.script("V2__program.sh", "touch started\n")
        self.assert_nothing_ran(self.stop_behind("beforeEachMigrate", "-scriptMigrations=true", "migrate"), "2 - program", "1")
        self.assertFalse((self.folder / "started").exists())
        self.assert_goes_on()
        self.assertTrue((self.folder / "started").exists())

    def test_keeps_what_a_group_did_that_can_not_be_rolled_back(self):
        self.scripts(V2__two="CREATE TABLE three (id INT);")
        run = self.stop_behind("afterEachMigrate", "-group=true", "-recordStatements=true", "migrate")
        self.assert_nothing_ran(run, "2 - two", *(["1"] if self.kind in SERVERS else []))
        self.assert_goes_on("-group=true")

    def test_leaves_no_row_of_an_undo(self):
        self.succeeds("migrate")
        self.script("U1__one.sql", "DROP TABLE two;\nDROP TABLE one;")
        for options in ([], ["-executeInTransaction=false"]):
            with self.subTest(options=options):
                run = self.stop_behind("beforeEachUndo", *options, "undo")
                self.assertRegex(run.err, "^ERROR: Interrupted before the undo of migration of schema .* to version 1 - one")
                self.assertEqual(self.applied(), ["1"])
        self.succeeds("undo")
        self.assertEqual(self.history("type, CASE WHEN success THEN 1 ELSE 0 END"), [["SQL", "1"], ["UNDO_SQL", "1"]])

    def test_keeps_the_rows_of_a_group_that_was_undone_and_stays_so(self):
        self.scripts(V2__two="CREATE TABLE three (id INT);", U2__two="DROP TABLE three;", U1__one="DROP TABLE two;\nDROP TABLE one;")
        self.succeeds("migrate")
        run = self.stop_behind("afterEachUndo", "-group=true", "-target=1", "undo")
        self.assertRegex(run.err, "^ERROR: Interrupted before the undo of migration of schema .* to version 1 - one")
        undone = [["UNDO_SQL", "1"]] if self.kind in SERVERS else []
        self.assertEqual(self.history("type, CASE WHEN success THEN 1 ELSE 0 END"), [["SQL", "1"], ["SQL", "1"], *undone])
        self.succeeds("-target=1", "undo")
        self.assertEqual(self.history("type, CASE WHEN success THEN 1 ELSE 0 END"), [["SQL", "1"]] * 2 + [["UNDO_SQL", "1"]] * 2)


if __name__ == "__main__":
    program.main()
