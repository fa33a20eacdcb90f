#!/usr/bin/python3
"""Where the answers go: JSON and nothing else, exit codes, closed and broken streams, bare environments."""
import contextlib
import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import time
import unittest

import program
from program import HISTORY, ProgramTest

COMMANDS = ("migrate", "info", "validate", "baseline", "repair", "undo", "clean")


class Json(ProgramTest):
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT); SELECT 'printed' AS loud;", V2__two="INSERT INTO one VALUES (1);",
                     U2__two="DELETE FROM one;", R__view="DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT * FROM one;")

    def document(self, code, *words):
        run = self.run_tool("-outputType=json", *words)
        self.assertEqual((run.code, run.err), (code, ""), f"{words}: {run}")
        self.assertTrue(run.out.endswith("\n"), run)
        return run.json

    def test_of_every_command_is_the_only_output(self):
        for command in COMMANDS:
            document = self.document(0 if command != "baseline" else 1, command)
            if command == "baseline":
                self.assertIn("Unable to baseline", document["error"]["message"])
            else:
                self.assertEqual(document["operation"], command)

    def test_of_every_command_that_fails(self):
        self.succeeds("migrate")
        self.database.query(f"UPDATE {HISTORY} SET version = 'odd' WHERE installed_rank = 1")
        for command in ("migrate", "info", "validate", "baseline", "repair", "undo"):
            document = self.document(1, command)
            self.assertEqual(list(document), ["error"], command)
            self.assertIn("odd", document["error"]["message"], command)

    def test_with_debug_output_quiet_and_warnings(self):
        for flag in ("-locations=filesystem:nowhere", "-X", "-q", "-outOfOrder=true"):
            self.document(0, flag, "migrate")
            self.document(0, flag, "info")

    def test_of_a_failing_script(self):
        self.scripts(V3__bad="INSERT INTO nowhere VALUES (1);")
        self.assertIn("Migration V3__bad.sql failed", self.document(1, "migrate")["error"]["message"])
        self.assertIn("Migration V3__bad.sql failed", self.document(1, "-X", "migrate")["error"]["message"])

    def test_of_several_commands_and_of_a_later_one_that_fails(self):
        results = self.document(0, "migrate", "info", "validate")["individualResults"]
        self.assertEqual([result["operation"] for result in results], ["migrate", "info", "validate"])
        self.assertEqual(list(self.document(1, "info", "baseline", "info")), ["error"])

    def test_of_wrong_arguments(self):
        for words in (["nonsense"], ["-nonsense", "info"], ["-noSuchKey=1", "info"], ["-url=jdbc:nosuch:x", "info"], ["-color=pink", "info"]):
            self.assertEqual(list(self.document(1, *words)), ["error"], words)

    def test_of_validation_errors_exits_with_zero(self):
        document = self.document(0, "validate")
        self.assertFalse(document["validationSuccessful"])

    def test_holds_any_text(self):
        self.script("V3__quote'\"\\ Zoë 🐦.sql", "SELECT 1;")
        described = [item["description"] for item in self.document(0, "info")["migrations"]]
        self.assertIn("quote'\"\\ Zoë 🐦", described)

    def test_of_file_names_that_are_no_utf8(self):
        with open(os.fsencode(self.sql) + b"/V3__Zo\xeb.sql", "w") as file:
            file.write("SELECT 1;")
        process = self.start("-outputType=json", "info", text=False)
        out, err = process.communicate(timeout=program.PATIENCE)
        self.assertEqual((process.returncode, err), (1, b""))    # such a name is refused
        self.assertIn("error", json.loads(out.decode("utf-8")))    # in valid UTF-8, whatever the name has become


class Streams(ProgramTest):
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="SELECT 'printed' AS loud;", V3__three="INSERT INTO one VALUES (1);")

    def test_an_output_file_gets_what_the_screen_gets(self):
        file = self.folder / "out.txt"
        run = self.succeeds(f"-outputFile={file}", "migrate")
        self.assertEqual(file.read_text(), run.out)
        run = self.succeeds(f"-outputFile={file}", "-outputType=json", "info")
        self.assertEqual(json.loads(file.read_text()), run.json)

    def test_an_output_file_that_is_full_or_missing(self):
        run = self.run_tool("-outputFile=/dev/full", "migrate")
        self.assertIn("/dev/full", run.err)
        self.assertEqual(self.applied(), ["1", "2", "3"])
        self.assertIn("nowhere", self.fails(f"-outputFile={self.folder}/nowhere/out.txt", "info").err)

    def test_streams_that_are_closed_keep_nothing_from_being_applied(self):
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>&1"):
            with self.subTest(closed):
                done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *self.command("migrate", "info")], cwd=self.folder,
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=program.PATIENCE)
                self.assertIn(done.returncode, (0, 1))
                self.assertEqual(self.applied(), ["1", "2", "3"])
                self.assertEqual(self.database.query("PRAGMA integrity_check"), [["ok"]])
                self.succeeds("clean")

    def test_a_reader_that_goes_away_keeps_nothing_from_being_applied(self):
        done = subprocess.run(["sh", "-c", '"$@" | head -n 1', "sh", *self.command("migrate")], cwd=self.folder, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=program.PATIENCE)
        self.assertEqual(done.stdout.count(b"\n"), 1)
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_a_slow_reader_gets_everything(self):
        self.scripts(V4__big="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n;")
        process = self.start("migrate")
        time.sleep(1)
        run = self.finish(process)
        self.assertEqual(run.code, 0)
        self.assertIn("| 20000 |", run.out)
        self.assertIn("Successfully applied 4 migrations", run.out)

    def test_text_failures_go_to_stderr_and_lines_to_stdout(self):
        self.scripts(V4__bad="nonsense;")
        run = self.fails("migrate")
        self.assertIn("Migrating schema", run.out)
        self.assertNotIn("ERROR", run.out)
        self.assertIn("nonsense", run.err)

    def test_quiet_leaves_warnings_and_errors(self):
        self.assertEqual(self.succeeds("-q", "migrate", "info").out, "")
        self.assertIn("WARNING: outOfOrder", self.succeeds("-q", "-outOfOrder=true", "migrate").out)


class Terminal(ProgramTest):
    def on_terminal(self, columns, *words):
        """The lines of a run whose standard output is a terminal of so many columns."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(self.command(*words), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        output = b""
        with contextlib.suppress(OSError):    # the end of a terminal is an error
            while block := os.read(ours, 65536):
                output += block
        os.close(ours)
        self.assertEqual(process.wait(program.PATIENCE), 0)
        return output.decode().splitlines()

    def test_of_info_fits_and_pipes_and_files_get_all(self):
        self.script("V1__" + "long_description_" * 6 + "end.sql", "CREATE TABLE one (id INT);")
        described = ("long description " * 6 + "end")
        lines = self.on_terminal(80, "info")
        self.assertEqual({len(line) for line in lines if line.startswith(("|", "+"))}, {80})
        self.assertIn("…", "".join(lines))
        self.assertIn(described, "".join(self.on_terminal(250, "info")))
        self.assertIn(described, self.succeeds("info").out)
        self.assertIn(described, "".join(self.on_terminal(80, f"-outputFile={self.folder}/out.txt", "info")))
        self.assertIn(described, (self.folder / "out.txt").read_text())


class Surroundings(ProgramTest):
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")

    def test_an_empty_environment(self):
        self.assertIn("| Success |", self.succeeds("migrate", "info", env={}).out)

    def test_no_home(self):
        self.succeeds("migrate", "info", env={"HOME": "/no/such/folder", "PATH": os.environ["PATH"]})
        self.assertEqual(self.applied(), ["1"])

    def test_odd_locales(self):
        self.script("V2__Zoë.sql", "SELECT 'ß';")
        for locale in ("C", "POSIX", "tr_TR.UTF-8", "nonsense"):
            self.assertIn("| Zoë ", self.succeeds("migrate", "info", env={"LC_ALL": locale}).out)

    def test_a_current_folder_that_is_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        script = f'cd "{gone}" && rmdir "{gone}" && exec "$@"'
        done = subprocess.run(["sh", "-c", script, "sh", *self.command("migrate", "info")], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=program.PATIENCE)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.applied(), ["1"])

    def test_commands_in_any_order_stop_at_the_first_failure(self):
        run = self.fails("info", "validate", "migrate")
        self.assertNotIn("Migrating", run.out)

    def test_no_command_at_all_shows_the_usage(self):
        self.assertIn("migrate", self.succeeds().out)


if __name__ == "__main__":
    program.main()
