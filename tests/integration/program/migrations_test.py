#!/usr/bin/python3
"""What whimbrel makes of the files in a folder: events, baseline migrations, programs, encodings, and files that are odd
or that change while it runs."""
import os
import pathlib
import re
import subprocess
import unittest

import program
from program import ProgramTest, on_each

ROOT = pathlib.Path(__file__).resolve().parents[3]
EVENTS = dict(re.findall(r'\{"(\w+)", (true|false)\}', (ROOT / "core/migrations/events.h").read_text()))
AS_ROOT = os.geteuid() == 0


def fired(run):
    return re.findall(r"^Executing SQL callback: (\w+) - ", run.out, re.MULTILINE)


class Events(ProgramTest):
    def test_exactly_those_fire_that_the_table_says(self):
        """All commands, each once as it should be and once so that it fails."""
        self.assertGreater(len(EVENTS), 45)
        for event in EVENTS:
            self.script(f"{event}.sql", "SELECT 1;")
        seen = set()

        def runs(*words):
            seen.update(fired(self.run_tool(*words)))

        self.scripts(V1__one="CREATE TABLE one (id INT);", U1__one="DROP TABLE one;", R__r="SELECT 1;")
        for words in (["migrate"], ["info"], ["validate"], ["repair"], ["undo"]):
            runs(*words)
        self.scripts(U1__one="DROP TABLE nope;")
        runs("migrate")
        runs("undo")
        self.scripts(V2__two="SELECT * FROM nope;")
        runs("migrate")
        self.scripts(V1__one="SELECT 'changed';")
        runs("validate")
        runs("baseline")
        self.scripts(V01__twice="SELECT 'the same version';")
        for command in ("info", "repair"):
            runs(command)
        (self.sql / "V01__twice.sql").unlink()
        runs("clean")
        runs("-baselineVersion=0", "baseline")
        self.database.run("PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'stays', 'stays', 0, "
                          "'CREATE VIRTUAL TABLE stays USING nobody_knows');")
        runs("clean")
        self.assertEqual(seen, {event for event, fires in EVENTS.items() if fires == "true"})

    def test_statement_events_surround_each_statement(self):
        self.scripts(V1__one="SELECT 1; SELECT 2;", beforeEachMigrateStatement="SELECT 1;",
                     afterEachMigrateStatement="SELECT 1;", afterEachMigrateStatementError="SELECT 1;")
        pair = ["beforeEachMigrateStatement", "afterEachMigrateStatement"]
        self.assertEqual(fired(self.succeeds("migrate")), pair * 2)
        self.scripts(V2__two="SELECT 1; SELECT * FROM nope; SELECT 3;")
        self.assertEqual(fired(self.fails("migrate")),
                         pair + ["beforeEachMigrateStatement", "afterEachMigrateStatementError"])

    def test_applied_fires_only_when_something_was(self):
        self.scripts(V1__one="SELECT 1;", afterMigrateApplied="SELECT 1;")
        self.assertEqual(fired(self.succeeds("migrate")), ["afterMigrateApplied"])
        self.assertEqual(fired(self.succeeds("migrate")), [])

    def test_a_failing_finish_event_tells_the_bare_failure(self):
        self.scripts(afterInfoOperationFinish="SELECT * FROM nope;", V1__one="SELECT 1;")
        self.assertTrue(self.fails("info").err.startswith("ERROR: Migration afterInfoOperationFinish.sql failed"))

    def test_callback_locations_take_the_place_of_locations(self):
        self.scripts(beforeInfo__here="SELECT 1;")
        (self.folder / "callbacks").mkdir()
        (self.folder / "callbacks/beforeInfo__there.sql").write_text("SELECT 1;")
        (self.folder / "callbacks/V1__no_migration.sql").write_text("SELECT 1;")
        run = self.succeeds(f"-callbackLocations=filesystem:{self.folder}/callbacks", "info")
        self.assertIn("Executing SQL callback: beforeInfo - there", run.out)
        self.assertNotIn("here\n", run.out.replace("there\n", ""))
        self.assertIn("No migrations found", run.out)


@on_each("sqlite", *program.SERVERS)
class AfterConnect:
    def test_what_it_sets_holds_for_every_script(self):
        setting = {"sqlite": "PRAGMA recursive_triggers = 1;"}.get(self.kind, "SET SESSION lc_time_names = 'de_DE';")
        asked = {"sqlite": "SELECT recursive_triggers FROM pragma_recursive_triggers"}.get(self.kind, "SELECT @@lc_time_names")
        self.scripts(afterConnect=setting, V1__one=f"CREATE TABLE seen AS {asked} AS v;",
                     V2__two=f"INSERT INTO seen {asked};")
        self.succeeds("migrate")
        expected = "1" if self.kind == "sqlite" else "de_DE"
        self.assertEqual(self.database.query("SELECT * FROM seen"), [[expected]] * 2)


@on_each("sqlite", *program.SERVERS)
class BaselineMigrations:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);",
                     B2__both="CREATE TABLE one (id INT); CREATE TABLE two (id INT); CREATE TABLE both_at_once (id INT);",
                     V3__three="CREATE TABLE three (id INT);", R__r="SELECT 1;")

    def test_an_empty_database_begins_with_the_highest(self):
        self.assertRegex(self.succeeds("info").out, r"\| Baseline   \| 2 +\| both +\| SQL_BASELINE \| +\| Pending +\|")
        self.succeeds("migrate")
        self.assertEqual(self.history("version, type"), [["2", "SQL_BASELINE"], ["3", "SQL"], [None, "SQL"]])
        self.assertEqual(self.database.query("SELECT * FROM both_at_once"), [])
        out = self.succeeds("info").out
        self.assertRegex(out, r"\| Versioned  \| 1 .*\| Below Baseline \|")
        self.assertRegex(out, r"\| Baseline   \| 2 .*\| Success +\|")
        self.succeeds("validate")
        self.assertIn("No migration necessary", self.succeeds("migrate").out)

    def test_a_changed_one_is_noticed(self):
        self.succeeds("migrate")
        self.scripts(B2__both="SELECT 'changed';")
        self.assertIn("Migration checksum mismatch for migration version 2", self.fails("validate").err)
        self.succeeds("repair")
        self.succeeds("validate")

    def test_where_versions_are_applied_it_has_no_effect(self):
        (self.sql / "B2__both.sql").rename(self.folder / "B2__both.sql")
        self.succeeds("migrate", "-target=1")
        (self.folder / "B2__both.sql").rename(self.sql / "B2__both.sql")
        self.assertIn("Ignored (Baseline)", self.succeeds("info").out)
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "r", "2", "3"])
        self.succeeds("validate")

    def test_its_prefix_can_be_chosen(self):
        self.script("Base2__both.sql", (self.sql / "B2__both.sql").read_text())
        (self.sql / "B2__both.sql").unlink()
        self.succeeds("migrate", "-baselineMigrationPrefix=Base")
        self.assertEqual(self.history("type")[0], ["SQL_BASELINE"])


class Programs(ProgramTest):
    def on(self, *words):
        return ("-scriptMigrations=true", *words)

    def test_they_are_nobodys_business_unless_configured(self):
        self.script("V1__one.sh", "touch ran")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), [])
        self.assertFalse((self.folder / "ran").exists())

    def test_output_is_logged_and_the_row_says_script(self):
        self.script("V1__one.sh", "echo to out; echo to err >&2; printf 'no line end'\n")
        self.script("V2__two.py", "print('from', 'Python')\n")
        self.script("V3__three.bash", "[[ 1 == 1 ]] && echo bash\n")
        self.scripts(V4__four="CREATE TABLE four (id INT);")
        out = self.succeeds(*self.on("migrate")).out
        for line in ("to out", "to err", "no line end", "from Python", "bash"):
            self.assertIn(f"\n{line}\n", out)
        self.assertEqual(self.history("version, type, script, success"),
                         [["1", "SCRIPT", "V1__one.sh", "1"], ["2", "SCRIPT", "V2__two.py", "1"],
                          ["3", "SCRIPT", "V3__three.bash", "1"], ["4", "SQL", "V4__four.sql", "1"]])
        self.succeeds(*self.on("validate"))
        self.script("V1__one.sh", "echo changed")
        self.assertIn("checksum mismatch", self.fails(*self.on("validate")).err)

    def test_the_exit_code_decides(self):
        self.script("V1__one.sh", "echo before; exit 3")
        self.scripts(V2__two="SELECT 1;")
        run = self.fails(*self.on("migrate"))
        self.assertIn("before\n", run.out)
        self.assertIn("Migration V1__one.sh failed\n---------------------------\nExit Code  : 3\n", run.err)
        self.assertEqual(self.history("version, type, success"), [["1", "SCRIPT", "0"]])
        self.script("V1__one.sh", "kill -9 $$")
        self.succeeds(*self.on("repair"))
        self.assertIn("Exit Code  : 137", self.fails(*self.on("migrate")).err)

    def test_no_shell_reads_the_name(self):
        self.script("V1__$(touch ran); touch ran `touch ran` 'x.sh", "echo fine")
        self.assertIn("\nfine\n", self.succeeds(*self.on("migrate")).out)
        self.assertFalse((self.folder / "ran").exists())

    def test_the_environment_has_the_connection_but_the_password_only_if_asked(self):
        self.script("V1__one.sh", "env | sort; cat; test ! -t 0")
        options = ("-user=me", "-password=geheim", "-placeholders.Tone=calm one")
        # Without the servers' passwords, which the script would print.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WHIMBREL_TEST_")}
        environment = {**inherited, "FLYWAY_PASSWORD": "geheim", "KEPT": "yes"}
        out = self.succeeds(*self.on("migrate", *options), env=environment).out
        self.assertIn(f"\nFLYWAY_URL={self.database.url}\nFLYWAY_USER=me\n", out)
        for line in ("KEPT=yes", "FP__tone__=calm one", "FP__flyway_table__=flyway_schema_history",
                     "FP__flyway_filename__=V1__one.sh"):
            self.assertIn(f"\n{line}\n", out)
        self.assertNotIn("geheim", out)
        self.script("V2__two.sh", "echo $FLYWAY_PASSWORD; env | grep calm")
        out = self.succeeds(*self.on("migrate", *options, "-scriptMigrationsGetPassword=true",
                                     "-scriptPlaceholderPrefix=P_", "-scriptPlaceholderSuffix=_S")).out
        self.assertIn("\ngeheim\nP_tone_S=calm one\n", out)

    def test_a_signal_ends_the_program_and_what_it_started(self):
        self.script("V1__one.sh", "sleep 60 & echo $! > child; wait")
        process = self.start(*self.on("migrate"))
        child = self.wait_for(lambda: (self.folder / "child").exists() and (self.folder / "child").read_text().strip(),
                              "the program")
        process.terminate()
        self.assertEqual(self.finish(process, timeout=20).code, 1)
        self.wait_for(lambda: not alive(child), "the end of what the program started")

    def test_a_missing_interpreter_is_named(self):
        self.script("V1__one.py", "print(1)")
        self.assertIn("Unable to run python3 (No such file or directory)",
                      self.fails(*self.on("migrate"), env={"PATH": "/nowhere"}).err)

    def test_rows_of_programs_are_shown_and_missed(self):
        self.script("V1__one.sh", "true")
        self.succeeds(*self.on("migrate"))
        self.assertIn("SCRIPT", self.succeeds("info").out)
        self.assertIn("not resolved locally: 1", self.fails("validate", "-ignoreFutureMigrations=false").err)


def alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


class Encodings(ProgramTest):
    def test_detect_encoding_reads_each_file_as_what_it_is(self):
        for number, codec in enumerate(("utf-8", "utf-8-sig", "latin-1", "utf-16")):
            self.script(f"V{number}__{codec}.sql", "/* Zoë */ SELECT 'Zoë' AS name;".encode(codec))
        self.script("V9__said.sql", "SELECT 'Zoë' AS name;".encode("utf-16-le"))
        self.script("V9__said.sql.conf", "encoding=UTF-16LE")
        self.assertIn("Unable to calculate checksum of V2__latin-1.sql", self.fails("info").err)
        self.assertEqual(self.succeeds("migrate", "-detectEncoding=true").out.count("| Zoë  |"), 5)
        checksums = self.history("checksum")
        self.assertEqual(checksums[0], checksums[3])
        self.assertEqual(checksums[0], checksums[2])

    def test_execute_in_transaction_for_all_and_for_one(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);")
        self.script("V2__two.sql.conf", "executeInTransaction=true")
        out = self.succeeds("migrate", "-executeInTransaction=false").out
        self.assertIn('version "1 - one" [non-transactional]', out)
        self.assertIn('version "2 - two"\n', out)


class OddFiles(ProgramTest):
    def meanwhile(self, action):
        """Applies a program first, which does something to the scripts that come after it."""
        self.script("V0__meanwhile.sh", action)
        return self.fails("-scriptMigrations=true", "migrate")

    def test_a_file_that_changes_before_its_turn_is_not_run(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        run = self.meanwhile("echo 'CREATE TABLE other (id INT);' > sql/V1__one.sql")
        self.assertIn("V1__one.sql has changed since its checksum was computed", run.err)
        self.assertEqual(self.applied(), ["0"])
        self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name IN ('one', 'other')"), [])
        self.succeeds("-scriptMigrations=true", "migrate", "-validateOnMigrate=false")

    def test_nor_a_repeatable_or_a_program(self):
        self.scripts(R__r="SELECT '${flyway:table}';")
        self.assertIn("R__r.sql has changed", self.meanwhile("echo 'SELECT 2;' > sql/R__r.sql").err)
        self.script("V1__p.sh", "true")
        (self.sql / "V0__meanwhile.sh").unlink()
        self.script("V01__again.sh", "")
        self.database.run("DELETE FROM flyway_schema_history")
        (self.sql / "V01__again.sh").unlink()
        self.assertIn("V1__p.sh has changed", self.meanwhile("echo 'touch ran' > sql/V1__p.sh").err)
        self.assertFalse((self.folder / "ran").exists())

    def test_a_changed_line_end_is_no_change(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);\n")
        self.script("V0__meanwhile.sh", "printf 'CREATE TABLE one (id INT);\\r\\n\\r\\n' > sql/V1__one.sql")
        self.succeeds("-scriptMigrations=true", "migrate")

    def test_a_file_that_vanishes_is_named(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.assertRegex(self.meanwhile("rm sql/V1__one.sql").err, r"V1__one\.sql \(No such file or directory\)")
        self.assertEqual(self.applied(), ["0"])

    def test_a_file_that_becomes_a_pipe_is_not_waited_for(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.assertIn("V1__one.sql", self.meanwhile("rm sql/V1__one.sql; mkfifo sql/V1__one.sql").err)

    def test_pipes_and_devices_are_skipped_with_a_warning(self):
        self.scripts(V1__one="SELECT 1;")
        os.mkfifo(self.sql / "V2__pipe.sql")
        (self.sql / "V3__device.sql").symlink_to("/dev/zero")
        out = self.succeeds("migrate").out
        self.assertEqual(self.applied(), ["1"])
        self.assertIn("V2__pipe.sql (not a file)", out)
        self.assertIn("V3__device.sql (not a file)", out)

    def test_links_in_a_circle_end(self):
        self.script("deep/V1__one.sql", "SELECT 1;")
        (self.sql / "deep/up").symlink_to("..")
        (self.sql / "deep/self").symlink_to("self")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1"])

    @unittest.skipUnless(AS_ROOT, "makes itself another user")
    def test_a_folder_without_rights_in_the_middle_is_left_out(self):
        self.scripts(V1__one="SELECT 1;")
        self.script("closed/inside/V2__two.sql", "SELECT 2;")
        (self.sql / "closed").chmod(0)
        for path in (self.folder, self.sql):
            path.chmod(0o777)
        self.succeeds("migrate", **self.as_nobody())
        self.assertEqual(self.applied(), ["1"])

    def test_a_name_that_is_no_utf8_is_refused_where_it_is_a_migrations(self):
        os.makedirs(bytes(self.sql) + b"/f\xff")
        for name in (b"/f\xff/notes.sql", b"/f\xff/\xfe", b"/beforeMigrate1__\xfe.sql"):
            pathlib.Path(os.fsdecode(bytes(self.sql) + name)).write_text("SELECT 1;")
        self.scripts(V2__two="SELECT 2;")
        self.succeeds("migrate")
        bad = pathlib.Path(os.fsdecode(bytes(self.sql) + b"/f\xff/V1__\xfe.sql"))
        bad.write_text("SELECT 1;")
        for command in ("info", "migrate", "validate", "repair"):
            self.assertIn(r"/V1__\xfe.sql is no UTF-8", self.fails(command).err)
        self.assertIn("is no UTF-8", self.run_tool("info", "-outputType=json").json["error"]["message"])
        self.assertEqual(self.applied(), ["2"])

    def test_an_empty_file_is_a_migration(self):
        self.scripts(V1__empty="")
        self.succeeds("migrate")
        self.assertEqual(self.history("version, checksum, success"), [["1", "0", "1"]])

    def test_a_file_of_two_gigabytes_does_not_fill_the_memory(self):
        path = self.script("V1__huge.sql", "SELECT 1;\n-- ")
        with path.open("r+b") as file:
            file.truncate(2 << 30)
        process = subprocess.Popen(self.command("info"), cwd=self.folder, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(usage.ru_maxrss, 300 << 10)

    def test_an_unknown_key_of_a_script_configuration(self):
        self.scripts(V1__one="SELECT 1;")
        self.script("V1__one.sql.conf", "executeInTransaction=true\nbogus=1\n")
        for command in ("info", "migrate"):
            self.assertIn("ERROR: Unknown configuration property: bogus", self.fails(command).err)

    def test_a_placeholder_without_end_is_shown(self):
        self.scripts(V1__one="SELECT 1; -- ${")
        self.assertIn("Placeholder ${ at the end of the script has no }", self.fails("migrate").err)


@on_each("sqlite", *program.SERVERS)
class Generated:
    """The folder that uses everything, as tests/compare makes it."""

    def test_both_tools_or_two_runs_agree_on_it(self):
        folder = self.folder / "generated"
        tools = ROOT / "tests/compare"
        subprocess.run([tools / "generate.py", f"--database={self.kind}", folder], check=True)
        command = [tools / "compare.py", f"--whimbrel={program.tool}", f"--database={self.kind}", "--step=migrate -target=200",
                   "--step=migrate", "--step=repair"]
        if self.kind != "sqlite":
            address = re.search(r"//([^/]+)/", self.database.server_url)[1]
            command.append(f"--server={self.database.user}:{self.database.password}@{address}")
        if "REFERENCE_FLYWAY" in os.environ:
            command.append(f"--reference={os.environ['REFERENCE_FLYWAY']}")
        done = subprocess.run([*command, folder, "--", "-configFiles=flyway.conf"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("agree; 244 rows", done.stdout)


if __name__ == "__main__":
    program.main()
