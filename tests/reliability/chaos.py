#!/usr/bin/python3
"""Lets `migrate` run through a bad network (chaos_proxy.py), and looks after each run at what must always hold:

- the run ends: with 0 and everything applied, or with 1 and a message that says why;
- the history tells the truth, and nothing is applied twice or half (interrupted.py);
- without the bad network, info, validate, repair and migrate come to the right end.

  chaos.py --tool build/release/whimbrel [--databases mariadb,mysql,postgresql] [--runs 500] [--seed 1] [--markdown FILE]

Each run has a seed of its own, which is shown when it goes wrong; --seed SEED --runs 1 repeats it, as far as the machine
does the same once more.
"""
import random
import sys

sys.dont_write_bytecode = True
import outcomes
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

    def __init__(self, kind, seed):
        self.choice = random.Random(seed)
        self.fault, self.of_client = self.choice.choice(FAULTS), self.choice.random() < 0.5
        self.encrypted = seed % 2 == 1
        super().__init__(kind, *properties(kind, self.encrypted, 1 if self.fault == "mute" else program.PATIENCE),
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
    def __init__(self, outcomes):
        self.outcomes = outcomes
        # How many bytes a run without a fault sends in each direction, with and without TLS.
        self.lengths = {encrypted: self.length(int(encrypted)) for encrypted in (False, True)}

    def length(self, seed):
        with BadNetwork(self.outcomes.kind, seed) as run:
            proxy, code = run.migrate()
            assert code == 0, "a run without a fault fails"
            return proxy.passed

    def attempt(self, seed):
        with BadNetwork(self.outcomes.kind, seed) as run:
            proxy, code = run.migrate(run.choice.randrange(self.lengths[run.encrypted][run.of_client]))
            run.assert_history_tells_the_truth()
            assert code == 0 or run.fault != "stall", "a short stall ended the run"
            way = run.judge()
            if not proxy.struck:
                return ("none: it was over before",), "reached its end"
            return (run.fault,), "reached its end all the same" if code == 0 else way

    def run(self, seeds):
        for seed in seeds:
            self.outcomes.count(f"seed {seed}", ("any",), lambda: self.attempt(seed))


def main():
    parser = outcomes.parser(__doc__, "mariadb,mysql,postgresql")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes.fill(options, ["Fault"], lambda table: Chaos(table).run(range(options.seed, options.seed + options.runs)))


if __name__ == "__main__":
    main()
