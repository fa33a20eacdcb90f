#!/usr/bin/python3
"""Kills `migrate` at every boundary between it and its database, and looks whether the next runs come to the right end.

  kill-matrix.py --tool build/release/whimbrel [--databases sqlite,mariadb,mysql,postgresql] [--every N] [--markdown FILE]

On a server a boundary is a packet (packet_proxy.py): the program is stopped before it reaches the server, and again
when the server has answered and the program does not know yet. On SQLite it is a system call that writes, syncs or
locks (strace stops the program there). Signals: KILL and TERM. Afterwards an administrator follows what the program
says: info, validate, repair, migrate, with resumeFailedMigrations where it asks for that, having looked whether the
statement in doubt took effect. In the end each statement of each script must have taken effect exactly once.
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration" / "program")]
import program
from packet_proxy import PacketProxy

# Each statement leaves a mark that can be counted, be it run twice or not at all.
SCRIPTS = {
    "V1__log.sql": "CREATE TABLE log (entry VARCHAR(20));",
    "V2__mixed.sql": "INSERT INTO log VALUES ('a');\nCREATE TABLE t2 (id INT);\nINSERT INTO log VALUES ('b');\n"
                     "INSERT INTO log VALUES ('c');\nALTER TABLE t2 ADD COLUMN x INT;\nINSERT INTO log VALUES ('d');",
    "V3__rows.sql": "INSERT INTO log VALUES ('e');\nINSERT INTO log VALUES ('f');",
    "V4__tables.sql": "CREATE TABLE t4 (id INT);\nCREATE TABLE t5 (id INT);\nCREATE INDEX i5 ON t5 (id);",
    "R__view.sql": "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT entry FROM log;",
}
SYSTEM_CALLS = "pwrite64,write,fdatasync,fsync,fcntl,unlink,openat"


SESSIONS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{name}' AND ID <> CONNECTION_ID()",
}
SESSIONS["mysql"] = SESSIONS["mariadb"]


class Attempt:
    """One kill and what follows, on a database of its own."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder
        self.database = program.make_database(kind, folder)
        (folder / "sql").mkdir()
        for name, text in SCRIPTS.items():
            (folder / "sql" / name).write_text(text)

    def command(self, *words, url=None):
        return [program.tool, f"-url={url or self.database.url}", *self.database.login,
                f"-locations=filesystem:{self.folder / 'sql'}", "-recordStatements=true", *words]

    def run(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=program.PATIENCE, check=False)
        program.assert_no_password(done.stdout, done.stderr)
        return done

    # ---- the kill

    def start(self, url=None, wrapper=()):
        return subprocess.Popen([*wrapper, *self.command("migrate", url=url)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def through_proxy(self, moment=None, after=False, number=None):
        """Gives the writes of the run, and whether the moment came."""
        process = None

        def act(*_):
            process.send_signal(number)
            if number == signal.SIGKILL:
                process.wait()
            return number != signal.SIGKILL

        host, port = self.database.host, self.database.port
        proxy = PacketProxy(host, int(port), moment, after, act)
        process = self.start(self.database.url.replace(f"{host}:{port}", f"127.0.0.1:{proxy.port}"))
        process.communicate(timeout=program.PATIENCE)
        proxy.close()
        query = SESSIONS[self.kind].format(name=self.database.name)
        program.ProgramTest().wait_for(lambda: not self.database.query(query, database=""), "the end of the session")
        return proxy.writes, proxy.acted

    def in_system_call(self, moment=None, number=None):
        trace = self.folder / "trace"
        wrapper = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={SYSTEM_CALLS}", "-P", str(self.database.file),
                   "-P", f"{self.database.file}-journal"]
        if moment is not None:
            call, time = moment    # strace counts each call by itself
            wrapper += ["-e", f"inject={call}:signal={number.name}:when={time}"]
        process = self.start(wrapper=wrapper)
        process.communicate(timeout=program.PATIENCE)
        calls = [line for line in trace.read_text().splitlines() if "(" in line]
        return calls, process.returncode != 0

    # ---- afterwards

    def marks(self):
        """What has taken effect, counted."""
        found = collections.Counter()
        has = self.names()
        for name in has:
            found[name] = 1
        if "log" in has:
            found.update(row[0] for row in self.database.query("SELECT entry FROM log"))
        if "t2" in has:
            found["t2.x"] = int(self.database.query(self.column_query())[0][0])
        return {name: count for name, count in found.items() if count and "flyway" not in name}

    def names(self):
        if self.kind == "sqlite":
            rows = self.database.query("SELECT name FROM sqlite_master") if self.database.file.exists() else []
        elif self.kind == "postgresql":
            rows = self.database.query(f"SELECT relname FROM pg_class WHERE relnamespace = '{self.database.schema}'::regnamespace")
        else:
            rows = self.database.query(
                f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{self.database.schema}' UNION "
                f"SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '{self.database.schema}' AND INDEX_NAME = 'i5'")
        return {row[0] for row in rows}

    def column_query(self):
        if self.kind == "sqlite":
            return "SELECT count(*) FROM pragma_table_info('t2') WHERE name = 'x'"
        return f"SELECT count(*) FROM information_schema.columns WHERE table_schema = '{self.database.schema}' AND table_name = 't2' AND column_name = 'x'"

    def took_effect(self, script, line):
        """What the administrator finds out about the statement in doubt, which has a line of its own."""
        statement = SCRIPTS[script].split("\n")[line - 1]
        marks = self.marks()
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

    def judge(self, expected):
        way = self.recover()
        marks = self.marks()
        assert marks == expected, f"after {way}: {marks} instead of {expected}"
        history = self.database.query(f"SELECT version, success FROM {self.database.quote(program.HISTORY)} ORDER BY installed_rank")
        done = [[row[0] or None, row[1] in ("1", "t")] for row in history]
        assert done == [["1", True], ["2", True], ["3", True], ["4", True], [None, True]], done
        assert "up to date" in self.run("migrate").stdout
        return way


class Matrix:
    def __init__(self, kind, every):
        self.kind, self.every = kind, every
        self.outcomes = collections.Counter()
        self.failures = []

    def attempt(self, what, *arguments):
        with tempfile.TemporaryDirectory(prefix="whimbrel-kill-") as folder:
            attempt = Attempt(self.kind, pathlib.Path(folder))
            try:
                result = getattr(attempt, what)(*arguments)
                return result, attempt.judge(self.expected) if arguments else attempt.marks()
            finally:
                attempt.database.drop()

    def run(self):
        what = "in_system_call" if self.kind == "sqlite" else "through_proxy"
        (moments, _), self.expected = self.attempt(what)
        variants = [()] if self.kind == "sqlite" else [(False,), (True,)]
        if self.kind == "sqlite":
            calls = [re.search(r"(\w+)\(", line)[1] for line in moments]
            moments = {(call, calls[:i + 1].count(call)): line for i, (call, line) in enumerate(zip(calls, moments))}
        else:
            moments = dict(enumerate(moments))
        points = [(moment, *variant, number) for moment in moments for variant in variants
                  for number in (signal.SIGKILL, signal.SIGTERM)]
        for point in points[::self.every]:
            try:
                (_, reached), way = self.attempt(what, *point)
                self.outcomes[point[-1].name, way if reached else "the point was not reached"] += 1
            except (AssertionError, subprocess.TimeoutExpired, StopIteration) as error:
                self.failures.append((point, str(error)))
                self.outcomes[point[-1].name, "WRONG"] += 1
                print(f"{self.kind} {point} {str(moments[point[0]])[-60:]}: {error}", file=sys.stderr)
        return len(points[::self.every])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--databases", default="sqlite,mariadb,mysql,postgresql")
    parser.add_argument("--every", type=int, default=1, help="only each N-th point")
    parser.add_argument("--markdown", type=pathlib.Path)
    options = parser.parse_args()
    program.tool = str(pathlib.Path(options.tool).absolute())
    lines = ["| Database | Points | Signal | What the next runs did | Times |", "|---|---|---|---|---|"]
    wrong = 0
    for kind in options.databases.split(","):
        if kind != "sqlite" and f"WHIMBREL_TEST_{kind.upper()}_URL" not in os.environ:
            print(f"{kind}: skipped, WHIMBREL_TEST_{kind.upper()}_URL is not set")
            continue
        if kind == "sqlite" and not shutil.which("strace"):
            print("sqlite: skipped, there is no strace")
            continue
        matrix = Matrix(kind, options.every)
        points = matrix.run()
        wrong += len(matrix.failures)
        lines += [f"| {kind} | {points} | {name} | {way} | {count} |"
                  for (name, way), count in sorted(matrix.outcomes.items())]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.markdown:
        options.markdown.write_text(text)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
