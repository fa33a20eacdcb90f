#!/usr/bin/python3
"""Scripts that take long say how they get on: on a terminal, in one line that is gone at the end."""
import os
import pty
import re
import select
import time

import program
from program import ProgramTest

LINE = re.compile(r"Running V1__slow\.sql: \d+ %, \d+ statements, \d+ s left")
LARGE = re.compile(r"Running V1__slow\.sql: \d+ %, [\d.]+ of [\d.]+ MB, \d+ statements, [\d.]+ MB/s, \d+ s left")


class Progress(ProgramTest):
    kind = "mariadb"

    def setUp(self):
        super().setUp()
        self.scripts(V1__slow="CREATE TABLE t (id INT);\n" + "DO SLEEP(0.3);\n" * 8 + "SELECT 'end of it';\n")

    def run_on_terminal(self, *words, terminal=("stderr",), **environment):
        """Gives the exit code, what the terminal saw, and what went elsewhere."""
        master, slave = pty.openpty()
        streams = {name: slave for name in terminal}
        process = self.start(*words, env={**os.environ, "TERM": "xterm", **environment}, text=False, **streams)
        os.close(slave)
        seen, end = b"", time.monotonic() + program.PATIENCE
        while time.monotonic() < end and select.select([master], [], [], program.PATIENCE)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:    # the other end is closed
                break
            if not piece:
                break
            seen += piece
        os.close(master)
        rest = b"".join(pipe.read() for pipe in (process.stdout, process.stderr) if pipe)
        return process.wait(program.PATIENCE), seen.decode(), rest.decode()

    def test_on_a_terminal_one_line_comes_and_goes(self):
        code, seen, rest = self.run_on_terminal("migrate", terminal=("stdout", "stderr"))
        self.assertEqual(code, 0, seen)
        self.assertRegex(seen, LINE)
        shown = [re.sub(r".*\r\x1b\[K", "", line) for line in seen.replace("\r\n", "\n").split("\n")]
        self.assertIn("| end of it |", shown)
        self.assertNotRegex("\n".join(shown), LINE)
        self.assertEqual(rest, "")

    def test_how_much_of_a_large_script_is_done(self):
        self.scripts(V1__slow="CREATE TABLE t (id INT);\n" + f"DO SLEEP(0.3); -- {'x' * 150_000}\n" * 8)
        code, seen, rest = self.run_on_terminal("migrate")
        self.assertEqual(code, 0, rest)
        self.assertRegex(seen, LARGE)

    def test_the_line_goes_to_the_terminal_alone(self):
        code, seen, rest = self.run_on_terminal("migrate")
        self.assertEqual(code, 0)
        self.assertRegex(seen, LINE)
        self.assertTrue(seen.endswith("\r\x1b[K"), repr(seen))
        self.assertIn("Successfully applied 1 migration", rest)
        self.assertNotIn("Running", rest)

    def test_no_line_without_terminal_nor_where_it_is_not_wanted(self):
        self.assertNotIn("Running", self.succeeds("migrate").out)
        for words, environment in ((("-q",), {}), (("-outputType=json",), {}), ((), {"TERM": "dumb"})):
            self.succeeds("clean")
            code, seen, rest = self.run_on_terminal(*words, "migrate", **environment)
            self.assertEqual((code, seen), (0, ""), rest)


class ProgressOfShortScripts(ProgramTest):
    def test_is_not_shown(self):
        self.scripts(V1__slow="CREATE TABLE t (id INT);\n" * 1)
        code, seen, _ = Progress.run_on_terminal(self, "migrate")
        self.assertEqual((code, seen), (0, ""))


program.main()
