"""Statistics that pages share."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array

FLAT = 1e-12
"""The spread of numbers below which they are one and the same."""


def correlation(x: Array, y: Array) -> float:
    """Return Pearson's r of two arrays (N,); NaN where one of them is flat: there is nothing to compare."""
    if len(x) < 2 or x.std() < FLAT or y.std() < FLAT:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])
