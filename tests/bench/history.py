#!/usr/bin/python3
"""How info, validate and a migrate with nothing to do grow with the history: 500 and 5,000 files, all applied, and as
many rows in the history.

  history.py --tool build/release/whimbrel [--reference FLYWAY] [--runs 5] [--databases sqlite,mariadb]

With a real Flyway 7.15.0 (or REFERENCE_FLYWAY) its runs alternate with the tool's, so that the load of the machine
meets both alike. Medians are printed as a Markdown table; growth is the time at 5,000 over the time at 500.
The MariaDB server is that of CONFORMANCE_MARIADB; tests/services/mariadb.sh starts one.
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

SIZES = (500, 5000)
COMMANDS = ("info", "validate", "migrate")


def seconds(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")
    return elapsed


def measure(kind, size, tools, runs, folder):
    """{command: the median of each tool, in seconds}, and the seconds that the first tool took to apply everything."""
    database = Sqlite(()) if kind == "sqlite" else Mariadb(parse_server(
        os.environ.get("CONFORMANCE_MARIADB", "fly:fly@127.0.0.1:13316")))
    name = database.name_for(secrets.token_hex(4), folder)
    for number in range(1, size + 1):
        (folder / f"V{number}__step_{number}.sql").write_text("CREATE TABLE t (id INT);\n" if number == 1
                                                              else f"INSERT INTO t VALUES ({number});\n")
    run = {tool: [tool, f"-url={database.url(name)}", f"-locations=filesystem:{folder}",
                  *([f"-user={database.user}", f"-password={database.password}"] if database.user else [])]
           for tool in tools}
    database.create(name)
    try:
        applying = seconds([*run[tools[0]], "migrate"])
        times = {}
        for command in COMMANDS:
            rounds = [[seconds([*run[tool], command]) for tool in tools] for _ in range(runs)]
            times[command] = [statistics.median(column) for column in zip(*rounds)]
    finally:
        database.drop(name, [])
    return times, applying


def milliseconds(value):
    return f"{value * 1000:,.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--reference", default=os.environ.get("REFERENCE_FLYWAY"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--databases", default="sqlite,mariadb", help="comma-separated")
    options = parser.parse_args()
    tools = [options.tool] + ([options.reference] if options.reference else [])
    titles = ["tool"] + (["reference", "ratio"] if options.reference else [])
    print("| Database | Command | " + " | ".join(f"{title}, {size:,}" for size in SIZES for title in titles) + " | growth |")
    print("|---|---|" + "---|" * (len(SIZES) * len(titles) + 1))
    for kind in options.databases.split(","):
        measured = []
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                measured.append(measure(kind, size, tools, options.runs, pathlib.Path(folder)))
        for command in COMMANDS:
            cells = []
            for times, _ in measured:
                cells += [milliseconds(value) for value in times[command]]
                if options.reference:
                    cells.append(f"{times[command][1] / times[command][0]:.0f}×")
            growth = measured[-1][0][command][0] / measured[0][0][command][0]
            print(f"| {kind} | {command} | {' | '.join(cells)} | {growth:.1f}× |", flush=True)
        print(f"| {kind} | migrate, all pending | " + " | ".join(
            cell for _, applying in measured for cell in [milliseconds(applying)] + [""] * (len(titles) - 1)) +
            f" | {measured[-1][1] / measured[0][1]:.1f}× |", flush=True)


if __name__ == "__main__":
    main()
