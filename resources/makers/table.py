"""Make the example table again: leaves of three kinds of trees that nobody has measured.

`python -m resources.makers.table` writes resources/tables/leaves.csv: row numbers, dates, a category, two columns of
numbers in which some are missing, and the label.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import numpy as np

PATH = Path(__file__).resolve().parents[1] / "tables" / "leaves.csv"
KINDS = {"beech": (70.0, 45.0, 0.1), "birch": (50.0, 38.0, 0.2), "willow": (90.0, 17.0, 0.8)}
"""Mean length and width in millimetres, and the share with hairs beneath."""
EACH, SEED, MISSING = 40, 7, 9


def made() -> str:
    """Return the text of the table."""
    random = np.random.default_rng(SEED)
    rows = []
    for kind, (length, width, hairy) in KINDS.items():
        for _ in range(EACH):
            day = date(2026, 5, 1) + timedelta(days=int(random.integers(60)))
            hairs = "yes" if random.random() < hairy else "no"
            sizes = f"{random.normal(length, 9):.1f}", f"{random.normal(width, 5):.1f}"
            rows.append([day.isoformat(), *sizes, hairs, kind])
    random.shuffle(rows)
    for place in random.choice(len(rows), MISSING, replace=False):
        rows[place][1 + int(random.integers(3))] = "NA"
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["number", "collected", "length", "width", "hairs", "kind"])
    writer.writerows([number, *row] for number, row in enumerate(rows, 1))
    return stream.getvalue()


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(made(), encoding="utf-8")
