"""Draws the times of 1,000 tiny migrations: picture.py RESULTS.json PICTURE.svg, with matplotlib."""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

TITLES = {"sqlite": "SQLite", "mariadb": "MariaDB", "mysql": "MySQL", "postgresql": "PostgreSQL"}
COLORS = {"whimbrel": "#00695c", "client": "#9e9e9e"}


def draw(measured, picture):
    matplotlib.rcParams.update({"svg.hashsalt": "whimbrel", "svg.fonttype": "none", "font.size": 9})
    kinds = [kind for kind in TITLES if kind in measured]
    figure, places = pyplot.subplots(len(kinds), 1, figsize=(8, 1.9 * len(kinds)), sharex=True, squeeze=False, layout="constrained")
    for kind, place in zip(kinds, places[:, 0]):
        tools = sorted(measured[kind]["apply"].items(), key=lambda item: -item[1]["wall"])
        bars = place.barh([name for name, _ in tools], [one["wall"] for _, one in tools], color=[COLORS.get(name, "#b0bec5") for name, _ in tools])
        place.bar_label(bars, [f"{one['wall']:.2f} s" for _, one in tools], padding=3)
        place.set(xscale="log", title=TITLES[kind])
        place.margins(x=0.15)
        place.spines[["top", "right"]].set_visible(False)
    places[-1, 0].set_xlabel("seconds for 1,000 tiny migrations (logarithmic)")
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    draw(json.loads(pathlib.Path(sys.argv[1]).read_text())["apply"], sys.argv[2])
