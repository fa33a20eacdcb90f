"""What docs/performance.md says and shows, from the figures of run.py."""
import platform

import scan

TITLES = {"sqlite": "SQLite", "mariadb": "MariaDB", "mysql": "MySQL", "postgresql": "PostgreSQL"}


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


def start(results):
    yield "## Start\n"
    yield "`-v`, which only starts:\n"
    yield table(["", "time", "CPU", "memory", "× whimbrel"], compared(results["version"], "whimbrel"))
    for kind in (kind for kind in TITLES if kind in results):
        yield f"A migrate with nothing to do (1 applied) on {TITLES[kind]}; `client` is the database's own, running `SELECT 1`:\n"
        yield table(["", "time", "CPU", "memory", "× whimbrel"], compared(results[kind], "whimbrel"))


def apply(results):
    yield "## 1,000 tiny migrations\n"
    yield ("100 `CREATE TABLE` and 900 `INSERT`, one migration each, into an empty database. The client runs the same statements with the\n"
           "same rows of the history, in the same transactions: `BEGIN`, statement, row, `COMMIT`.\n")
    for kind in (kind for kind in TITLES if kind in results):
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


def text(results):
    parts = ["# Performance\n",
             f"Measured by `tests/bench/run.py` on a {platform.machine()} machine with 2 cores that had other work to do (load average "
             f"{results.get('load', 0):.0f}), so the\nabsolute times are upper bounds, and every round trip to a server waits for its turn on a processor. The runs of all tools\n"
             "alternate, so the ratios hold. Wall times are medians; CPU seconds are those of the tool, without the server.\n",
             "![1,000 tiny migrations](performance.svg)\n" if "apply" in results else ""]
    for name, section in (("start", start), ("apply", apply), ("scale", scale), ("scan", scanned)):
        if name in results:
            parts += section(results[name])
    for name, title in (("script", "One big script"), ("s3", "5,000 objects in S3")):
        if name in results:
            parts += [f"## {title}\n", results[name]]
    missing = results.get("left out", [])
    if missing:
        parts.append("## Left out\n")
        parts.append("\n".join(f"- {line}" for line in missing) + "\n")
    return "\n".join(parts)


# ---- The picture: one group of bars per database, on a logarithmic scale as the tools are far apart.

COLORS = {"client": "#9e9e9e", "whimbrel": "#00695c"}
OTHERS = ("#90a4ae", "#b0bec5", "#78909c", "#bcaaa4", "#a1887f", "#8d6e63")


def picture(results):
    import math
    left, right, line = 170, 90, 22
    rows, y = [], 50
    measured = {kind: results["apply"][kind]["apply"] for kind in TITLES if kind in results.get("apply", {})}
    walls = [one["wall"] for tools in measured.values() for one in tools.values()]
    low, high = math.log10(min(walls) * 0.7), math.log10(max(walls))
    scale = (900 - left - right) / (high - low)
    others = sorted({name for tools in measured.values() for name in tools} - set(COLORS))
    colors = {**COLORS, **dict(zip(others, OTHERS))}
    for kind, tools in measured.items():
        rows.append(f'<text x="10" y="{y}" font-weight="bold">{TITLES[kind]}</text>')
        y += 8
        for name, one in sorted(tools.items(), key=lambda item: item[1]["wall"]):
            width = (math.log10(one["wall"]) - low) * scale
            rows.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{name}</text>'
                        f'<rect x="{left}" y="{y + 2}" width="{width:.0f}" height="{line - 6}" fill="{colors[name]}"/>'
                        f'<text x="{left + width + 6:.0f}" y="{y + 14}">{seconds(one["wall"])}</text>')
            y += line
        y += 28
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{y}" viewBox="0 0 900 {y}" font-family="sans-serif" font-size="13">'
            f'<rect width="900" height="{y}" fill="#ffffff"/><text x="10" y="22" font-size="16">1,000 tiny migrations, wall time (logarithmic)</text>'
            + "".join(rows) + "</svg>\n")
