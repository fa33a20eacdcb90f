#!/usr/bin/python3
"""Waits that the server ends: for locks, in deadlocks, and of connections that idle. The script fails with the server's
message, what can be rolled back is, and the history says what is true."""
import os
import subprocess

import program
from program import HISTORY, SERVERS, on_each


@on_each(*SERVERS, "postgresql")
class Timeouts:
    def setUp(self):
        super().setUp()
        self.postgresql = self.kind == "postgresql"
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY, v INT);\nINSERT INTO one VALUES (1, 0), (2, 0);\nCREATE TABLE other (id INT);")
        self.succeeds("migrate")

    def other_session(self, *statements):
        """A client that has run these, and waits for more."""
        client = subprocess.Popen([*self.database.client(*([] if self.postgresql else ["--unbuffered"])), self.database.name],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  env={**os.environ, self.database.password_variable: self.database.password})
        self.addCleanup(program.kill, client)
        self.say(client, *statements, "SELECT 'here'")
        client.stdout.read(4)
        return client

    @staticmethod
    def say(client, *statements):
        client.stdin.write("".join(f"{statement};\n" for statement in statements).encode())
        client.stdin.flush()

    def waiting(self, pattern):
        """Whether a session waits in such a statement."""
        if self.postgresql:
            return self.database.query(f"SELECT 1 FROM pg_stat_activity WHERE query LIKE '{pattern}' AND wait_event_type = 'Lock' "
                                       f"AND datname = '{self.database.name}' AND pid <> pg_backend_pid()")
        return self.database.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE "
                                   f"'{pattern}' AND DB = '{self.database.schema}' AND ID <> CONNECTION_ID()")

    def assert_failed(self, run, code, *, reached=True):
        """In V2, of which nothing has stayed, and which runs when the reason is gone."""
        self.assertEqual(run.code, 1, run)
        if reached:
            self.assertIn("Migration V2__two.sql failed", run.err)
        self.assertRegex(run.err, code)
        self.assertEqual(self.database.query("SELECT v FROM one ORDER BY id"), [["0"], ["0"]])
        failed = [] if self.postgresql else [["2", "SQL", "0"]]
        self.assertEqual(self.history(), [["1", "SQL", "1"], *failed])

    def assert_goes_on(self, two="UPDATE one SET v = 1"):
        self.scripts(V2__two=two)
        self.succeeds("repair")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_a_lock_on_a_row(self):
        other = self.other_session("BEGIN", "UPDATE one SET v = 7 WHERE id = 2")
        wait = "SET lock_timeout = '300ms'" if self.postgresql else "SET innodb_lock_wait_timeout = 1"
        self.scripts(V2__two=f"{wait};\nUPDATE one SET v = 1 WHERE id = 1;\nUPDATE one SET v = 2 WHERE id = 2;")
        run = self.run_tool("migrate")
        program.kill(other)
        self.assertIn("Line       : 3", run.err)
        self.assert_failed(run, "SQL State  : 55P03" if self.postgresql else "Error Code : 1205")
        self.assert_goes_on()

    def test_a_lock_on_a_table(self):
        other = self.other_session("BEGIN", "SELECT count(*) FROM one")
        wait = "SET lock_timeout = '300ms'" if self.postgresql else "SET lock_wait_timeout = 1"
        self.scripts(V2__two=f"UPDATE one SET v = 1 WHERE id = 3;\n{wait};\nALTER TABLE one ADD COLUMN w INT;")
        run = self.run_tool("migrate")
        program.kill(other)
        self.assert_failed(run, "SQL State  : 55P03" if self.postgresql else "Error Code : 1205")
        self.assert_goes_on()

    def test_a_lock_on_the_history(self):
        """What can't be recorded is rolled back with its script."""
        wait = "SET lock_timeout = '1s'" if self.postgresql else "SET SESSION lock_wait_timeout = 1"
        lock = f"LOCK TABLE {HISTORY} IN SHARE MODE" if self.postgresql else f"LOCK TABLES {HISTORY} READ"
        other = self.other_session("BEGIN", lock)
        self.scripts(V2__two="UPDATE one SET v = 1;")
        run = self.run_tool(f"-initSql={wait}", "migrate")
        program.kill(other)
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertRegex(run.err, "SQL State  : 55P03" if self.postgresql else "Error Code : 1205")
        self.assertEqual(run.code, 1)
        self.assertEqual(self.database.query("SELECT v FROM one ORDER BY id"), [["0"], ["0"]])
        self.assertEqual(self.history(), [["1", "SQL", "1"]])
        self.assert_goes_on()

    def test_a_deadlock(self):
        """The other session has the heavier transaction, or the longer patience: ours is the victim."""
        heavier = f"INSERT INTO other VALUES {', '.join(['(1)'] * 100)}"
        patience = ["SET deadlock_timeout = '600s'"] if self.postgresql else []
        other = self.other_session(*patience, "BEGIN", heavier, "UPDATE one SET v = 7 WHERE id = 2")
        impatience = "SET deadlock_timeout = '2s';\n" if self.postgresql else ""
        self.scripts(V2__two=f"{impatience}UPDATE one SET v = 1 WHERE id = 1;\nUPDATE one SET v = 2 WHERE id = 2;")
        process = self.start("migrate")
        self.wait_for(lambda: self.waiting("UPDATE one SET v = 2%"), "our script to wait", process)
        self.say(other, "UPDATE one SET v = 8 WHERE id = 1")
        run = self.finish(process)
        program.kill(other)
        self.assert_failed(run, "SQL State  : 40P01" if self.postgresql else "Error Code : 1213")
        self.assert_goes_on()

    def test_a_program_that_takes_longer_than_a_connection_may_idle(self):
        """It is kept from that."""
        idle = "SET idle_session_timeout = '4s'" if self.postgresql else "SET SESSION wait_timeout = 4"
        self.script("V2__pause.sh", "sleep 5.5\n")
        self.succeeds(f"-initSql={idle}", "-scriptMigrations=true", "migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_a_connection_that_ends_while_a_program_runs(self):
        """The program has taken effect, and its row can't be written any more."""
        self.script("V2__pause.sh", "touch begun\nwhile [ ! -e go ]; do sleep 0.1; done\ntouch done\n")
        process = self.start("-scriptMigrations=true", "migrate")
        self.wait_for((self.folder / "begun").exists, "the program", process)
        if self.postgresql:
            self.database.query(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database.name}' "
                                "AND pid <> pg_backend_pid()")
        else:
            [[session]] = self.database.query(f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{self.database.schema}' "
                                              "AND ID <> CONNECTION_ID()")
            self.database.query(f"KILL {session}")
        (self.folder / "go").touch()
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertRegex(run.err, "SQL State  : (57P01|08006)" if self.postgresql else "Error Code : (2006|2013|4031|1927)")
        self.assertEqual(self.history(), [["1", "SQL", "1"]])
        self.assertTrue((self.folder / "done").exists())
        self.succeeds("-scriptMigrations=true", "-skipExecutingMigrations=true", "migrate")
        self.assertEqual(self.applied(), ["1", "2"])


if __name__ == "__main__":
    program.main()
