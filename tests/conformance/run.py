#!/usr/bin/python3
"""Judges a tool by the conformance cases: everything is as recorded from Flyway, but for what is written down here.

  run.py check --tool whimbrel --databases sqlite,mariadb [--only GLOB] [--jobs 2] [--verbose]
  run.py record-difference CASE DATABASE --tool whimbrel --reason TEXT

Two places beside this file say where the tool is not as recorded:

  known-gaps            CASE DATABASE…   per line: what is not right yet. A gap that passes fails the run, so that
                                         the list stays true; the case is then taken off it.
  differences/…         the tool's own answers where it differs on purpose, AREA/NAME.DB.json in the format of
                        expected/ with the reason in it. They are checked like recorded ones; a difference that
                        answers as Flyway again fails the run, too.

A case passes on a database when all its levels agree.
"""
import argparse
import json
import pathlib
import sys
from unittest import mock

sys.dont_write_bytecode = True    # leave no cache folder beside the cases
import conformance
from conformance import BrokenCase, Case, CaseRun, compare, load_expectation, stands_for

HERE = pathlib.Path(__file__).resolve().parent
GAPS = HERE / "known-gaps"
DIFFERENCES = HERE / "differences"
DIFF_LINES = 40    # shown per step and level; --verbose shows all

# The reference's default, which the cases were recorded with; the tool's own default is the safe one.
TOOL_ENVIRONMENT = "FLYWAY_CLEAN_DISABLED=false"


class OwnCase(Case):
    """A case whose expectation is the tool's own answer."""

    def expected_path(self, kind):
        return DIFFERENCES / self.area / f"{self.path.stem}.{kind}.json"


def own_case(case):
    return OwnCase(case.path)


def harness_options(options, *more):
    """What conformance.py makes of these options: its defaults, and the servers that its environment variables name."""
    arguments = ["check", f"--tool={options.tool}", f"--databases={options.databases}", f"--only={options.only or ''}",
                 f"--jobs={options.jobs}", f"--tool-env={TOOL_ENVIRONMENT}", *more]
    with mock.patch.object(sys, "argv", ["conformance.py", *arguments]):
        return conformance.parse_arguments()


def read_gaps():
    """The pairs (case, database) of the file known-gaps."""
    lines = (line.split("#")[0].split() for line in GAPS.read_text(encoding="utf-8").splitlines())
    return {(name, kind) for name, *kinds in filter(None, lines) for kind in kinds}


def read_differences():
    """The pairs (case, database) that the folder differences/ has an answer for."""
    return {(f"{path.parent.name}/{path.name.split('.')[0]}", path.name.split(".")[1])
            for path in DIFFERENCES.glob("*/*.json")}


def stale_entries(cases, gaps, differences):
    """Entries that stand for nothing, or for two things."""
    known = {(case.name, kind) for case in cases for kind in case.databases}
    for name, kind in sorted((gaps | differences) - known):
        yield f"{name} [{kind}]: listed, but there is no such case"
    for name, kind in sorted(gaps & differences):
        yield f"{name} [{kind}]: both a known gap and a difference"


def mismatches(case, kind, actual):
    """{level: [(step number, diff lines)]} between a case's expectation and what the tool did."""
    expected = load_expectation(case, kind)
    if expected is None:
        raise BrokenCase("nothing recorded")
    if expected["case_hash"] != case.hash:
        raise BrokenCase("recorded from another version of the case")
    return compare(case, expected, actual, conformance.LEVELS)


def differs(found):
    return any(found.values())


def explain(case, kind, found, limit):
    """The lines that show where a case's levels disagree."""
    steps_run = [step for step in case.steps if stands_for(step.get("database", [kind]), kind)]
    for level, steps in found.items():
        for number, diff in steps:
            yield f"  step {number} {json.dumps(steps_run[number - 1]['args'])} at level {level}:"
            yield from (f"    {line}" for line in diff[:limit])
            if len(diff) > limit:
                yield f"    … {len(diff) - limit} more lines (--verbose shows them)"


def judge(case, kind, actual, gaps, differences, limit):
    """(levels found different from the reference, lines that say what is wrong: none if all is as it should be)."""
    found = mismatches(case, kind, actual)
    if (case.name, kind) in gaps:
        return found, [] if differs(found) else ["  a known gap that passes: take it off the list"]
    if (case.name, kind) in differences:
        if not differs(found):
            return found, ["  a difference on purpose that is none: remove its file"]
        return found, list(explain(case, kind, mismatches(own_case(case), kind, actual), limit))
    return found, list(explain(case, kind, found, limit))


def count_levels(totals, case, found):
    for level, steps in found.items():
        count = totals.setdefault((case.area, level), [0, 0])
        count[0] += not steps
        count[1] += 1


def check(options):
    harness = harness_options(options)
    gaps, differences = read_gaps(), read_differences()
    limit = sys.maxsize if options.verbose else DIFF_LINES
    failures = [(entry, []) for entry in stale_entries(
        conformance.load_cases(harness.cases, None)[0], gaps, differences)]
    cases, broken = conformance.load_cases(harness.cases, harness.only)
    failures += [(message, []) for message in broken]
    totals, passed, gaps_seen = {}, 0, 0

    def run(case, kind, database):
        return judge(case, kind, CaseRun(case, kind, database, harness).run(), gaps, differences, limit)

    for case, kind, result in conformance.run_all(harness, cases, run):
        if isinstance(result, BrokenCase):
            failures.append((f"{case.name} [{kind}]: {result}", []))
            continue
        found, wrong = result
        count_levels(totals.setdefault(kind, {}), case, found)
        if wrong:
            levels = ", ".join(level for level, steps in found.items() if steps)
            failures.append((f"{case.name} [{kind}]: {levels or 'passes'}", wrong))
        elif (case.name, kind) in gaps:
            gaps_seen += 1
        else:
            passed += 1

    for title, lines in failures:
        print("\n".join([f"FAIL {title}", *lines]))
    for kind, counts in totals.items():
        print(f"\n{kind}: as the reference, by area and level", end="")
        conformance.print_summary(counts, conformance.LEVELS)
    if failures:
        print("\nfailed:", *(title for title, _ in failures), sep="\n  ")
    print(f"\n{gaps_seen} known gaps")
    print(f"conformance: {passed} passed, {len(failures)} failed")
    return 1 if failures else 0


def record_difference(options):
    options.only = options.case
    harness = harness_options(options)
    cases, broken = conformance.load_cases(harness.cases, harness.only)
    if len(cases) != 1 or broken:
        sys.exit("\n".join(broken) or f"one case, please: {options.case}")

    def run(case, kind, database):
        steps = CaseRun(case, kind, database, harness).run()
        if not differs(mismatches(case, kind, steps)):
            raise BrokenCase("answers as the reference: no difference to record")
        own = own_case(case)
        conformance.save_expectation(own, kind, steps)
        path = own.expected_path(kind)
        answer = {"reason": options.reason, **json.loads(path.read_text(encoding="utf-8"))}
        path.write_text(conformance.layout(answer) + "\n", encoding="utf-8")
        return path

    failed = False
    for case, kind, result in conformance.run_all(harness, cases, run):
        failed |= isinstance(result, BrokenCase)
        print(f"{case.name} [{kind}]: {result}")
    return 1 if failed else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    checking = commands.add_parser("check", help="run the cases and judge the tool")
    checking.set_defaults(function=check)
    checking.add_argument("--databases", default="sqlite,mariadb,mysql", help="comma-separated")
    checking.add_argument("--only", metavar="GLOB", help="only cases whose AREA/NAME matches (comma-separated globs)")
    checking.add_argument("--verbose", action="store_true", help="print differences in full")
    recording = commands.add_parser("record-difference", help="write down an answer that differs on purpose")
    recording.set_defaults(function=record_difference)
    recording.add_argument("case", help="AREA/NAME")
    recording.add_argument("databases", metavar="DATABASE", help="one, or several separated by commas")
    recording.add_argument("--reason", required=True, help="why, in a sentence for the next reader")
    for command in (checking, recording):
        command.add_argument("--tool", required=True, help="the command line tool to judge")
        command.add_argument("--jobs", type=int, default=2, help="cases run at the same time (default 2)")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parse_arguments()
    sys.exit(chosen.function(chosen))
