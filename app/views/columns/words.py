"""What is said of the bars of `Bars`."""

from __future__ import annotations

import math

from app.core.language import tr, words
from app.views.numerals import exact, plain
from app.views.prose import either, listed, maths, told
from lab.core.figures import Bars


def explained(event: Bars, panel: int, row: int, value: float, *, known: bool) -> str:
    """Return what a bar stands for, exactly, and where it comes from, as a tooltip.

    `known` is false while `value` is newer than the event, whose arithmetic is then that of another number.
    """
    shown = event.panels[panel]
    lines = told(listed(words(event.labels[row]), words(shown.title), between=" · ")) + maths(exact(value))
    if known and row < len(shown.whys):
        lines += either(shown.whys[row])
    if math.isfinite(value) and not shown.low <= value <= shown.high:
        limit = shown.low if value < shown.low else shown.high
        lines += told(tr("The bar ends at {limit}; the value lies beyond.", limit=plain(limit)))
    if shown.field:
        lines += told(tr("Drag it, or press ← and →: {low} to {high}", low=plain(shown.low), high=plain(shown.high)))
    return lines
