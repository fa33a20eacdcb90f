#!/usr/bin/python3
"""How long a `migrate` takes that finds nothing to do, as a multiple of the database's own client running SELECT 1.

  noop.py --tool build/release/whimbrel [--runs 41] [--databases sqlite,mariadb]

Runs of tool and client alternate, so that the load of the machine meets both alike; medians are printed as a
Markdown table. The MariaDB server is that of CONFORMANCE_MARIADB; tests/services/mariadb.sh starts one.
"""
import argparse
import os
import pathlib
import secrets
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
from conformance import parse_server
from databases import Mariadb, Sqlite

MIGRATIONS = 10


def seconds(command, environment=None):
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    return elapsed


def measure(kind, tool, runs, folder):
    """The medians of tool and client, in seconds."""
    database = Sqlite(()) if kind == "sqlite" else Mariadb(parse_server(
        os.environ.get("CONFORMANCE_MARIADB", "fly:fly@127.0.0.1:13316")))
    name = database.name_for(secrets.token_hex(4), folder)
    client = ["sqlite3", name, "SELECT 1"] if kind == "sqlite" else [*database.command, "-e", "SELECT 1", name]
    password = {**os.environ, "MYSQL_PWD": database.password, "FLYWAY_PASSWORD": database.password}
    migrate = [tool, f"-url={database.url(name)}", f"-user={database.user}", f"-locations=filesystem:{folder}", "migrate"]
    for number in range(1, MIGRATIONS + 1):
        (folder / f"V{number}__t{number}.sql").write_text(f"CREATE TABLE t{number} (id INT PRIMARY KEY);\n")
    database.create(name)
    try:
        seconds(migrate, password)    # the one that applies; the others find nothing to do
        pairs = [(seconds(migrate, password), seconds(client, password)) for _ in range(runs)]
    finally:
        database.drop(name, [])
    return [statistics.median(times) for times in zip(*pairs)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--databases", default="sqlite,mariadb", help="comma-separated")
    options = parser.parse_args()
    print(f"| Database | `migrate`, nothing to do ({MIGRATIONS} applied) | client, `SELECT 1` | ratio |\n|---|---|---|---|")
    for kind in options.databases.split(","):
        with tempfile.TemporaryDirectory() as folder:
            tool, client = measure(kind, options.tool, options.runs, pathlib.Path(folder))
        print(f"| {kind} | {tool * 1000:.1f} ms | {client * 1000:.1f} ms | {tool / client:.2f} |", flush=True)


if __name__ == "__main__":
    main()
