"""The rows of a file as cells: class above class, in the order of the file, coloured by what becomes of each."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Field, Line, Overlay, Words
from lab.core.text import message

WIDE = 2.2
"""How many times as wide as high the picture is, in cells."""


def rows_in_colour(
    name: str,
    values: Array,
    labels: Array,
    classes: tuple[str, ...],
    called: tuple[Words, ...],
    words: Words,
    ringed: Array | None = None,
) -> tuple[Field, Overlay]:
    """Return a field in which row i has the colour of `values` (N,), whole numbers that count in `called`.

    Where a value is below 0 there is no colour. Between two classes a line is left free; the first row of the file
    stands at the top left. Rows that are `ringed` (N,) have a ring: they are taken for another class.
    """
    width, lines = _size(labels, len(classes))
    below = (lines + 1)[::-1].cumsum()[::-1] - (lines + 1)
    column, line = np.empty(len(labels), dtype=int), np.empty(len(labels), dtype=int)
    for place, count in enumerate(lines.tolist()):
        rows = np.flatnonzero(labels == place)
        column[rows] = np.arange(len(rows)) % width
        line[rows] = below[place] + count - 1 - np.arange(len(rows)) // width
    grid = np.full((int(lines.sum()) + len(lines) - 1, width), np.nan)
    grid[line, column] = np.where(values < 0, np.nan, values)
    field = Field(
        name, grid, Axis(message("from above, row by row: {names}", names=" · ".join(classes))),
        Axis(message("lines")), (0.0, float(width)), (0.0, float(len(grid))), words, "classes", called,
        smooth=False, missing=message("no row"),
    )  # fmt: skip
    if ringed is None:
        return field, Overlay(name, ())
    rings = Line(message("taken for another class"), column[ringed] + 0.5, line[ringed] + 0.5, "rings", -1)
    return field, Overlay(name, (rings,))


def _size(labels: Array, classes: int) -> tuple[int, Array]:
    """Return how many rows stand in a line, and how many lines each class has (K,)."""
    counts = np.bincount(labels, minlength=classes)
    width = max(5, round((WIDE * len(labels)) ** 0.5))
    return width, np.asarray(-(-counts // width))
