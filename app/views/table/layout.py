"""Where the cells of a table stand: columns as wide as their content, words cut where they have no room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QFont

from app.views.fitting import level, starts
from app.views.font_metrics import Metrics, font_metrics
from app.views.numerals import finite, grouped, significant
from app.views.painted import SMALL_POINTS, small_font
from app.views.prose import spoken
from lab.core.figures import Cell, Table
from lab.core.text import Message

FIGURES, SHARE_FIGURES = 7, 4
PAD = 8.0
"""Between the edge of a cell and what is written in it, in logical pixels."""
MARK = 14.0
"""What a tick or cross takes of a cell."""
_NARROW, _WIDE = 56.0, 170.0
"""Columns of words are cut down to the first; if that is not enough, the table moves with columns up to the second."""
_SIZES = ((10.0, 22.0), (SMALL_POINTS, 18.0))
"""Letters in points and rows in logical pixels: comfortable, dense."""


class Entry(NamedTuple):
    """What is written in one cell, cut where it has no room; `width` and the room for a mark in logical pixels."""

    words: str
    width: float
    number: bool = False
    finite: bool = True
    indent: float = 0.0


@dataclass(frozen=True)
class TableLayout:
    """A table in one size of letters. Columns are counted from the side that the language begins at."""

    plain: Metrics
    strong: Metrics
    head: Metrics
    row_height: float
    starts: tuple[float, ...]
    """Where each column begins, and where the last one ends."""
    headers: tuple[Entry, ...]
    entries: tuple[tuple[Entry, ...], ...]

    @property
    def size(self) -> QSizeF:
        """The whole table without its header."""
        return QSizeF(self.starts[-1], self.row_height * len(self.entries))


def cell_words(cell: Cell) -> str:
    """Return what is written in a cell."""
    if cell.value is None:
        return "–" if cell.why else ""
    if isinstance(cell.value, str | Message):
        return spoken(cell.value)
    if cell.share and finite(cell.value):
        return f"{significant(100 * cell.value, SHARE_FIGURES)} %"
    return grouped(cell.value, FIGURES)


def arrange(table: Table, font: QFont, room: QSizeF) -> TableLayout:
    """Lay a table out for a room: comfortably where all of it fits so, else densely, else with words cut."""
    for points, height in _SIZES:
        if height * len(table.rows) > room.height() and points > SMALL_POINTS:
            continue
        layout = _measured(table, font, points, height)
        if layout.starts[-1] <= room.width():
            return layout
    return _narrowed(layout, room.width())


def _measured(table: Table, font: QFont, points: float, height: float) -> TableLayout:
    letters, bold = QFont(font), QFont(font)
    for each in (letters, bold):
        each.setPointSizeF(points)
    bold.setWeight(QFont.Weight.Medium)
    plain, strong, head = font_metrics(letters), font_metrics(bold), font_metrics(small_font(font, bold=True))
    columns, headers, widths = [], [], []
    for place, title in enumerate(table.columns):
        # Rows that are too short are completed: a table with a hole is better than none.
        cells = [row[place] if place < len(row) else Cell(None) for row in table.rows]
        column = [_entry(cell, strong if cell.mark == "strong" else plain) for cell in cells]
        if any(cell.mark in ("good", "bad") and not entry.number for cell, entry in zip(cells, column, strict=True)):
            column = [entry if entry.number else entry._replace(indent=MARK) for entry in column]
        said = spoken(title)
        number = 2 * sum(entry.number for entry in column) > sum(bool(entry.words) for entry in column)
        headers.append(Entry(said, head.width(said), number))
        columns.append(column)
        widths.append(max(headers[-1].width, *(entry.width + entry.indent for entry in column), 0.0) + 2 * PAD)
    return TableLayout(plain, strong, head, height, starts(widths), tuple(headers), tuple(zip(*columns, strict=True)))


def _entry(cell: Cell, measure: Metrics) -> Entry:
    said = cell_words(cell)
    if cell.value is None or isinstance(cell.value, str | Message):
        return Entry(said, measure.width(said))
    return Entry(said, measure.width(said), True, finite(cell.value), MARK if cell.mark in ("good", "bad") else 0.0)


def _narrowed(layout: TableLayout, room: float) -> TableLayout:
    """Cut words and headers, but no number, so that the columns fit into `room`, or nearly."""
    natural = [end - start for start, end in zip(layout.starts, layout.starts[1:], strict=False)]
    least = []
    for place, width in enumerate(natural):
        column = [row[place] for row in layout.entries]
        numbers = max((entry.width + entry.indent for entry in column if entry.number), default=0.0) + 2 * PAD
        least.append(max(numbers, min(width, _NARROW)))
    if sum(least) > room:
        widths = [max(low, min(width, _WIDE)) for low, width in zip(least, natural, strict=True)]
    else:
        widths = level(natural, least, room)
    headers = [_cut(entry, layout.head, width) for entry, width in zip(layout.headers, widths, strict=True)]
    entries = [
        tuple(_cut(entry, layout.plain, width) for entry, width in zip(row, widths, strict=True))
        for row in layout.entries
    ]
    return replace(layout, starts=starts(widths), headers=tuple(headers), entries=tuple(entries))


def _cut(entry: Entry, measure: Metrics, width: float) -> Entry:
    room = width - 2 * PAD - entry.indent
    if entry.width <= room + 0.5:
        return entry
    said = measure.cut(entry.words, room)
    return entry._replace(words=said, width=measure.width(said))
