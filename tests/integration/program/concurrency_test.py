#!/usr/bin/python3
"""Several runs at once: each migration is applied exactly once and no run fails.

  WHIMBREL_TEST_ROUNDS   how often five runs race on each database (default 10)
  REFERENCE_FLYWAY       the program of a real Flyway 7.15.0, for the tests in which both tools run at once
"""
import os
import subprocess
import time
import unittest

import program
from program import EVERYWHERE, SERVERS, ProgramTest, on_each

RUNS_AT_ONCE = 5
SLOW = 6    # seconds that a migration takes, while the other tool waits
ROUNDS = int(os.environ.get("WHIMBREL_TEST_ROUNDS", "10"))

RACE = {"V1__one": "CREATE TABLE one (id INT PRIMARY KEY);",
        "V2__two": "INSERT INTO one VALUES (1); INSERT INTO one VALUES (2);",
        "V3__three": "ALTER TABLE one ADD name VARCHAR(20); UPDATE one SET name = 'x';",
        "V4__four": "CREATE TABLE four (id INT); INSERT INTO four SELECT COUNT(*) FROM one;",
        "R__view": "CREATE VIEW names AS SELECT name FROM one;"}


@on_each(*EVERYWHERE)
class FiveRunsAtOnce:
    def reset(self):
        if self.kind == "sqlite":
            for file in self.folder.glob("test.db*"):
                file.unlink()
        else:
            self.database.query(f"DROP DATABASE IF EXISTS {self.database.schema}", database="")

    def test_each_migration_is_applied_once_and_no_run_fails(self):
        self.scripts(**RACE)
        if self.kind != "sqlite":    # the runs race for the schema, too
            self.database.url = self.database.url_of("")
        for number in range(ROUNDS):
            self.reset()
            processes = [self.start(f"-schemas={self.database.schema}", "migrate") for _ in range(RUNS_AT_ONCE)]
            runs = [self.finish(process) for process in processes]
            for run in runs:
                self.assertEqual(run.code, 0, f"round {number}: {run}")
            kept = [version for version in self.applied() if version != "<< Flyway Schema Creation >>"]
            self.assertEqual(kept, ["1", "2", "3", "4", "view"], f"round {number}")
            self.assertEqual(sum(run.out.count("Migrating schema") for run in runs), 5, f"round {number}")
            self.assertEqual(self.database.query("SELECT id FROM four"), [["2"]], f"round {number}")

    def test_with_group_as_well(self):
        self.scripts(**RACE)
        processes = [self.start("-group=true", "migrate") for _ in range(RUNS_AT_ONCE)]
        for run in map(self.finish, processes):
            self.assertEqual(run.code, 0, run)
        self.assertEqual(self.applied(), ["1", "2", "3", "4", "view"])


@unittest.skipUnless("REFERENCE_FLYWAY" in os.environ, "REFERENCE_FLYWAY is not set")
@on_each(*SERVERS)
class TogetherWithFlyway:
    """Both tools take the same lock: while one runs a long migration the other waits."""

    def setUp(self):
        super().setUp()
        self.flyway = os.environ["REFERENCE_FLYWAY"]
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY);")
        self.succeeds("migrate")
        self.gate = f"gate of {self.database.schema}"
        self.scripts(V2__slow=f"DO GET_LOCK('{self.gate}', 600);\nDO RELEASE_LOCK('{self.gate}');",
                     V3__after="INSERT INTO one VALUES (3);")

    def close_gate(self):
        """A client that keeps the slow migration from going on; killing it opens the gate."""
        client = subprocess.Popen(self.database.client("-N", "-B"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  env={**os.environ, "MYSQL_PWD": self.database.password})
        self.addCleanup(program.kill, client)
        client.stdin.write(f"SELECT GET_LOCK('{self.gate}', 0);\n".encode())
        client.stdin.flush()
        self.wait_for(lambda: self.database.query(f"SELECT IS_FREE_LOCK('{self.gate}')") == [["0"]], "the gate to close")
        return client

    def connection_doing(self, pattern):
        return self.database.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE "
                                   f"'{pattern}' AND DB = '{self.database.schema}'")

    def holds_and_waits(self, first, second):
        gate = self.close_gate()
        holder = self.start("migrate", program=first)
        self.wait_for(lambda: self.connection_doing("DO GET_LOCK(%"), "the slow migration", holder)
        waiter = self.start("migrate", program=second)
        self.wait_for(lambda: self.connection_doing("SELECT GET_LOCK(%"), "the other tool to ask for the lock", waiter)
        program.kill(gate)
        for process in (holder, waiter):
            run = self.finish(process)
            self.assertEqual(run.code, 0, run)
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_flyway_waits_for_whimbrel(self):
        self.holds_and_waits(program.tool, self.flyway)

    def test_whimbrel_waits_for_flyway(self):
        self.holds_and_waits(self.flyway, program.tool)

    def test_both_tools_race(self):
        for script in self.sql.glob("V[23]*"):
            script.unlink()
        for number in range(4, 24):
            self.script(f"V{number}__more.sql", f"INSERT INTO one VALUES ({number});")
        processes = [self.start("migrate", program=which) for which in [program.tool, self.flyway] * 2]
        for run in map(self.finish, processes):
            self.assertEqual(run.code, 0, run)
        self.assertEqual(self.applied(), ["1", *map(str, range(4, 24))])


@unittest.skipUnless("REFERENCE_FLYWAY" in os.environ, "REFERENCE_FLYWAY is not set")
class TogetherWithFlywayOnPostgresql(ProgramTest):
    """Each tool waits for the other: the lock has the same number."""
    kind = "postgresql"

    def waits_for(self, first, second):
        self.scripts(V1__slow=f"CREATE TABLE t (id int); SELECT pg_sleep({SLOW});", V2__next="INSERT INTO t VALUES (1);")
        running = self.start("migrate", program=first)
        self.wait_for(lambda: self.database.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND datname = current_database() "
                                                  "AND pid <> pg_backend_pid()"), "the first migration", running)
        other = self.start("migrate", program=second)
        begin = time.monotonic()
        late = self.finish(other)
        self.assertGreater(time.monotonic() - begin, SLOW / 3)
        self.assertEqual(late.code, 0, late)
        self.assertEqual(self.finish(running).code, 0)
        self.assertEqual(self.applied(), ["1", "2"])
        self.assertEqual(self.database.query("SELECT id FROM t"), [["1"]])

    def test_whimbrel_waits_for_flyway(self):
        self.waits_for(os.environ["REFERENCE_FLYWAY"], program.tool)

    def test_flyway_waits_for_whimbrel(self):
        self.waits_for(program.tool, os.environ["REFERENCE_FLYWAY"])


if __name__ == "__main__":
    program.main()
