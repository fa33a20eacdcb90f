#!/usr/bin/python3
"""Measures whimbrel against its peers and the databases' own clients, all in one run, and writes docs/performance.md
with its picture.

  run.py --reference FLYWAY [--tool build/release/whimbrel] [--runs 5] [--write]
         [--databases sqlite,mariadb,…] [--parts start,apply,scale,scan,script,s3] [--results build/bench.json] [--peers build/peers]

What is said are ratios: runs of all tools alternate, so that the load of the machine meets all alike. Wall times are
medians; CPU seconds are those of the tool and its children, without the server. Peers are installed into --peers by
peers.py; what is missing is named. SQLite's files and the migrations lie in memory (/dev/shm), so that the disk does not hide
the tools. --results keeps the figures of parts from run to run; --write writes the page from all of them.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import migrations
import page
import peers
import scan
from databases import DATABASES

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 1200
MANY = 1000
COUNTS = (1000, 10000)
PARTS = ("start", "apply", "scale", "scan", "script", "s3")


class Run:
    """One run of a program: its wall and CPU seconds and the megabytes it had at most."""

    def __init__(self, command, environment=None, stdin=None):
        start = time.perf_counter()
        with tempfile.TemporaryFile() as output, open(stdin or os.devnull) as source:
            process = subprocess.Popen(command, stdin=source, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.perf_counter() - start
            if process.returncode:
                output.seek(0)
                raise RuntimeError(f"{command}: exit {process.returncode}\n{output.read()[-2000:].decode(errors='replace')}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024


def summary(runs):
    """A program counts as having had no less memory than this one, of which its process was born: `floor`."""
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": statistics.median(run.wall for run in runs), "cpu": statistics.median(run.cpu for run in runs),
            "memory": max(run.memory for run in runs), "floor": floor, "runs": len(runs)}


def summaries(runs):
    return {name: summary(all_runs) for name, all_runs in runs.items()}


def alternate(commands, runs, slow=(), slow_runs=1):
    """{name: summary} of the commands {name: function that runs it once}; the slow ones run fewer times."""
    done = {name: [] for name in commands}
    for number in range(runs):
        for name, command in commands.items():
            if name not in slow or number < slow_runs:
                done[name].append(command())
    return summaries(done)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.found, self.missing = peers.available(options.peers)
        self.tools = [peers.flyway_like("whimbrel", options.tool, [options.tool, "-v"]), *self.found]
        if options.reference:
            self.tools.append(peers.flyway_like("Flyway", options.reference, [], slow=True))
        else:
            self.missing.append("Flyway: neither --reference nor REFERENCE_FLYWAY names one")
        self.slow = [tool.name for tool in self.tools if tool.slow]

    def files(self, tool, count):
        """The folder with so many migrations in the tool's format."""
        folder = self.folder / f"{tool.format}-{count}"
        if not folder.exists():
            migrations.write(getattr(migrations, tool.format)(count), folder)
        return str(folder)

    def migrate(self, tool, database, count):
        return Run(tool.migrate(database, self.files(tool, count)))

    def database(self, kind, name="all"):
        return DATABASES[kind](self.folder, re.sub(r"\W", "_", name.lower()))

    def versions(self):
        """{name: the version of it}; programs that Go installed do not know theirs."""
        found = {}
        for tool in self.tools:
            command = ["go", "version", "-m", tool.file] if tool.registry == "go" else tool.version
            said = subprocess.run(command, capture_output=True, text=True).stdout if command else "7.15.0"
            found[tool.name] = re.search(r"(?:^|mod\t\S+\tv|dbmate version |Version: |whimbrel )(\d+\.\d+\.\d+)", said)[1]
        return found

    def start(self):
        """-v, and a migrate that finds nothing to do with one migration applied."""
        runs = self.options.runs * 4
        results = {"version": alternate({tool.name: lambda tool=tool: Run(tool.version) for tool in self.tools if tool.version}, runs, self.slow, 2)}
        for kind in self.options.databases:
            databases = {tool.name: self.database(kind, tool.name) for tool in self.tools}
            for tool in self.tools:
                databases[tool.name].reset()
                self.migrate(tool, databases[tool.name], 1)
            commands = {tool.name: lambda tool=tool: self.migrate(tool, databases[tool.name], 1) for tool in self.tools}
            client = databases["whimbrel"].client("SELECT 1")
            commands["client"] = lambda: Run(client, databases["whimbrel"].environment)
            if kind == "postgresql":
                login = [self.libpq_login(), *databases["whimbrel"].libpq]
                commands[page.LIBPQ_ALONE] = lambda login=login: Run(login)
            results[kind] = alternate(commands, runs, self.slow, 3)
            for database in databases.values():
                database.drop()
        return results

    def libpq_login(self):
        """The program that does nothing but log in, compiled."""
        program, source = self.folder / "libpq_login", pathlib.Path(__file__).resolve().parent / "libpq_login.c"
        folder = subprocess.run(["pkg-config", "--cflags", "libpq"], check=True, capture_output=True, text=True).stdout.split()
        subprocess.run(["gcc", "-O2", *folder, source, "-o", program, "-lpq"], check=True)
        return str(program)

    def apply(self):
        """MANY tiny migrations from empty, and once more with nothing to do."""
        results = {}
        for kind in self.options.databases:
            database, script = self.database(kind), self.folder / f"{kind}.sql"
            script.write_text(migrations.plain_script(kind, MANY))
            applied, again = {}, {}
            for number in range(self.options.runs):
                database.reset()
                applied.setdefault("client", []).append(Run(database.client(), database.environment, script))
                for tool in self.tools:
                    if tool.slow and number > 0:
                        continue
                    database.reset()
                    applied.setdefault(tool.name, []).append(self.migrate(tool, database, MANY))
                    again.setdefault(tool.name, []).append(self.migrate(tool, database, MANY))
            database.drop()
            results[kind] = {"apply": summaries(applied), "again": summaries(again)}
        return results

    def scale(self):
        """info, validate and migrate with so many applied, against reading the rows and the files without looking at them."""
        results = {}
        for kind in self.options.databases:
            for count in COUNTS:
                results[f"{kind} {count}"] = self.scale_on(self.database(kind), count)
        return results

    def scale_on(self, database, count):
        tools = {tool.name: tool for tool in self.tools if tool.format == "flyway"}
        files = self.files(tools["whimbrel"], count)

        def command(tool, *words):
            return [*tool.migrate(database, files)[:-1], *words]

        database.reset()
        Run(command(tools["whimbrel"], "-skipExecutingMigrations=true", "-group=true", "migrate"))
        read = subprocess.list2cmdline(database.client("SELECT * FROM flyway_schema_history ORDER BY installed_rank"))
        both = ["sh", "-c", f"{read} > /dev/null; find {files} -type f -print0 | xargs -0 cat > /dev/null"]
        commands = {"client and cat": lambda: Run(both, database.environment)}
        for name, tool in tools.items():
            for word in ("migrate", "info", "validate"):
                commands[f"{name} {word}"] = lambda tool=tool, word=word: Run(command(tool, word))
        measured = alternate(commands, self.options.runs, [name for name in commands if name.startswith("Flyway")])
        database.drop()
        return measured

    def scan(self):
        return scan.measure(self.options.tool, self.options.runs * 2)

    def script(self):
        return self.other("script.py", "--runs", "1", *(["--reference", self.options.reference] if self.options.reference else []))

    def s3(self):
        server = peers.s3_server(self.options.peers).resolve()
        return self.other("s3.py", "--runs", "3", *(["--versitygw", str(server)] if server.exists() else []))

    def other(self, name, *words):
        """A bench of its own, which prints its table."""
        program = pathlib.Path(__file__).resolve().parent / name
        if not program.exists():
            self.missing.append(f"{name} is not there")
            return ""
        done = subprocess.run([sys.executable, program, "--tool", self.options.tool, *words], stdout=subprocess.PIPE, text=True,
                              timeout=PATIENCE)
        if done.returncode:
            raise RuntimeError(f"{name}: exit {done.returncode}")
        return done.stdout


def words(text):
    return text.split(",")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", type=os.path.abspath, default=str(ROOT / "build/release/whimbrel"))
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "build/peers")
    parser.add_argument("--reference", default=os.environ.get("REFERENCE_FLYWAY"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--databases", type=words, default=list(DATABASES), help="comma-separated")
    parser.add_argument("--parts", type=words, default=list(PARTS), help="comma-separated")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build/bench.json")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and docs/performance.svg")
    options = parser.parse_args()
    peers.install(options.peers)
    results = json.loads(options.results.read_text()) if options.results.exists() else {}
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="whimbrel-bench-", dir=memory) as folder:
        bench = Bench(options, pathlib.Path(folder))
        results |= {"versions": bench.versions(), "load before": os.getloadavg()[0]}
        for part in options.parts:
            start = time.perf_counter()
            measured = getattr(bench, part)()
            if isinstance(measured, dict):
                measured = results.get(part, {}) | measured
            results |= {part: measured, "left out": bench.missing}
            options.results.write_text(json.dumps(results, indent=1))
            print(f"measured: {part}, in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    text = page.text(results)
    print(text)
    if options.write:
        (ROOT / "docs/performance.md").write_text(text)
        page.draw(options.results, ROOT / "docs/performance.svg", options.peers)


if __name__ == "__main__":
    main()
