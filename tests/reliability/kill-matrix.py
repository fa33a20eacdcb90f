#!/usr/bin/python3
"""Kills `migrate` at every boundary between it and its database, and looks whether the next runs come to the right end.

  kill-matrix.py --tool build/release/whimbrel [--databases sqlite,mariadb,mysql,postgresql] [--each N] [--markdown FILE]

On a server a boundary is a packet (packet_proxy.py): the program is stopped before it reaches the server, and again
when the server has answered and the program does not know yet. On SQLite it is a system call that writes, syncs or
locks (strace stops the program there). Signals: KILL and TERM. What follows is in interrupted.py.
"""
import collections
import itertools
import random
import re
import shutil
import signal
import sys
import unittest

sys.dont_write_bytecode = True
import outcomes
from interrupted import SCRIPTS, Interrupted, program
from packet_proxy import PacketProxy

SYSTEM_CALLS = "pwrite64,write,fdatasync,fsync,fcntl,unlink,openat"
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
STATEMENTS = "|".join(re.escape(line.rstrip(";")) for text in SCRIPTS.values() for line in text.split("\n"))

# What happens at a boundary, in the order of a run: the first name whose pattern is in the packet or system call.
BOUNDARIES = {
    "packet": {
        "take the lock": "GET_LOCK|pg_(try_)?advisory_lock",
        "give the lock back": "RELEASE_LOCK|pg_advisory_unlock",
        "the record of the script": "flyway_schema_history_whimbrel",
        "create the history table": "CREATE (TABLE|(UNIQUE )?INDEX)[^(]*flyway_schema_history",
        "write the history row": "INSERT INTO \\S*flyway_schema_history",
        "read the history": "SELECT .installed_rank",
        "begin": "SET autocommit=0|BEGIN|START TRANSACTION",
        "statement of a script": STATEMENTS,
        "commit": "COMMIT|SET autocommit=1",
        "connect, look, leave": "",
    },
    "system call": {
        "lock the file": "^fcntl",
        "open the file or its journal": "^openat",
        "write the journal": "^p?write.*journal",
        "sync the journal": "sync.*journal",
        "write the database": "^p?write",
        "sync the database": "sync",
        "remove the journal (the commit)": "^unlink",
    },
}


class Killed(Interrupted):
    """Ended by a signal at one of its boundaries."""

    def through_proxy(self, moment=None, after=False, number=None):
        """Gives the writes of the run, and whether the moment came."""
        process = None

        def act(*_):
            process.send_signal(number)
            if number == signal.SIGKILL:
                process.wait()
            return number != signal.SIGKILL

        proxy = PacketProxy(self.database.host, int(self.database.port), moment, after, act)
        process = self.start(self.url_through(proxy))
        process.communicate(timeout=program.PATIENCE)
        proxy.close()
        self.wait_for_the_end_of_its_session()
        writes = [data.decode(errors="replace") for data in proxy.writes]
        self.assert_failed_means_begun(writes)
        return writes, proxy.acted

    def assert_failed_means_begun(self, writes):
        """A script that has a row which says *failed* was begun: one of its statements was sent."""
        for version, success in self.state()[1]:
            text = next(text for name, text in SCRIPTS.items() if name.startswith(f"V{version}__" if version else "R__"))
            assert success or any(line.rstrip(";") in write for line in text.split("\n") for write in writes), \
                f"version {version} failed, and nothing of it was sent"

    def in_system_call(self, moment=None, number=None):
        """Likewise the calls, and whether the signal ended the run."""
        trace = self.folder / "trace"
        wrapper = ["strace", "-f", "-qq", "-y", "-o", str(trace), "-e", f"trace={SYSTEM_CALLS}", "-P", str(self.database.file),
                   "-P", f"{self.database.file}-journal"]
        if moment is not None:
            call, time = moment    # strace counts each call by itself
            wrapper += ["-e", f"inject={call}:signal={number.name}:when={time}"]
        process = self.start(wrapper=wrapper)
        process.communicate(timeout=program.PATIENCE)
        lines = [line.partition(" ")[2].lstrip() for line in trace.read_text().splitlines() if "(" in line]
        return lines, process.returncode != 0


class Matrix:
    def __init__(self, outcomes):
        self.outcomes, self.kind = outcomes, outcomes.kind
        if self.kind == "sqlite" and not shutil.which("strace"):
            raise unittest.SkipTest("there is no strace")
        self.names = BOUNDARIES["system call" if self.kind == "sqlite" else "packet"]

    def attempt(self, *point):
        """What the run did, and the way to the right end after it."""
        # Without TLS, so that the proxy sees what is sent.
        with Killed(self.kind, *(["-jdbcProperties.sslmode=disable"] if self.kind == "postgresql" else [])) as run:
            did = (run.in_system_call if self.kind == "sqlite" else run.through_proxy)(*point)
            run.assert_history_tells_the_truth()
            return did, run.judge()

    def points(self):
        """Each boundary's points, as arguments of attempt()."""
        (moments, _), _ = self.attempt()
        points = {name: [] for name in self.names}
        count = collections.Counter()
        for number, moment in enumerate(moments):
            name = self.name(moment)
            if self.kind == "sqlite":
                call = moment.partition("(")[0]
                count[call] += 1
                points[name] += [((call, count[call]), which) for which in SIGNALS]
            else:
                points[name] += itertools.product([number], [False, True], SIGNALS)
        return points

    def name(self, moment):
        return next(name for name, pattern in self.names.items() if re.search(pattern, moment))

    def run(self, each):
        choice = random.Random(self.kind)
        for name, points in self.points().items():
            for point in choice.sample(points, min(each or len(points), len(points))):
                self.outcomes.count(f"{name}, {point}", (name, point[-1].name), lambda: self.come_out(name, point))

    def come_out(self, name, point):
        (moments, reached), way = self.attempt(*point)
        if reached and self.kind != "sqlite":    # how often a run takes the lock depends on how fast it is
            name = self.name(moments[point[0]])
        return (name, point[-1].name), way if reached else "had ended"


def main():
    parser = outcomes.parser(__doc__, "sqlite,mariadb,mysql,postgresql")
    parser.add_argument("--each", type=int, help="only so many points of each boundary, always the same")
    options = parser.parse_args()
    outcomes.fill(options, ["Boundary", "Signal"], lambda table: Matrix(table).run(options.each))


if __name__ == "__main__":
    main()
