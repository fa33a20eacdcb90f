#!/usr/bin/python3
"""Lets `migrate` run through a bad network (chaos_proxy.py), and looks after each run at what must always hold:

- the run ends: with 0 and everything applied, or with 1 and a message that says why;
- the history tells the truth, and nothing is applied twice or half (interrupted.py);
- without the bad network, info, validate, repair and migrate come to the right end.

  chaos.py --tool build/release/whimbrel [--databases mariadb,mysql,postgresql] [--runs 500] [--seed 1] [--markdown FILE]

Each run has a seed of its own, which is shown when it goes wrong; --seed SEED --runs 1 repeats it, as far as the machine
does the same once more.
"""
import argparse
import collections
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from chaos_proxy import FAULTS, ChaosProxy
from interrupted import MARKS, Interrupted, program

def properties(kind, encrypted, timeout):
    """Properties of the connection: whether it has TLS, and after how many seconds a server that says nothing is lost."""
    if kind == "postgresql":
        found = {"connectTimeout": timeout, "socketTimeout": timeout, "sslmode": "require" if encrypted else "disable"}
    else:
        found = {"connectTimeout": timeout * 1000, "socketTimeout": timeout * 1000, "useSSL": str(encrypted).lower()}
        if kind == "mariadb" and encrypted:
            found["trustServerCertificate"] = "true"
    return [f"-jdbcProperties.{name}={value}" for name, value in found.items()]


class BadNetwork(Interrupted):
    """One run with the fault that its seed chooses."""

    def __init__(self, kind, folder, seed):
        self.choice = random.Random(seed)
        self.fault, self.of_client = self.choice.choice(FAULTS), self.choice.random() < 0.5
        self.encrypted = seed % 2 == 1
        super().__init__(kind, folder, *properties(kind, self.encrypted, 1 if self.fault == "mute" else program.PATIENCE),
                         f"-connectRetries={self.choice.choice([0, 0, 1])}", f"-batch={self.choice.choice(['true', 'false'])}")

    def migrate(self, at=None):
        """The proxy, whose fault comes at that byte if there is to be one, and the exit code."""
        proxy = ChaosProxy(self.database.host, int(self.database.port), self.choice, at is not None and self.fault,
                           self.of_client, at)
        process = self.start(self.url_through(proxy))
        try:
            out, err = process.communicate(timeout=program.PATIENCE)
        finally:
            program.kill(process)
            proxy.close()
        program.assert_no_password(out, err)
        self.wait_for_the_end_of_its_session()
        self.assert_ended_well(process.returncode, out, err)
        return proxy, process.returncode

    def assert_ended_well(self, code, out, err):
        if code == 0:
            assert "Successfully applied 5 migrations" in out, f"success without its message: {out} {err}"
            assert len(self.state()[1]) == len(MARKS), f"success without its rows: {self.state()}"
        else:
            assert code == 1, f"exit code {code}: {out} {err}"
            assert err.startswith("ERROR: ") and len(err) > 40, f"no message: {out} {err}"
            assert "terminate called" not in err and "std::" not in err, err


class Chaos:
    def __init__(self, kind):
        self.kind = kind
        self.wrong = 0
        self.outcomes = collections.defaultdict(collections.Counter)    # by fault

    def attempt(self, seed):
        with tempfile.TemporaryDirectory(prefix="whimbrel-chaos-") as folder:
            run = BadNetwork(self.kind, pathlib.Path(folder), seed)
            try:
                proxy, code = run.migrate(run.choice.randrange(self.lengths[run.encrypted][run.of_client]))
                run.assert_history_tells_the_truth()
                assert code == 0 or run.fault != "stall", "a short stall ended the run"
                way = run.judge()
                if not proxy.struck:
                    return "none: it was over before", "reached its end"
                return run.fault, "reached its end all the same" if code == 0 else way
            finally:
                run.database.drop()

    def length(self, seed):
        """How many bytes a run without a fault sends in each direction."""
        with tempfile.TemporaryDirectory(prefix="whimbrel-chaos-") as folder:
            run = BadNetwork(self.kind, pathlib.Path(folder), seed)
            try:
                proxy, code = run.migrate()
                assert code == 0, "a run without a fault fails"
                return proxy.passed
            finally:
                run.database.drop()

    def run(self, seeds, report):
        self.lengths = {encrypted: self.length(int(encrypted)) for encrypted in (False, True)}
        for seed in seeds:
            try:
                fault, way = self.attempt(seed)
                self.outcomes[fault][way] += 1
            except (AssertionError, subprocess.TimeoutExpired, StopIteration, RuntimeError) as error:
                self.wrong += 1
                self.outcomes["WRONG"][f"seed {seed}"] += 1
                print(f"{self.kind}, seed {seed}: {error}", file=sys.stderr, flush=True)
            report(self.lines())

    def lines(self):
        for fault, ways in self.outcomes.items():
            yield f"| {self.kind} | {fault} | {sum(ways.values())} | " + "; ".join(
                f"{count} {way}" for way, count in ways.most_common()) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--databases", default="mariadb,mysql,postgresql")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", type=pathlib.Path)
    options = parser.parse_args()
    program.tool = str(pathlib.Path(options.tool).absolute())
    lines = ["| Database | Fault | Runs | What the run or the next ones did |", "|---|---|---|---|"]
    wrong = 0

    def report(more):
        if options.markdown:    # after each run: a long one may be cut short
            options.markdown.write_text("\n".join([*lines, *more]) + "\n")

    for kind in options.databases.split(","):
        if f"WHIMBREL_TEST_{kind.upper()}_URL" not in os.environ:
            print(f"{kind}: skipped, WHIMBREL_TEST_{kind.upper()}_URL is not set")
            continue
        chaos = Chaos(kind)
        chaos.run(range(options.seed, options.seed + options.runs), report)
        wrong += chaos.wrong
        lines += chaos.lines()
    print("\n".join(lines))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
