"""What stands in the cells of a confusion matrix: their colours and their words."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor

from app.core import theme
from app.views.painted import blend
from lab.core.events import Array


def cell_colours(counts: Array, shares: bool) -> list[list[QColor]]:
    """Return the colours of `counts` (K, K), or of their shares of the row.

    The diagonal is in the accent, errors in a warm scale up to the largest of them.
    """
    colours = theme.colours()
    count = len(counts)
    rows = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    values = counts / rows if shares else counts
    errors = values * (1 - np.eye(count))
    # A single error in thousands should not shine like a bad habit.
    largest = max(float(errors.max(initial=0)), 0.01 if shares else 4)
    right = np.diag(values) / max(float(np.diag(values).max(initial=0)), 1e-9)
    strength = np.sqrt(errors / largest)
    np.fill_diagonal(strength, right)
    opacities = np.where(strength > 0, 0.12 + 0.88 * strength, 0.0)
    return [
        [
            _blended(colours.accent if row == column else colours.bad, colours.raised, opacity)
            for column, opacity in line
        ]
        for row, line in ((row, enumerate(line)) for row, line in enumerate(opacities.tolist()))
    ]


@lru_cache(maxsize=4096)
def _blended(over: str, under: str, share: float) -> QColor:
    """Remember colours: from one matrix to the next most of them stay."""
    return blend(over, under, share)


def cell_words(counts: Array, shares: bool) -> list[list[str]]:
    """Return what is written into the cells of `counts` (K, K); nothing for zero."""
    if not shares:
        return [[str(value) if value else "" for value in row] for row in counts.tolist()]
    percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return [
        [f"{value:.0f}" if value >= 9.95 else f"{value:.1f}" if value else "" for value in row]
        for row in percent.tolist()
    ]
