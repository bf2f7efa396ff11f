"""Zeros of the derivative as marks on charts."""

from __future__ import annotations

from typing import Final

import numpy as np

from lab.core.figures import Mark
from lab.core.text import Message, message
from lab.maths.descent import Floats
from lab.maths.functions import Function
from lab.maths.stationary import Kind

MOST_ZEROS: Final = 60
"""Zeros that are marked or listed; nobody would look at more."""


def kind_words(kind: Kind) -> Message:
    """Name what a zero of the derivative is."""
    match kind:
        case "minimum":
            return message("minimum")
        case "maximum":
            return message("maximum")
        case "inflection":
            return message("inflection")
        case "flat":
            return message("flat part")


def minima_near(function: Function, places: Floats) -> tuple[Mark, ...]:
    """Return marks along y of the minima among which parameters are, or to which they are near."""
    known = places[np.isfinite(places)]
    if not len(known):
        return ()
    low, high = float(known.min()), float(known.max())
    room = 0.5 * (high - low)
    return tuple(
        Mark("y", zero.x, kind_words(zero.kind))
        for zero in function.zeros[:MOST_ZEROS]
        if zero.kind == "minimum" and low - room <= zero.x <= high + room
    )
