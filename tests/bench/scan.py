#!/usr/bin/python3
"""How long scanning and checksumming a folder takes, as a multiple of `cat` of the same files, and how much memory.

  scan.py --tool build/release/whimbrel [--runs 11] [--files 10000] [--megabytes 40] [--folders 100]

`info` on an empty SQLite database reads every file to its end. Runs of tool and cat alternate, so that the load of
the machine meets both alike; medians are printed as a Markdown table. Before a cold run the kernel is told to
forget what it has of files; that needs root, and without it there are only the warm rows.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TITLE = "| Cache | `info` | `find … \\| xargs cat` | ratio | memory of `info` |\n|---|---|---|---|---|"
HERE = pathlib.Path(__file__).resolve().parent
DROP_CACHES = pathlib.Path("/proc/sys/vm/drop_caches")
COLD_RUNS = 3


def line(name, row):
    return (f"| {name} | {row['tool'] * 1000:.0f} ms | {row['cat'] * 1000:.0f} ms | {row['tool'] / row['cat']:.2f} | "
            f"{row['memory']:.0f} MB |")


def make_files(folder, count, size, folders):
    line = "INSERT INTO things (id, name, price) VALUES (1, 'a thing with a name', 12.50);\n"
    text = (line * (size // len(line) + 1))[:size - 1] + "\n"
    for number in range(count):
        place = folder / f"module{number % folders}"
        place.mkdir(exist_ok=True)
        (place / f"V{number + 1}__script_{number}.sql").write_text(text)


def forget_files():
    os.sync()
    DROP_CACHES.write_text("3")


def seconds(command, cold):
    if cold:
        forget_files()
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr.decode()}")
    return elapsed


def megabytes_of(command):
    """The most memory that the program had, of this one child."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / 1024


def can_forget():
    try:
        forget_files()
        return True
    except OSError:
        return False


def measure(tool, runs, files=10000, megabytes=40, folders=100):
    """{"warm" and, where caches can be dropped, "cold": {"tool", "cat": seconds, "memory": megabytes}}."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="whimbrel-bench-") as work:
        folder = pathlib.Path(work) / "sql"
        folder.mkdir()
        make_files(folder, files, megabytes * 1000000 // files, folders)
        # Answers about nothing, so that what is measured is the reading and not the printing.
        info = [tool, f"-url=jdbc:sqlite:{work}/empty.db", f"-locations=filesystem:{folder}",
                "-infoOfState=success", "info"]
        cat = ["sh", "-c", f"find {folder} -type f -print0 | xargs -0 cat > /dev/null"]
        seconds(info, False), seconds(cat, False)
        memory = megabytes_of(info)
        for name, cold, count in (("warm", False, runs), ("cold", True, COLD_RUNS)):
            if cold and not can_forget():
                break
            pairs = [(seconds(info, cold), seconds(cat, cold)) for _ in range(count)]
            one, plain = [statistics.median(times) for times in zip(*pairs)]
            results[name] = {"tool": one, "cat": plain, "memory": memory}
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--megabytes", type=int, default=40)
    parser.add_argument("--folders", type=int, default=100)
    options = parser.parse_args()
    results = measure(options.tool, options.runs, options.files, options.megabytes, options.folders)
    print(f"{options.files} files in {options.folders} folders, {options.megabytes} MB\n")
    print(TITLE)
    for name, row in results.items():
        print(line(name, row), flush=True)


if __name__ == "__main__":
    main()
