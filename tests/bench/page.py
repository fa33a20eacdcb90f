"""What docs/performance.md says and shows, from the figures of run.py."""
import platform
import subprocess
import sys

import scan

TITLES = {"sqlite": "SQLite", "mariadb": "MariaDB", "mysql": "MySQL", "postgresql": "PostgreSQL"}
LEAST_MEMORY = 32
LIBPQ_ALONE = "libpq: log in, leave"
WHERE_TIME_GOES = """- A start on PostgreSQL: two thirds of it are libpq's. Loading it takes 2 ms, for the 24 libraries that it comes with (OpenSSL,
  Kerberos, LDAP, GnuTLS …). Its SCRAM login looks SHA-256 up in OpenSSL 4,096 times, which takes another 2 ms, and getting
  OpenSSL's random numbers ready nearly one. A C program that does nothing but log in through it (`tests/bench/libpq_login.c`, in the table
  above) takes as long as goose, which has a client of its own linked in, takes for everything, and longer than a fortieth of
  Flyway's time; so neither target can be met with it. The queries take 2 ms, most of it for a fresh server process that reads its catalogs for the first time.
- A start on MySQL and MariaDB: loading MariaDB's client takes 0.8 ms, of which most is OpenSSL's; it readies OpenSSL whether TLS is
  asked for or not (0.5 ms), and loads MySQL's way to log in from another file. A `migrate` with nothing to do asks the server eight times
  (session, facts, history, lock, history again, unlock …), each 0.03 to 0.1 ms here.
- A small migration: three round trips on PostgreSQL (`BEGIN` with the statement; the session put back with the history's row;
  `COMMIT`), four on MySQL and MariaDB (`autocommit` off, statement, row, `autocommit` on), the same four as the client has. A row of Flyway's
  history has ten columns and two indexes, where the peers keep a version or two.
- On SQLite each file is opened twice, for its checksum and to run, and each line is written at once, because people watch it. In return
  the history's rows go through a prepared statement.
"""


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def times(value):
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def megabytes(one):
    return f"< {one['floor']:.0f} MB" if one["memory"] <= one["floor"] * 1.01 else f"{one['memory']:.0f} MB"


def compared(measured, base):
    """Rows of wall, CPU, memory and the multiple of the base's wall time, quickest first."""
    return [[name, seconds(one["wall"]), seconds(one["cpu"]), megabytes(one), times(one["wall"] / measured[base]["wall"])]
            for name, one in sorted(measured.items(), key=lambda item: item[1]["wall"])]


def kinds(results):
    return [kind for kind in TITLES if kind in results]


# ---- The targets: (what, where, measured, met)

def ratio(measured, one, other):
    return measured[one]["wall"] / measured[other]["wall"]


def quickest_peer(measured, besides=("whimbrel", "client", LIBPQ_ALONE)):
    return min((name for name in measured if name not in besides), key=lambda name: measured[name]["wall"], default=None)


def start_targets(results):
    for kind in kinds(results):
        measured = results[kind]
        if "Flyway" in measured:
            value = ratio(measured, "Flyway", "whimbrel")
            yield "no-op `migrate`: at least 40 times faster than Flyway", TITLES[kind], f"{times(value)} times", value >= 40
        if peer := quickest_peer(measured):
            value = ratio(measured, "whimbrel", peer)
            yield "no-op `migrate`: not slower than any peer", TITLES[kind], f"{times(value)} of {peer}", value <= 1


def apply_targets(results):
    for kind in kinds(results):
        measured = results[kind]["apply"]
        value = ratio(measured, "whimbrel", "client")
        yield "1,000 migrations: within 1.25 of the bare client", TITLES[kind], times(value), value <= 1.25
        if peer := quickest_peer(measured):
            value = ratio(measured, "whimbrel", peer)
            yield "1,000 migrations: faster than every peer", TITLES[kind], f"{times(value)} of {peer}", value < 1


def scale_targets(results):
    for kind in TITLES:
        if measured := results.get(f"{kind} 10000"):
            value = ratio(measured, "whimbrel migrate", "client and cat")
            yield "no-op on 10,000: within 3 times of client and `cat`", TITLES[kind], times(value), value <= 3


def memory_target(results):
    """The most memory of any run of whimbrel; a run on many applied migrations holds the server's rows."""
    ours = [(one["memory"], place) for place, measured in
            [*((f"start, {kind}", measured) for kind, measured in results.get("start", {}).items()),
             *((f"1,000 migrations, {kind}", measured["apply"]) for kind, measured in results.get("apply", {}).items()),
             *(results.get("scale", {}).items())]
            for name, one in measured.items() if name.startswith("whimbrel")]
    if ours:
        most, place = max(ours)
        yield f"memory under {LEAST_MEMORY} MB", place, f"{most:.1f} MB", most < LEAST_MEMORY


def where_time_goes():
    yield "## Where the time goes\n"
    yield WHERE_TIME_GOES


def targets(results):
    rows = [*start_targets(results.get("start", {})), *apply_targets(results.get("apply", {})), *scale_targets(results.get("scale", {})),
            *memory_target(results)]
    if rows:
        yield "## Targets\n"
        yield table(["Target", "", "measured", "met"], [[what, where, value, "yes" if met else "**no**"] for what, where, value, met in rows])


# ---- The sections

def start(results):
    yield "## Start\n"
    yield "`-v`, which only starts:\n"
    yield table(["", "time", "CPU", "memory", "× whimbrel"], compared(results["version"], "whimbrel"))
    for kind in kinds(results):
        yield f"A `migrate` with nothing to do (1 applied) on {TITLES[kind]}; `client` is the database's own, running `SELECT 1`:\n"
        yield table(["", "time", "CPU", "memory", "× whimbrel"], compared(results[kind], "whimbrel"))


def apply(results):
    yield "## 1,000 tiny migrations\n"
    yield ("100 `CREATE TABLE` and 900 `INSERT`, one migration each, into an empty database. The client runs the same statements with the\n"
           "same rows of the history, in the same transactions: `BEGIN`, statement, row, `COMMIT`.\n")
    for kind in kinds(results):
        yield f"### {TITLES[kind]}\n"
        yield table(["", "time", "CPU", "memory", "× client"], compared(results[kind]["apply"], "client"))
        yield "Once more, with nothing to do:\n"
        yield table(["", "time", "CPU", "memory", "× whimbrel"], compared(results[kind]["again"], "whimbrel"))


def scale(results):
    yield "## Many applied migrations\n"
    yield "`client and cat` reads the rows of the history with the database's client and the files with `cat`, and looks at neither.\n"
    for key, measured in results.items():
        kind, count = key.split()
        yield f"### {int(count):,} on {TITLES[kind]}\n"
        yield table(["", "time", "CPU", "memory", "× client and cat"], compared(measured, "client and cat"))


def scanned(results):
    yield "## 10,000 files\n"
    yield "`info` on an empty SQLite database: 40 MB in 100 folders are found, read and checksummed.\n"
    yield scan.TITLE + "\n" + "\n".join(scan.line(name, row) for name, row in results.items()) + "\n"


def introduction(results):
    said = ", ".join(f"{name} {version}" for name, version in results.get("versions", {}).items())
    yield "# Performance\n"
    yield (f"Measured by `tests/bench/run.py` on a {platform.machine()} machine with 2 cores; before it began, the load average was "
           f"{results.get('load before', 0):.1f}. The runs of\nall tools alternate, so the ratios hold where absolute times do not. Wall times are "
           "medians; CPU seconds are those of the tool, without the\nserver. SQLite's files and the migrations lie in memory.\n")
    yield f"{said}. Flyway is its published library, started with the options that make a Java machine start quickly.\n"
    if "apply" in results:
        yield "![1,000 tiny migrations](performance.svg)\n"


def text(results):
    parts = [*introduction(results), *targets(results)]
    for name, section in (("start", start), ("apply", apply), ("scale", scale), ("scan", scanned)):
        if name in results:
            parts += section(results[name])
    for name, title in (("script", "One big script"), ("s3", "5,000 objects in S3")):
        if results.get(name):
            parts += [f"## {title}\n", results[name]]
    parts += where_time_goes()
    missing = results.get("left out", [])
    if missing:
        parts += ["## Left out\n", "\n".join(f"- {line}" for line in missing) + "\n"]
    return "\n".join(parts)


# ---- The picture, by matplotlib in a virtual environment of its own

def draw(figures, picture, folder):
    python = folder / "matplotlib/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
        subprocess.run([python, "-m", "pip", "--quiet", "install", "matplotlib"], check=True)
    subprocess.run([python, scan.HERE / "picture.py", figures, picture], check=True)
