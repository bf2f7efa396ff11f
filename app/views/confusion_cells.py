"""What stands in the cells of a confusion matrix: their values, colours and words; and which are the worst."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.core import theme
from app.views.mosaic import Bytes, photograph
from lab.core.events import Array

By = Literal["counts", "truth", "predicted"]
"""Whether cells are counts, or shares of their row (of the truth) or of their column (of what was predicted)."""


def cell_values(counts: Array, by: By) -> Array:
    """Return the values (K, K) of the cells: `counts`, or shares in [0, 1], 0 where a row or column is empty."""
    if by == "counts":
        return counts
    sums = counts.sum(axis=1 if by == "truth" else 0, keepdims=True)
    result: Array = counts / np.maximum(sums, 1)
    return result


def cell_colours(counts: Array, by: By) -> Bytes:
    """Return the colours (K, K, 3) of the cells.

    The diagonal is in the accent, errors in a warm scale up to the largest of them.
    """
    colours = theme.colours()
    values = cell_values(counts, by)
    right = np.eye(len(counts), dtype=bool)
    errors = np.where(right, 0, values)
    # A single error in thousands should not shine like a bad habit.
    largest = max(float(errors.max(initial=0)), 4 if by == "counts" else 0.01)
    strength = np.sqrt(errors / largest)
    strength[right] = np.diag(values) / max(float(np.diag(values).max(initial=0)), 1e-9)
    share = np.where(strength > 0, 0.12 + 0.88 * strength, 0.0)[..., None]
    top = np.where(right[..., None], _channels(colours.accent), _channels(colours.bad))
    mixed = top * share + _channels(colours.raised) * (1 - share)
    result: Bytes = (mixed + 0.5).astype(np.uint8)
    return result


def cell_image(counts: Array, by: By) -> QImage:
    """Return the cells as an image, one pixel each: where there are too many for words and gaps."""
    return photograph(cell_colours(counts, by))


def cell_words(counts: Array, by: By) -> list[list[str]]:
    """Return what is written into the cells; nothing for zero."""
    return [[value_words(value, by) for value in row] for row in cell_values(counts, by).tolist()]


def value_words(value: float, by: By) -> str:
    """Return what is written for the value of one cell: a count, or a share in percent."""
    if not value or by == "counts":
        return str(value) if value else ""
    percent = 100 * value
    return f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}"


def worst(counts: Array, by: By) -> list[tuple[int, int]]:
    """Return the cells (truth, predicted) beside the diagonal that are not empty, the largest value first."""
    errors = np.where(np.eye(len(counts), dtype=bool), 0, cell_values(counts, by))
    # Of equal shares that of more examples is worse.
    order = np.lexsort((-counts.ravel(), -errors.ravel()))
    filled = int(np.count_nonzero(errors))
    places: list[int] = order[:filled].tolist()
    return [divmod(place, counts.shape[1]) for place in places]


def _channels(colour: str) -> Array:
    shade = QColor(colour)
    return np.array([shade.red(), shade.green(), shade.blue()], np.float64)
