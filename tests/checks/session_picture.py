#!/usr/bin/python3
"""Draws docs/session.svg: what a terminal shows of the example in examples/local, by running it on one.

  session_picture.py --tool build/release/whimbrel [--output docs/session.svg]
"""
import argparse
import contextlib
import fcntl
import html
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COLUMNS = 96
COMMANDS = ("ls sql", "whimbrel migrate", "whimbrel info", "whimbrel migrate",
            "echo 'ALTER TABLE persons ADD (' > sql/V3__typo.sql", "whimbrel migrate")
COLORS = {"31": "#ff6b68", "32": "#7ec699", "33": "#e5c07b", "90": "#8a8a8a"}
SHOWN_FOLDER = "/home/me/shop"
LINE, LETTER, EDGE = 18, 8.4, 16


def shown(command, folder, path):
    """What the command writes to a terminal, with its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    process = subprocess.Popen(["sh", "-c", command], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
                               env={**os.environ, "PATH": f"{path}:{os.environ['PATH']}", "TERM": "xterm"})
    os.close(theirs)
    output = b""
    with contextlib.suppress(OSError):    # the end of a terminal is an error
        while block := os.read(ours, 65536):
            output += block
    os.close(ours)
    process.wait()
    return output.decode().replace(str(folder), SHOWN_FOLDER)


def lines(folder, path):
    """The lines of the session, each a list of (colour, text)."""
    for command in COMMANDS:
        yield [("#7ec699", "$ "), ("#ffffff", command)]
        color = "#d0d0d0"
        for line in shown(command, folder, path).replace("\r", "").rstrip().split("\n"):
            spans = []
            for part in re.split(r"(\x1b\[\d*m)", line):
                if code := re.fullmatch(r"\x1b\[(\d*)m", part):
                    color = COLORS.get(code[1], "#d0d0d0")
                elif part:
                    spans.append((color, part))
            yield spans


def draw(session):
    rows = []
    for number, spans in enumerate(session):
        texts = "".join(f'<tspan fill="{color}">{html.escape(text)}</tspan>' for color, text in spans)
        rows.append(f'<text x="{EDGE}" y="{EDGE + 40 + number * LINE}" xml:space="preserve">{texts}</text>')
    width, height = round(COLUMNS * LETTER + 2 * EDGE), EDGE + 44 + len(session) * LINE
    dots = "".join(f'<circle cx="{20 + 20 * i}" cy="18" r="6" fill="{color}"/>' for i, color in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="monospace" font-size="14">'
            f'<rect width="{width}" height="{height}" rx="8" fill="#1e1e1e"/>{dots}{"".join(rows)}</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=os.path.abspath)
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs/session.svg")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder, path = pathlib.Path(work) / "shop", pathlib.Path(work) / "bin"
        path.mkdir()
        (path / "whimbrel").symlink_to(options.tool)
        shutil.copytree(ROOT / "examples/local", folder, ignore=shutil.ignore_patterns("*.db"))
        options.output.write_text(draw(list(lines(folder, path))))


if __name__ == "__main__":
    sys.exit(main())
