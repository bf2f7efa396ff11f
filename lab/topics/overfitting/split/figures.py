"""Rows in the colours of their parts, how large the parts are, and the ways side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import BarPanel, Bars, Cell, CellMark, Table
from lab.core.text import message
from lab.topics.overfitting.split.ways import DEV, ORDERS, PARTS, SHORT, TEST, TRAIN, WAYS, Divided

if TYPE_CHECKING:
    from lab.topics.overfitting.split import SplitParams


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
