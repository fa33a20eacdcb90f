"""One `migrate` that is interrupted, on a database of its own, and an administrator who then follows what the program says:
info, validate, repair, migrate, with resumeFailedMigrations where it asks for that, having looked whether the statement
in doubt took effect. In the end each statement of each script must have taken effect exactly once.
"""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "integration" / "program"))
import program

# Each statement leaves a mark that can be counted, be it run twice or not at all.
SCRIPTS = {
    "V1__log.sql": "CREATE TABLE log (entry VARCHAR(20));",
    "V2__mixed.sql": "INSERT INTO log VALUES ('a');\nCREATE TABLE t2 (id INT);\nINSERT INTO log VALUES ('b');\n"
                     "INSERT INTO log VALUES ('c');\nALTER TABLE t2 ADD COLUMN x INT;\nINSERT INTO log VALUES ('d');",
    "V3__rows.sql": "INSERT INTO log VALUES ('e');\nINSERT INTO log VALUES ('f');",
    "V4__tables.sql": "CREATE TABLE t4 (id INT);\nCREATE TABLE t5 (id INT);\nCREATE INDEX i5 ON t5 (id);",
    "R__view.sql": "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT entry FROM log;",
}
# What they leave, by script.
MARKS = {"1": {"log"}, "2": {"a", "t2", "b", "c", "t2.x", "d"}, "3": {"e", "f"}, "4": {"t4", "t5", "i5"}, None: {"v"}}

SESSIONS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{name}' AND ID <> CONNECTION_ID()",
}
SESSIONS["mysql"] = SESSIONS["mariadb"]


class Interrupted:
    def __init__(self, kind, *options):
        self.kind, self.options = kind, options
        self.temporary = tempfile.TemporaryDirectory(prefix="whimbrel-interrupted-")
        self.folder = pathlib.Path(self.temporary.name)
        self.database = program.make_database(kind, self.folder)
        (self.folder / "sql").mkdir()
        for name, text in SCRIPTS.items():
            (self.folder / "sql" / name).write_text(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.drop()
        self.temporary.cleanup()

    def command(self, *words, url=None):
        return [program.tool, f"-url={url or self.database.url}", *self.database.login,
                f"-locations=filesystem:{self.folder / 'sql'}", "-recordStatements=true", *words]

    def run(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=program.PATIENCE, check=False)
        program.assert_no_password(done.stdout, done.stderr)
        return done

    def start(self, url=None, wrapper=()):
        return subprocess.Popen([*wrapper, *self.command(*self.options, "migrate", url=url)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def url_through(self, proxy):
        return self.database.url.replace(f"{self.database.host}:{self.database.port}", f"127.0.0.1:{proxy.port}")

    def wait_for_the_end_of_its_session(self):
        query = SESSIONS[self.kind].format(name=self.database.name)
        program.ProgramTest().wait_for(lambda: not self.database.query(query, database=""), "the end of the session")

    # ---- what there is

    def state(self):
        """What has taken effect, counted by mark, and the history's rows as [version, success], each of them whole."""
        names = {row[0] for row in self.database.query(self.names_query())} if self.exists() else set()
        marks = collections.Counter({name: 1 for name in names if "flyway" not in name})
        history = []
        for row in self.database.query(self.rows_query(names)) if names & {"log", program.HISTORY} else []:
            rank, version, success, script, *others = row
            if rank is None:
                marks[version] += 1
            else:
                assert script in SCRIPTS and script.startswith(f"V{version}__" if version else "R__") and None not in others, f"half a row: {row}"
                history.append([int(rank), version or None, success in ("1", "t", "true")])
        return dict(marks), [row[1:] for row in sorted(history)]

    def exists(self):
        return self.kind != "sqlite" or self.database.file.exists()

    @staticmethod
    def rows_query(names):
        """The entries of the log, whose first column is NULL, and the history."""
        tables = {"log": "SELECT NULL, entry, NULL, NULL, NULL, NULL, NULL, NULL FROM log",
                  program.HISTORY: "SELECT installed_rank, version, CASE WHEN success THEN '1' ELSE '0' END, script, description, "
                                   f"checksum, installed_by, CAST(installed_on AS CHAR(30)) FROM {program.HISTORY}"}
        return " UNION ALL ".join(query for name, query in tables.items() if name in names)

    def names_query(self):
        """All names, and t2.x for the column."""
        if self.kind == "sqlite":
            return "SELECT name FROM sqlite_master UNION SELECT 't2.x' FROM pragma_table_info('t2') WHERE name = 'x'"
        schema = self.database.schema
        names = [f"SELECT 't2.x' FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = 't2' AND column_name = 'x'"]
        if self.kind == "postgresql":
            names.append(f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace")
        else:
            names.append(f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{schema}'")
            names.append(f"SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '{schema}' AND INDEX_NAME = 'i5'")
        return " UNION ".join(names)

    def assert_history_tells_the_truth(self):
        """A row that says success stands for a script that took effect as a whole, in order; nothing ran twice; where DDL
        is rolled back, a script without such a row has left nothing."""
        marks, history = self.state()
        done = [version for version, success in history if success]
        assert done == list(MARKS)[:len(done)], f"history {history}"
        assert len(history) - len(done) <= 1, f"history {history}"
        expected = set().union(*(MARKS[version] for version in done))
        assert expected <= set(marks), f"history {history}, but only {marks}"
        assert set(marks.values()) <= {1}, f"twice: {marks}"
        assert self.kind not in ("sqlite", "postgresql") or set(marks) == expected, f"history {history}, but {marks}"

    # ---- afterwards

    def took_effect(self, script, line):
        """What the administrator finds out about the statement in doubt, which has a line of its own."""
        statement = SCRIPTS[script].split("\n")[line - 1]
        marks, _ = self.state()
        if statement.startswith("DROP"):
            return "v" not in marks
        name = "t2.x" if statement.startswith("ALTER") else re.match(r"CREATE \w+ (\w+)", statement)[1]
        return name in marks

    def recover(self):
        """Follows what the program says until migrate has nothing to do; gives the way."""
        way = []
        for command in ("info", "validate"):
            if self.run(command).returncode and command == "info":
                raise AssertionError("info fails")
        run = self.run("migrate")
        for _ in range(3):
            if run.returncode == 0:
                break
            way.append("told")
            said = run.stdout + run.stderr
            doubt = re.search(r"statement \d+ at line (\d+) may or may not have", said)
            name = next(name for name in SCRIPTS if self.names_script(said, name))
            exists = re.search(r"Message .*(already exists|Duplicate)", run.stderr)
            assert self.run("repair").returncode == 0, "repair fails"
            if exists:    # a script of one statement, which has no record: the message says that it took effect
                way.append("exists")
                run = self.run("migrate", f"-cherryPick={re.match('V([0-9]+)', name)[1]}", "-skipExecutingMigrations=true")
                run = self.run("migrate")
                continue
            option = "true"
            if doubt:
                option = "skip" if self.took_effect(name, int(doubt[1])) else "redo"
            way.append(f"resumed ({option})")
            run = self.run("migrate", f"-resumeFailedMigrations={option}")
        if run.returncode:
            raise AssertionError(f"migrate does not come to an end: {way} {run.stdout} {run.stderr}")
        return ", ".join(way) or "migrate went on"

    @staticmethod
    def names_script(text, name):
        version = re.match(r"V(\d+)__", name)
        return bool(re.search(f'{re.escape(name)} lies|version {version[1]} \\(|to version "{version[1]} - [^"]*" (stopped|failed)' if version
                              else 'R__view.sql lies|repeatable migration "view" (stopped|failed)|repeatable migration: view', text))

    def judge(self):
        """The way to the right end; AssertionError when it is not reached."""
        way = self.recover()
        marks, history = self.state()
        expected = dict.fromkeys(set().union(*MARKS.values()), 1)
        assert marks == expected, f"after {way}: {marks} instead of {expected}"
        assert history == [[version, True] for version in MARKS], history
        assert "up to date" in self.run("migrate").stdout
        return way
