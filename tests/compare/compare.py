#!/usr/bin/python3
"""Runs a folder of migrations through Flyway and through whimbrel and compares what they leave in the database.

  compare.py --whimbrel build/release/whimbrel --reference /opt/flyway/flyway --database mariadb FOLDER
             [--server USER:PASSWORD@HOST:PORT[/DATABASE]] [--step 'migrate -target=5' --step migrate] [-- OPTION...]

FOLDER holds migrations; it is made the only location, unless the options behind -- say -locations or
-configFiles. These options go to both tools, which run in FOLDER. Each tool gets a fresh database of the same
name, dropped afterwards; the user must be allowed to create one (on PostgreSQL from DATABASE, else postgres). After
each step, exit code, history, schema and rows are compared, and what `info` says. At the end each tool is asked to
validate, and to migrate on, what the other one has left. Without --reference only whimbrel runs, twice: the second
run must find nothing to do.

Prints the differences; exits with 0 when there are none. Python 3.11 and its standard library, and for
MariaDB and MySQL the client `mariadb` or `mysql`.
"""
import argparse
import contextlib
import difflib
import json
import pathlib
import re
import secrets
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
from databases import BrokenCase, Mariadb, Postgresql, RealMysql, Sqlite
from normalise import Normaliser

# Class, server when none is named.
SERVERS = {"mariadb": (Mariadb, "fly:fly@127.0.0.1:13306"), "mysql": (RealMysql, "fly:fly@127.0.0.1:13307"),
           "postgresql": (Postgresql, "fly:fly@127.0.0.1:5432")}
SHOWN_LINES = 60


class Database:
    """A database that is there as long as the with statement lasts."""

    def __init__(self, kind, server, name):
        if kind == "sqlite":
            self.driver = Sqlite(())
        else:
            driver, default = SERVERS[kind]
            match = re.fullmatch(r"([^:]*):(.*)@([^:]+):(\d+)(?:/(.+))?", server or default)
            if not match:
                sys.exit("--server must look like USER:PASSWORD@HOST:PORT")
            facts = (match[3], int(match[4]), match[1], match[2])
            self.driver = driver((*facts, match[5] or "postgres") if driver is Postgresql else facts)
        self.name = name

    def __enter__(self):
        self.driver.create(self.name)
        return self

    def __exit__(self, *_):
        self.driver.drop(self.name, [])
        if isinstance(self.driver, Sqlite):
            pathlib.Path(self.name).unlink(missing_ok=True)

    def dump(self):
        return self.driver.dump(self.name, [])


class Tool:
    """One of the two programs, with the options that both get."""

    def __init__(self, program, folder, options):
        self.program, self.folder = str(pathlib.Path(program).resolve()), folder
        self.options = options
        if not any(option.startswith(("-locations=", "-configFiles=")) for option in options):
            self.options = [f"-locations=filesystem:{folder}", *options]

    def run(self, database, arguments):
        driver = database.driver
        login = [f"-user={driver.user}", f"-password={driver.password}"] if driver.user else []
        command = [self.program, f"-url={driver.url(database.name)}", *login, *self.options, *shlex.split(arguments)]
        return subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)

    def states(self, database):
        """What `info` says of every migration."""
        done = self.run(database, "info -outputType=json")
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return {"no answer": (done.stdout + done.stderr).decode(errors="replace")}
        return answer.get("migrations", answer)


def without_known_differences(value):
    """Flyway writes the text null into the installed_by of a baseline row, whimbrel the user."""
    if isinstance(value, list):
        return [without_known_differences(item) for item in value]
    if not isinstance(value, dict):
        return value
    masked = {"installed_by", "installedBy"} if value.get("type") == "BASELINE" else set()
    return {name: "@USER@" if name in masked else without_known_differences(item) for name, item in value.items()}


def observe(tool, database, steps, normaliser):
    """Everything to compare, as {what: value}, and what the tool printed when it failed."""
    seen, printed = {}, []
    for number, step in enumerate(steps, 1):
        done = tool.run(database, step)
        seen[f"step {number} ({step}): exit code"] = done.returncode
        for part, value in normaliser.dumped(database.dump()).items():
            seen[f"step {number} ({step}): {part}"] = without_known_differences(value)
        seen[f"step {number} ({step}): info"] = without_known_differences(normaliser.json(tool.states(database)))
        if done.returncode:
            printed.append(f"{step}:\n{(done.stdout + done.stderr).decode(errors='replace')}")
    return seen, printed


def differences(left, right):
    """One unified diff of each thing that is not equal."""
    for what in left:
        if left[what] == right[what]:
            continue
        lines = [json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).split("\n")
                 for value in (left[what], right[what])]
        diff = list(difflib.unified_diff(*lines, "reference", "whimbrel", lineterm="", n=4))
        more = len(diff) - SHOWN_LINES
        yield "\n".join([f"== {what}", *diff[:SHOWN_LINES], *([f"... {more} more lines"] if more > 0 else [])])


def continued(tool, database, steps, whose):
    """What a tool says against a database that another run has left: nothing, or the complaint."""
    before = database.dump()
    validate = tool.run(database, "validate " + " ".join(shlex.split(steps[-1])[1:]))
    migrate = tool.run(database, steps[-1])
    for name, done in (("validate", validate), ("migrate", migrate)):
        if done.returncode:
            text = (done.stdout + done.stderr).decode(errors="replace")
            yield f"== {tool.program} {name} on what {whose} left: exit code {done.returncode}\n{text}"
    if database.dump()["history"] != before["history"]:
        yield f"== {tool.program} found something to migrate on what {whose} left"


def compare(options, work):
    token = secrets.token_hex(4)
    name = work / "compare.db" if options.database == "sqlite" else f"compare_{token}"
    folder = pathlib.Path(options.folder).resolve()
    whimbrel = Tool(options.whimbrel, folder, options.options)
    reference = Tool(options.reference, folder, options.options) if options.reference else None
    # Moments of this run are masked in rows and answers; names need not be, both databases have the same one.
    normaliser = Normaliser([], "")
    found, printed = [], {}
    seen = {}
    succeeds = True
    for tool, other, label in ((reference, whimbrel, "reference"), (whimbrel, reference or whimbrel, "whimbrel")):
        if tool is None:
            continue
        with Database(options.database, options.server, str(name)) as database:
            seen[label], printed[label] = observe(tool, database, options.step, normaliser)
            succeeds = succeeds and not printed[label]
            if succeeds:
                found += continued(other, database, options.step, label)
    if reference is not None:
        found += differences(seen["reference"], seen["whimbrel"])
    if found or not reference:
        for label, texts in printed.items():
            found += [f"== output of {label}: {text}" for text in texts]
    rows = [row for part, value in seen["whimbrel"].items() if part.endswith(": history")
            for table in value for row in table["rows"]][-1:]
    return found, rows[0]["installed_rank"] if rows else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--whimbrel", required=True, help="the program")
    parser.add_argument("--reference", help="Flyway's program; without it whimbrel is compared with itself")
    parser.add_argument("--database", required=True, choices=["sqlite", *SERVERS])
    parser.add_argument("--server", help="USER:PASSWORD@HOST:PORT[/DATABASE]; default: that of the conformance tests")
    parser.add_argument("--step", action="append", help="a command with its options; several one after the other")
    parser.add_argument("folder", help="with the migrations")
    own, separator, passed_on = sys.argv[1:], None, []
    with contextlib.suppress(ValueError):
        separator = own.index("--")
        own, passed_on = own[:separator], own[separator + 1:]
    options = parser.parse_args(own)
    options.step, options.options = options.step or ["migrate"], passed_on
    with tempfile.TemporaryDirectory() as work:
        try:
            found, rank = compare(options, pathlib.Path(work))
        except BrokenCase as error:
            sys.exit(f"{options.database}: {error}")
    against = "reference and whimbrel" if options.reference else "two runs of whimbrel"
    if found:
        print("\n\n".join(found))
        sys.exit(f"{options.database}: {against} differ")
    print(f"{options.database}: {against} agree; {rank} rows in the history")


if __name__ == "__main__":
    main()
