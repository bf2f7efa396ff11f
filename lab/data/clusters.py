"""The clusters of the course's experiments, and the parameters by which they are made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.params import Params, integer, real
from lab.core.text import message


@dataclass(frozen=True, kw_only=True)
class ClusterParams(Params):
    """How many points, and how far they are from the middles of their clusters."""

    points: int = integer(
        100, 2, 2000, scale="log", label="Points a cluster", help="How many examples each class has.", group="Data"
    )
    blur: float = real(
        1.0,
        0.0,
        5.0,
        slider=True,
        label="Blur",
        help="The standard deviation of the points about the middle of their cluster, along x and along y.",
        group="Data",
    )


def clusters(
    centres: tuple[tuple[float, float], ...], params: ClusterParams, generator: np.random.Generator
) -> tuple[Array, Array]:
    """Return positions (N, 2) and labels (N,): normal about each centre with deviation `blur`, class after class."""
    drawn = [np.array(centre) + params.blur * generator.standard_normal((params.points, 2)) for centre in centres]
    return np.concatenate(drawn), np.repeat(np.arange(len(centres)), params.points)


_CELLS = 400
"""Along each axis, by which the best possible accuracy is added up."""
RADII = 10.0, 15.0
"""Of the two rings of the doughnut."""
SPREADS = (3.0, 1.0), (1.0, 3.0)
"""The deviations of their points, along x and along y."""


def doughnut(each: int, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return positions (2 · each, 2) and labels of the course's two rings, one in the other: each is twice round, its
    points moved by normal noise. They overlap: nobody tells more than 88.8 % of ever new points rightly.
    """
    turns = np.linspace(0, 4 * np.pi, each)
    circle = np.stack([np.cos(turns), np.sin(turns)], 1)
    rings = [
        radius * circle + np.array(spread) * generator.standard_normal((each, 2))
        for radius, spread in zip(RADII, SPREADS, strict=True)
    ]
    return np.concatenate(rings), np.repeat(np.arange(2), each)


def ceiling(apart: float, blur: float) -> float:
    """Return the accuracy, on ever new points, of the best rule for two clusters `apart`: their half-way line."""
    return 0.5 * (1 + math.erf(apart / 2 / blur / math.sqrt(2))) if blur else 1.0


@lru_cache(maxsize=64)
def best_possible(centres: tuple[tuple[float, float], ...], blur: float) -> float:
    """Return the accuracy, on ever new points, of the best rule there is for such clusters: the nearest centre."""
    if not blur:
        return 1.0
    middles, far = np.array(centres), 8 * blur
    x, y = (np.linspace(each.min() - far, each.max() + far, _CELLS) for each in middles.T)
    apart = (x[None, :, None] - middles[:, 0]) ** 2 + (y[:, None, None] - middles[:, 1]) ** 2
    # At each place only the points of the nearest centre are taken for what they are.
    heights = np.exp(-apart.min(-1) / (2 * blur**2)) / (2 * math.pi * blur**2)
    return float(heights.sum() * (x[1] - x[0]) * (y[1] - y[0]) / len(middles))


def letters(count: int) -> tuple[Words, ...]:
    """Return names of classes: A, B, C …"""
    return tuple(message("class {letter}", letter="ABCDEFGHIJ"[place]) for place in range(count))
