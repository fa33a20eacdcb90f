"""The frame of the long runs: one table of what came out how often, by database, which is written while it grows."""
import argparse
import collections
import pathlib
import subprocess
import sys
import unittest

from interrupted import program


class Outcomes:
    """Of one database: what came out how often in each row of the table, whose first cells are its key."""

    def __init__(self, kind, changed):
        self.kind, self.changed = kind, changed
        self.rows = collections.defaultdict(collections.Counter)
        self.wrong = 0

    def count(self, what, row, attempt):
        """Counts what attempt() gives: the row and the outcome. When it goes wrong that counts in `row`."""
        try:
            row, outcome = attempt()
        except (AssertionError, subprocess.TimeoutExpired, StopIteration, RuntimeError) as error:
            outcome = "WRONG"
            self.wrong += 1
            print(f"{self.kind}, {what}: {error}", file=sys.stderr, flush=True)
        self.rows[row][outcome] += 1
        self.changed()

    def lines(self):
        for row, outcomes in self.rows.items():
            yield line(self.kind, *row, outcomes.total(), "; ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))


def line(*cells):
    return f"| {' | '.join(map(str, cells))} |"


def parser(description, databases):
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--databases", default=databases)
    parser.add_argument("--markdown", type=pathlib.Path)
    return parser


def fill(options, columns, fill_one):
    """Lets fill_one(Outcomes) fill the part of each database, prints the table, and exits with 1 when anything went wrong."""
    program.tool = str(pathlib.Path(options.tool).absolute())
    tables = []

    def lines():
        yield line("Database", *columns, "Runs", "What the run or the next ones did")
        yield "|---" * (len(columns) + 3) + "|"
        for table in tables:
            yield from table.lines()

    def write():
        if options.markdown:    # after each run: a long one may be cut short
            options.markdown.write_text("\n".join(lines()) + "\n")

    for kind in options.databases.split(","):
        tables.append(Outcomes(kind, write))
        try:
            fill_one(tables[-1])
        except unittest.SkipTest as reason:
            print(f"{kind}: skipped, {reason}")
    print("\n".join(lines()))
    sys.exit(1 if any(table.wrong for table in tables) else 0)
