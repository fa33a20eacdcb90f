#!/usr/bin/python3
"""Runs that nobody watches, as an agent starts them on a host: no terminal, no HOME, output that is kept only in part, and
a time limit."""
import os
import signal
import time

import program
from program import SERVERS, on_each

KEPT = 2500     # characters: what `aws ssm list-command-invocations --details` shows
QUICKLY = 10    # seconds within which a run ends that was told to, on a busy machine
ENDLESS = {
    "sqlite": "INSERT INTO log WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0;",
    "mariadb": "INSERT INTO log SELECT SLEEP(600) FROM log;",
    "mysql": "INSERT INTO log SELECT SLEEP(600) FROM log;",
    "postgresql": "INSERT INTO log SELECT 2 FROM pg_sleep(600);",
}


class Unattended:
    def setUp(self):
        super().setUp()
        settings = [word.removeprefix("-").partition("=") for word in self.database.login]
        text = f"flyway.url={self.database.url}\n" + "".join(f"flyway.{key}={value}\n" for key, _, value in settings)
        (self.folder / "app.conf").write_text(text)

    def command(self, *words, **_):
        return ["sh", "-c", 'exec "$0" "$@" 2>&1', program.tool, "-configFiles=app.conf", f"-locations=filesystem:{self.sql}", *words]

    def start(self, *words, **options):
        kept = {name: os.environ[name] for name in os.environ if name.startswith(("ASAN_", "UBSAN_", "LSAN_"))}
        return super().start(*words, env={"PATH": os.environ["PATH"], **kept}, start_new_session=True, **options)

    def told_to_stop(self):
        """What is left of a run that was stopped in the second statement of its second script."""
        self.scripts(V1__log="CREATE TABLE log (i INT);\nINSERT INTO log VALUES (1);",
                     V2__endless="INSERT INTO log VALUES (2);\n" + ENDLESS[self.kind])
        process = self.start("migrate", "-X")
        self.wait_for_line(process, "Executing SQL: INSERT INTO log " + ("WITH" if self.kind == "sqlite" else "SELECT"))
        time.sleep(0.3)    # from the line to the statement
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGTERM)
        run = self.finish(process)
        self.assertLess(time.monotonic() - begun, QUICKLY)
        return run

    def wait_for_line(self, process, text):
        while line := process.stdout.readline():
            if text in line:
                return
        self.fail(f"ended before it printed {text}")


@on_each("sqlite", *SERVERS, "postgresql")
class AsAnAgent(Unattended):
    def test_the_lines_are_few_and_in_order(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);")
        lines = self.succeeds("migrate").out.splitlines()
        self.assertEqual(len(lines), 8, lines)
        self.assertRegex(lines[-3], 'Migrating schema .* to version "1 - one"$')
        self.assertRegex(lines[-1], "^Successfully applied 2 migrations to schema .*, now at version v2 ")
        self.assertRegex(self.succeeds("migrate").out.splitlines()[-1], "is up to date. No migration necessary.$")

    def test_the_end_of_the_output_says_what_failed(self):
        self.scripts(**{f"V{number}__fine": f"SELECT {number};" for number in range(1, 300)},
                     V300__broken="SELECT 1;\nINSERT INTO nowhere VALUES ('" + "\u00e9" * 100_000 + "');")
        run = self.run_tool("migrate", "-outputQueryResults=false")
        self.assertEqual(run.code, 1)
        end = run.out[-KEPT:]
        self.assertIn("Migration V300__broken.sql failed\n", end)
        self.assertRegex(end, r"Message    : .*nowhere")
        self.assertRegex(end, r"Location   : .*V300__broken.sql .*\nLine       : 2\nStatement  : INSERT INTO nowhere")

    def test_a_run_that_is_told_to_stop_ends_its_statement_and_says_so(self):
        run = self.told_to_stop()
        self.assertEqual(run.code, 1, run)
        end = run.out[-KEPT:]
        self.assertIn("Migration V2__endless.sql failed\n", end)
        self.assertIn("The run was told to stop while this statement was under way.", end)
        self.assertRegex(end, r"Line       : 2\nStatement  : INSERT INTO log (SELECT|WITH)")

    def test_what_it_leaves_is_what_a_failed_statement_leaves(self):
        self.told_to_stop()
        halfway = self.kind in SERVERS
        self.assertEqual(self.history(), [["1", "SQL", "1"]] + ([["2", "SQL", "0"]] if halfway else []))
        self.scripts(V2__endless="INSERT INTO log VALUES (3);")
        if halfway:
            self.run_tool("repair")
        self.assertEqual(self.run_tool("migrate").code, 0)
        self.assertEqual(self.database.query("SELECT i FROM log ORDER BY i"), [["1"], ["3"]])


if __name__ == "__main__":
    program.main()
