#!/usr/bin/python3
"""How fast scripts are split into statements: MB per second of processor time, and as a multiple of that of `wc -l` and `cat`
of the same file.

  cmake -B build/bench -G Ninja && cmake --build build/bench --target bench_splitting
  splitting.py --splitter build/bench/tests/bench_splitting [--megabytes 100] [--runs 7]

Runs of all three alternate, so that the load of the machine meets them alike; medians are printed as a Markdown table.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import dump

SCRIPTS = {"mysql": ("extended", "rows"), "mariadb": ("extended", "rows"), "postgresql": ("rows", "copy"), "sqlite": ("rows",)}


def seconds(*command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def split_seconds(splitter, dialect, path):
    out = subprocess.run([splitter, dialect, path], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) s$", out)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splitter", required=True)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    print(f"{options.megabytes} MB\n\n| Dialect | Form | MB/s | of `wc -l` | of `cat` |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="whimbrel-bench-") as work:
        for dialect, forms in SCRIPTS.items():
            for form in forms:
                path = pathlib.Path(work) / "dump.sql"
                dump.write(path, form, options.megabytes)
                size = path.stat().st_size / 1e6
                runs = [(split_seconds(options.splitter, dialect, path), seconds("wc", "-l", path), seconds("cat", path))
                        for _ in range(options.runs)]
                split, lines, plain = [statistics.median(times) for times in zip(*runs)]
                print(f"| {dialect} | {form} | {size / split:.0f} | {split / lines:.1f} | {split / plain:.1f} |", flush=True)


if __name__ == "__main__":
    main()
