"""Random Hessians, and the chance that all of their eigenvalues are positive."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.maths.descent import Floats

BATCHES: Final = ((10, 20_000), (30, 5_000))
"""Up to each dimension, how many Hessians are drawn together at most: so many as take less than a second."""
ENSEMBLES: Final[Mapping[str, str]] = {
    "goe": "Random symmetric",
    "independent": "Independent (diagonal)",
}
EXACT: Final = (
    *(0.5, 0.1464466094, 0.02492092096, 0.00245670926, 0.0001401146855, 4.620187478e-6, 8.804612806e-8),
    *(9.694546749e-10, 6.166501766e-12, 2.265653158e-14, 4.807885689e-17, 5.892412658e-20, 4.170509078e-23),
    *(1.704610094e-26, 4.023348445e-30, 5.483601761e-34, 4.315695892e-38, 1.961258898e-42, 5.146498743e-47),
    *(7.797875578e-52, 6.822187018e-57, 3.446274448e-62, 1.005197893e-67, 1.692878273e-73, 1.646151076e-79),
    *(9.242322089e-86, 2.996110812e-92, 5.607872692e-99, 6.060385524e-106, 3.781487673e-113),
)
"""The chance that all n eigenvalues of the Gaussian orthogonal ensemble are positive, n = 1 to 30.

De Bruijn's Pfaffian (1955) of the joint density of the eigenvalues, over Mehta's integral; the tests compute it again.
"""
MOST_DIMENSIONS: Final = len(EXACT)
_BINS: Final = 20
"""Bars of the histogram on each side of its middle."""


@dataclass(frozen=True)
class Drawn:
    """What was counted in `count` Hessians of one dimension.

    Attributes:
        positive: those with no eigenvalue below zero: minima.
        downhill: negative eigenvalues of all of them together, directions that lead down.
        fewest: negative eigenvalues of the one that has fewest.
        histogram: (B,) eigenvalues in each bar, between `edges` (B + 1,).
    """

    dimension: int
    count: int
    positive: int
    downhill: int
    fewest: int
    histogram: NDArray[np.int64]
    edges: Floats

    @property
    def share(self) -> float:
        """The share that are minima."""
        return self.positive / self.count

    @property
    def mean_downhill(self) -> float:
        """Directions that lead down, on average."""
        return self.downhill / self.count

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Between which two numbers the chance itself is, with 95 % confidence."""
        return wilson(self.positive, self.count)

    def with_more(self, more: Drawn) -> Drawn:
        """Return both together."""
        return Drawn(
            self.dimension,
            self.count + more.count,
            self.positive + more.positive,
            self.downhill + more.downhill,
            min(self.fewest, more.fewest),
            self.histogram + more.histogram,
            self.edges,
        )


def wilson(successes: int, trials: int, deviations: float = 1.959964) -> tuple[float, float]:
    """Return the interval of Wilson (1927) for a chance; it is right for chances near zero too."""
    share, square = successes / trials, deviations**2 / trials
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(middle - half, 0.0) if successes else 0.0, min(middle + half, 1.0)


def radius(dimension: int) -> float:
    """Return Wigner's radius √(2n), within which nearly all eigenvalues lie when n is large."""
    return math.sqrt(2 * dimension)


def eigenvalues(ensemble: str, dimension: int, count: int, seed: int, batch: int = 0) -> Floats:
    """Return the eigenvalues (count, dimension), ascending, of random Hessians.

    Those of the Gaussian orthogonal ensemble are (A + Aᵀ)/2 of standard normal A: variance 1 on the diagonal, ½ beside
    it. Independent curvatures are standard normal. The same seed gives the same whatever else is drawn.
    """
    random = np.random.default_rng((seed, dimension, batch))
    if ensemble == "independent":
        return np.sort(random.standard_normal((count, dimension)), axis=1)
    matrices = random.standard_normal((count, dimension, dimension))
    return np.asarray(np.linalg.eigvalsh(0.5 * (matrices + matrices.transpose(0, 2, 1))), np.float64)


def batches(dimension: int, samples: int) -> list[int]:
    """Return how many Hessians of a dimension are drawn together, again and again."""
    most = next(size for highest, size in BATCHES if dimension <= highest)
    return [min(most, samples - begin) for begin in range(0, samples, most)]


def draw(ensemble: str, dimension: int, shift: float, count: int, seed: int, batch: int = 0) -> Drawn:
    """Count in Hessians to whose eigenvalues `shift` · √(2n) is added."""
    values = eigenvalues(ensemble, dimension, count, seed, batch) + shift * radius(dimension)
    below = np.count_nonzero(values < 0, axis=1)
    edges = bar_edges(ensemble, dimension, shift)
    return Drawn(
        dimension,
        count,
        int(np.count_nonzero(below == 0)),
        int(below.sum()),
        int(below.min()),
        np.histogram(values, edges)[0],
        edges,
    )


def bar_edges(ensemble: str, dimension: int, shift: float) -> Floats:
    """Return edges of a histogram of eigenvalues, one of which is zero, where minima and saddles part."""
    reach = 4.0 if ensemble == "independent" else radius(dimension) + 2.5
    wide, middle = reach / _BINS, shift * radius(dimension)
    first, last = math.floor((middle - reach) / wide), math.ceil((middle + reach) / wide)
    return np.arange(first, last + 1, dtype=np.float64) * wide


def chance(ensemble: str, dimension: int, shift: float) -> float | None:
    """Return the exact chance of a minimum, None where it is not known."""
    if ensemble == "independent":
        # Each curvature is positive by itself: the normal distribution function of the shift.
        return float((0.5 * math.erfc(-shift * radius(dimension) / math.sqrt(2))) ** dimension)
    return None if shift else EXACT[dimension - 1]


def asymptotic(dimensions: Floats) -> Floats:
    """Return exp(−n² ln 3 / 4), how the chance falls in many dimensions: Dean and Majumdar 2006, PRL 97, 160201."""
    return np.asarray(np.exp(-(dimensions**2) * math.log(3) / 4), np.float64)


def density(ensemble: str, dimension: int, shift: float, at: Floats) -> Floats:
    """Return how dense eigenvalues lie: Wigner's semicircle, which holds for many dimensions, or the normal curve."""
    away = at - shift * radius(dimension)
    if ensemble == "independent":
        return np.asarray(np.exp(-0.5 * away**2) / math.sqrt(2 * math.pi), np.float64)
    edge = radius(dimension)
    return np.asarray(2 / (math.pi * edge**2) * np.sqrt(np.maximum(edge**2 - away**2, 0.0)), np.float64)
