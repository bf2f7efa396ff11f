"""Rows in the colours of their parts, how large the parts are, and the ways side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Axis, BarPanel, Bars, Cell, CellMark, Field, Line, Overlay, Table
from lab.core.text import message
from lab.topics.overfitting.split.ways import DEV, ORDERS, PARTS, SHORT, TEST, TRAIN, WAYS, Divided

if TYPE_CHECKING:
    from lab.topics.overfitting.split import SplitParams

ROW_LINES = 24
"""Lines of rows that fit one under the other."""


def rows_in_colour(divided: Divided, labels: Array, classes: tuple[str, ...]) -> Iterator[Event]:
    """Yield all rows as cells in the colour of their part, class above class; a class begins a line of its own."""
    counts = np.bincount(labels, minlength=len(classes))
    each = max(1, ROW_LINES // len(classes))
    width = max(5, -(-int(counts.max()) // each))
    lines = [-(-int(count) // width) for count in counts]
    values = np.full((sum(lines), width), np.nan)
    # The first row of the file stands at the top left.
    top = sum(lines)
    borders = []
    for place, count in enumerate(counts.tolist()):
        parts = divided.parts[labels == place].astype(float)
        filled = np.full(lines[place] * width, np.nan)
        filled[:count] = np.where(parts < 0, np.nan, parts)
        values[top - lines[place] : top] = filled.reshape(lines[place], width)[::-1]
        top -= lines[place]
        borders.append(top)
    named = message("classes from above: {names}", names=" · ".join(classes))
    yield Field(
        "rows", values, Axis(message("Row of the file, line by line"), low=0.0, high=float(width)), Axis(named),
        (0.0, float(width)), (0.0, float(sum(lines))), message("part"), "classes", PARTS, smooth=False,
        missing=message("no row, or one that is in no part"),
    )  # fmt: skip
    ends = np.array([0.0, float(width)])
    yield Overlay("rows", tuple(Line("", ends, np.full(2, float(border)), "line", -1) for border in borders[:-1]))


def parts_of(divided: Divided, labels: Array, classes: tuple[str, ...], shares: tuple[float, ...]) -> Bars:
    """Return the share that each part should have, the rows it has, and how many of each class."""
    parts = (TRAIN, DEV, TEST)
    of_classes = np.array([divided.of_classes(part, labels, len(classes)) for part in parts])
    counts, total = of_classes.sum(axis=1), float(len(labels))
    remark = message("{count} rows", count=f"{int(counts.sum()):,}")
    whys = tuple(f"{int(count)}/{int(total)} = {count / total:.4g}" for count in counts)
    panels = [
        BarPanel(message("share asked for"), np.array(shares), 0.0, 1.0, field="shares", total=1.0,
                 remark=message("drag a bar")),
        BarPanel(message("rows"), counts, 0.0, total, whys, remark=remark, colour=1),
    ]  # fmt: skip
    for place, name in enumerate(classes):
        numbers = of_classes[:, place]
        panels.append(
            BarPanel(name, numbers, 0.0, float((labels == place).sum()),
                     tuple(_share(number, count) for number, count in zip(numbers, counts, strict=True)),
                     remark=message("of each part"), colour=2 + place)
        )  # fmt: skip
    return Bars("parts", PARTS, tuple(panels))


def by_way(params: SplitParams) -> Table:
    """Return what each way makes of the same rows, shuffled and in order."""
    rows = []
    right = params.divided("sklearn", "shuffled").count(DEV)
    for order in ORDERS:
        for way in WAYS:
            found = params.divided(way, order)
            chosen: CellMark = "strong" if (way, order) == (params.way, params.order) else ""
            counts = [found.count(part) for part in (TRAIN, DEV, TEST)]
            mark: CellMark = "bad" if way == "notebook" and (found.reason or counts[DEV] != right) else ""
            rest = [Cell(None if found.reason else count, found.reason or "", mark) for count in counts[1:]]
            tested = " · ".join(
                f"{number:.0f}" for number in found.of_classes(TEST, params.labels, len(params.classes))
            )
            of_each = Cell(None if found.reason else tested, " · ".join(params.classes))
            rows.append(
                (Cell(SHORT[way], "", chosen), Cell(SHORT[order], "", chosen), Cell(counts[TRAIN]), *rest, of_each)
            )
    columns = (message("way"), message("order"), *PARTS, message("tested"))
    note = message("The same rows and the same seed. Tested: the test rows of each class.")
    return Table("ways", columns, tuple(rows), note)


def _share(number: float, count: float) -> str:
    return f"{number:.0f}/{count:.0f} = {number / count:.3g}" if count else ""
