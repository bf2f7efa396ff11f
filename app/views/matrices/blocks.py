"""Matrices, measured: what is written in their cells and beside them, and how wide that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.core.language import words
from app.views.font_metrics import Metrics
from app.views.numerals import finite, significant
from app.views.prose import LINE, broken, spoken
from lab.core.figures import MatrixItem

FIGURES = 5
BRACKET = 6.0
HANDLE = 16.0
"""Side of a handle that adds or removes a row or column, in logical pixels."""
LABELS = 15.0
_LONGEST = 110.0
"""Titles that are longer are broken into two lines."""
_LONGEST_LABEL = 100.0
_NARROWEST = 40.0
"""Columns of words are not cut further."""


class Written(NamedTuple):
    """What stands in a cell; in letters of 9 points it takes `head` before the decimal point and `tail` from it on."""

    words: str
    head: float
    tail: float
    number: bool
    finite: bool = True


@dataclass(frozen=True)
class Block:
    """One matrix, measured in letters of 9 points; widths in logical pixels, lists by column or by row."""

    item: MatrixItem
    cells: tuple[tuple[Written, ...], ...]
    heads: tuple[float, ...]
    tails: tuple[float, ...]
    texts: tuple[bool, ...]
    """Which columns hold words."""
    title: str
    title_lines: tuple[str, ...]
    title_width: float
    row_labels: tuple[str, ...]
    row_label_width: float
    column_labels: tuple[str, ...]
    column_label_widths: tuple[float, ...]

    def widths(self, scale: float, spare: float, least: float) -> list[float]:
        """Return the widths of the columns in letters of 9 points times `scale`."""
        pairs = zip(self.heads, self.tails, self.column_label_widths, strict=True)
        return [max(scale * (head + tail) + spare, label, least) for head, tail, label in pairs]

    def least_widths(self, spare: float) -> list[float]:
        """Return what the columns need in letters of 9 points when words and labels are cut, but no number."""
        needed = (head + tail + spare for head, tail in zip(self.heads, self.tails, strict=True))
        return [min(width, _NARROWEST) if text else width for width, text in zip(needed, self.texts, strict=True)]

    @property
    def before(self) -> float:
        """What stands left of the cells."""
        return BRACKET + (self.row_label_width + 6 if self.row_labels else 0)

    @property
    def after(self) -> float:
        """What stands right of the cells."""
        return BRACKET + (HANDLE + 4 if self.item.field and self.widens else 0)

    @property
    def widens(self) -> bool:
        """Whether it can ever have another number of columns."""
        return self.item.most[1] > 1

    @property
    def above(self) -> float:
        """What stands above the cells."""
        return LINE * len(self.title_lines) + 4 + (LABELS if self.column_labels else 2)

    @property
    def below(self) -> float:
        """What stands below the cells."""
        return HANDLE + 6 if self.item.field else 3


def measured(item: MatrixItem, measure: Metrics, heading: Metrics) -> Block:
    """Metrics an item in letters of 9 points; `heading` is their bold form."""
    columns = max(map(len, item.rows), default=0)
    cells = tuple(tuple(_written(value, measure) for value in row) for row in item.rows)
    heads, tails, texts = [0.0] * columns, [0.0] * columns, [False] * columns
    for row in cells:
        for place, cell in enumerate(row):
            heads[place], tails[place] = max(heads[place], cell.head), max(tails[place], cell.tail)
            texts[place] |= not cell.number
    # The shape is read from the left, holds together, and follows the name in the direction of that.
    rows, wide = item.whole or (len(item.rows), columns)
    shape = f"\u2066({rows}\u00a0×\u00a0{wide})\u2069"
    title = f"{spoken(item.title)[:1]}\u2068{words(item.title)}\u2069 {shape}"
    whole = heading.width(title)
    longest = max(_LONGEST, min(whole / 2 + 16, 1.5 * _LONGEST)) if whole > _LONGEST else whole + 1
    title_lines = tuple(broken(title, heading, longest, 2))
    row_labels = tuple(spoken(label) for label in item.row_labels[: len(cells)])
    column_labels = tuple(spoken(label) for label in item.column_labels[:columns])
    widths = tuple(measure.width(label) + 6 for label in column_labels)
    return Block(
        item,
        cells,
        tuple(heads),
        tuple(tails),
        tuple(texts),
        title,
        title_lines,
        max(map(heading.width, title_lines)) + 8,
        row_labels,
        min(max(map(measure.width, row_labels), default=0.0), _LONGEST_LABEL),
        column_labels,
        widths + (0.0,) * (columns - len(widths)),
    )


def _written(value: float | str, measure: Metrics) -> Written:
    if isinstance(value, str):
        return Written(value, measure.width(value), 0.0, False)
    if not finite(value):
        said = significant(value, FIGURES)
        return Written(said, measure.width(said), 0.0, True, False)
    return _number(value, measure)


@lru_cache(maxsize=4000, typed=True)
def _number(value: float, metrics: Metrics) -> Written:
    said = significant(value, FIGURES)
    # Decimal points of a column stand below each other.
    point = said.find("." if "." in said else "e")
    if point < 0:
        return Written(said, metrics.width(said), 0.0, True)
    return Written(said, metrics.width(said[:point]), metrics.width(said[point:]), True)
