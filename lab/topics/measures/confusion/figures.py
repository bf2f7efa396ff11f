"""The matrix, the shares of its rows and of its columns, and the measures of each class."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import BarPanel, Bars, Matrices, MatrixItem, Words
from lab.core.text import message
from lab.maths import confusion


def names(count: int) -> tuple[Words, ...]:
    """Return what the classes are called."""
    return tuple(message("class {number}", number=place + 1) for place in range(count))


def matrices(counts: Array, positive: int, undefined: float) -> Matrices:
    """Return the counts, which can be edited, and what share of its row and of its column each of them is."""
    count = len(counts)
    true = tuple(message("true {number}", number=place + 1) for place in range(count))
    said = tuple(message("predicted {number}", number=place + 1) for place in range(count))
    whys: list[tuple[Words, ...]] = []
    for row in range(count):
        whys.append(tuple(_kind(row, column, positive) for column in range(count)))
    given = MatrixItem(
        message("counts"), tuple(map(tuple, counts.tolist())), row_labels=true, column_labels=said, field="matrix",
        whys=tuple(whys), most=(6, 6), lit=frozenset((place, place) for place in range(count)),
    )  # fmt: skip
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    of_rows = confusion.share(counts, np.broadcast_to(rows[:, None], counts.shape), undefined)
    of_columns = confusion.share(counts, np.broadcast_to(columns[None, :], counts.shape), undefined)
    return Matrices(
        "confusion",
        (
            given,
            _shares(message("% of the row: recall"), of_rows, counts, rows[:, None], "row"),
            _shares(message("% of the column: precision"), of_columns, counts, columns[None, :], "column"),
        ),
    )


def _kind(row: int, column: int, positive: int) -> Words:
    match row == positive, column == positive:
        case True, True:
            return message("TP: of the positive class, and taken for it")
        case True, False:
            return message("FN: of the positive class, but missed")
        case False, True:
            return message("FP: taken for the positive class, but another: a false alarm")
        case _:
            return message("TN: not of the positive class, and not taken for it")


def _shares(title: Words, shares: Array, counts: Array, sums: Array, part: str) -> MatrixItem:
    wholes = np.broadcast_to(sums, counts.shape)
    whys = tuple(
        tuple(f"{number}/{whole} = {100 * value:.2f} %" for number, whole, value in zip(*row, strict=True))
        for row in zip(counts.tolist(), wholes.tolist(), shares.tolist(), strict=True)
    )
    rows = tuple(tuple("–" if value != value else round(100 * value, 1) for value in row) for row in shares.tolist())
    lit = frozenset((place, place) for place in range(len(counts)))
    return MatrixItem(title, rows, "→" if part == "row" else "", whys=whys, parts={0: part}, lit=lit)


def class_bars(counts: Array, undefined: float) -> Bars:
    """Return examples, precision, recall and F1 of each class."""
    hits, true, said = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)

    def panel(title: Words, values: Array, part: Array, whole: Array, average: Words, colour: int) -> BarPanel:
        whys = tuple(
            message("{part} of {whole}", part=int(one), whole=int(all_of)) if all_of else _none(undefined)
            for one, all_of in zip(part, whole, strict=True)
        )
        return BarPanel(title, 100 * values, 0.0, 100.0, whys, remark=average, colour=colour)

    def macro(values: Array) -> Words:
        return message("macro {value}\u00a0%", value=f"{100 * confusion.averaged(values):.2f}")

    precision, recall, f1 = (of(counts, undefined) for of in (confusion.precision, confusion.recall, confusion.f1))
    largest = float(max(1, true.max()))
    return Bars(
        "per_class",
        names(len(counts)),
        (
            BarPanel(message("examples"), true.astype(float), 0.0, largest, colour=-1,
                     remark=message("{count} in all", count=int(true.sum()))),
            panel(message("precision, %"), precision, hits, said, macro(precision), 0),
            panel(message("recall, %"), recall, hits, true, macro(recall), 1),
            panel(message("F1, %"), f1, 2 * hits, true + said, macro(f1), 2),
        ),
    )  # fmt: skip


def _none(undefined: float) -> Words:
    return message("0 of 0: there is no such number; taken as {value}", value=f"{undefined:g}")
