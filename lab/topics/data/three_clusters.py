"""Three clusters of the course, and fresh points of them. The programs of the pages show `drawn`."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Line
from lab.core.text import message
from lab.data.clusters import best_possible

Centres = tuple[tuple[float, float], ...]
FRESH = 1000
"""Points of each cluster by which is judged: so many that half a point of accuracy is seen."""


def drawn(centres: Centres, each: int, blur: float, random: np.random.Generator) -> tuple[Array, Array]:
    """Return positions (N, 2) and labels (N,): so many points of each cluster, normal about its centre."""
    labels = np.repeat(np.arange(len(centres)), each)
    return np.array(centres)[labels] + blur * random.standard_normal((len(labels), 2)), labels


def ceiling(centres: Centres, blur: float, x: Array) -> Line:
    """Return the line of the best possible accuracy, on ever new points, over x."""
    best = best_possible(centres, blur)
    words = message("best possible: {percent} %", percent=f"{100 * best:.1f}")
    return Line(words, x, np.full(len(x), best), "dashes", -1)
