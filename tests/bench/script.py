#!/usr/bin/python3
"""How long one big script takes from end to end, as a multiple of the database's own client reading it, and how much memory.

  script.py --tool build/release/whimbrel [--reference …/flyway] [--databases sqlite,mariadb,mysql,postgresql]
            [--megabytes 100] [--runs 2] [--forms extended,copy] [--batch]

The scripts are dumps as the databases' own tools write them (dump.py): SQLite's have a statement for each row, and those of the
others with `--forms rows`. Each run is into a new database; runs of all programs
alternate, so that the load of the machine meets all alike. Times are medians, memory is the most that any run had. Flyway runs once
only, and not beyond 100 MB. `--batch` runs the tool with batch=true, too. Servers are those of CONFORMANCE_MARIADB,
CONFORMANCE_MYSQL and CONFORMANCE_POSTGRESQL, as for tests/conformance.
"""
import argparse
import os
import pathlib
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
import dump
from conformance import parse_server
from databases import Mariadb, Postgresql, RealMysql, Sqlite

PORTS = {"mariadb": 13316, "mysql": 13317, "postgresql": 15432}
FORMS = {"sqlite": ("rows",), "mariadb": ("extended", "rows"), "mysql": ("extended", "rows"), "postgresql": ("copy", "extended", "rows")}
FLYWAY_ENDURES = 100    # megabytes: it keeps all statements in memory


def high_water(pid):
    """The most kilobytes that the process or one below it has had. What wait4() gives would not be less than Python has."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:    # it is gone
        return 0
    own = re.search(r"VmHWM:\s*(\d+)", status)
    return max([int(own[1]) if own else 0, *map(high_water, children)])


class Watch(threading.Thread):
    """Looks at the memory of a process as long as it runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.kilobytes, self.over = pid, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.02):
            self.kilobytes = max(self.kilobytes, high_water(self.pid))


class Run:
    def __init__(self, command, environment, script):
        start = time.perf_counter()
        with open(script, "rb") as source, tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdin=source, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment})
            watch = Watch(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            watch.over.set()
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                output.seek(0)
                sys.exit(f"{command}: exit {process.returncode}\n{output.read(3000).decode(errors='replace')}")
        self.seconds = time.perf_counter() - start
        self.processor = usage.ru_utime + usage.ru_stime
        self.megabytes = watch.kilobytes / 1024


def connect(kind):
    if kind == "sqlite":
        return Sqlite(())
    settings = parse_server(os.environ.get(f"CONFORMANCE_{kind.upper()}", f"fly:fly@127.0.0.1:{PORTS[kind]}"))
    if kind == "postgresql":
        return Postgresql((*settings, os.environ.get("CONFORMANCE_POSTGRESQL_DATABASE", "fly")))
    return (Mariadb if kind == "mariadb" else RealMysql)(settings)


def client(kind, database, name, script):
    """Its command, and what it is called."""
    if kind == "sqlite":
        # All in one transaction, as a migration.
        return ["sqlite3", name, "BEGIN", f".read {script}", "COMMIT"], "sqlite3 .read"
    if kind == "postgresql":
        return ["psql", "-Xq1", "-vON_ERROR_STOP=1", f"-h{database.host}", f"-p{database.port}", f"-U{database.user}", "-d", name, "-f", script], "psql -1 -f"
    home = os.environ.get("WHIMBREL_TEST_MYSQL_HOME", "/var/tmp/whimbrel-tests-mysql-server")
    program = shutil.which(f"{home}/bin/mysql") if kind == "mysql" else None
    if not program:
        return [*database.command, name], "mariadb <"
    return [program, f"-h{database.host}", f"-P{database.port}", f"-u{database.user}", "--protocol=tcp", "--get-server-public-key", name], "mysql <"


class Bench:
    def __init__(self, kind, options, folder):
        self.kind, self.options, self.folder = kind, options, folder
        self.database = connect(kind)
        self.environment = {} if kind == "sqlite" else {
            "MYSQL_PWD": self.database.password, "PGPASSWORD": self.database.password, "FLYWAY_PASSWORD": self.database.password}
        self.script = folder / "V1__dump.sql"

    def tool(self, program, *options):
        def command(name):
            user = [] if self.kind == "sqlite" else [f"-user={self.database.user}"]
            return [program, f"-url={self.database.url(name)}", *user, f"-locations=filesystem:{self.folder}", *options, "migrate"]
        return command

    def programs(self):
        programs = {"whimbrel": self.tool(self.options.tool)}
        if self.options.batch and self.kind != "sqlite":
            programs["whimbrel -batch=true"] = self.tool(self.options.tool, "-batch=true")
        if self.options.reference and self.options.megabytes <= FLYWAY_ENDURES:
            programs["Flyway"] = self.tool(self.options.reference, f"-password={self.environment.get('FLYWAY_PASSWORD', '')}")
        programs["client"] = lambda name: client(self.kind, self.database, name, str(self.script))[0]
        return programs

    def once(self, command):
        with tempfile.TemporaryDirectory(dir=self.folder) as own:
            name = self.database.name_for(secrets.token_hex(4), pathlib.Path(own))
            self.database.create(name)
            try:
                return Run(command(name), self.environment, self.script)
            finally:
                self.database.drop(name, [])

    def measure(self, form):
        """{program: (seconds, processor seconds, megabytes)}"""
        # As --no-autocommit of mysqldump and mariadb-dump writes it; the other clients have an option for that.
        around = ("SET autocommit=0;\n", "COMMIT;\n") if self.kind in ("mariadb", "mysql") else ("", "")
        dump.write(self.script, form, self.options.megabytes, *around)
        runs = {program: [] for program in self.programs()}
        for number in range(self.options.runs):
            for program, command in self.programs().items():
                if program != "Flyway" or number == 0:
                    runs[program].append(self.once(command))
        return {program: (statistics.median(run.seconds for run in done), statistics.median(run.processor for run in done),
                          max(run.megabytes for run in done)) for program, done in runs.items()}


def measure(options):
    """Gives {(database, form): {program: (seconds, processor seconds, megabytes)}}, and prints a Markdown table meanwhile."""
    results = {}
    print(f"{options.megabytes} MB\n\n| Database | Form | Program | Time | of the client | Processor time | Memory |\n|---|---|---|---|---|---|---|")
    for kind in options.databases.split(","):
        for form in FORMS[kind]:
            if kind != "sqlite" and form not in options.forms.split(","):
                continue
            with tempfile.TemporaryDirectory(prefix="whimbrel-bench-", dir=options.folder) as folder:
                bench = Bench(kind, options, pathlib.Path(folder))
                found = results[kind, form] = bench.measure(form)
                title = client(kind, bench.database, "", "")[1]
            for program, (seconds, processor, memory) in found.items():
                print(f"| {kind} | {form} | {program if program != 'client' else f'`{title}`'} | {seconds:.1f} s | {seconds / found['client'][0]:.2f} | "
                      f"{processor:.1f} s | {memory:.0f} MB |", flush=True)
    return results


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--reference", default=os.environ.get("REFERENCE_FLYWAY"))
    parser.add_argument("--databases", default=",".join(FORMS), help="comma-separated")
    parser.add_argument("--forms", default="extended,copy", help="comma-separated; of " + ",".join(dump.FORMS))
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--folder", help="for the scripts and SQLite's files; default: that of temporary files")
    return measure(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
