"""Points of the plane with a number each, for regression: those of TensorFlow Playground."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from lab.data.planar import HALF, Array, Points

SURFACES: Final[Mapping[str, str]] = {"slope": "Regression: slope", "hills": "Regression: hills"}
_HILLS: Final = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
"""The x and y of each peak, and its height."""
_REACH: Final = 2.0
"""How far from its peak a hill ends."""


def make_values(name: str, count: int, noise: float, generator: np.random.Generator) -> Points:
    """Return `count` points of one of SURFACES, evenly over the plane, with values from about −1 to 1.

    Noise, from 0 to 0.5, does what it does in Playground: the value is that of a place up to so many times 6 away.
    """
    positions = generator.uniform(-HALF, HALF, (count, 2))
    moved = positions + noise * HALF * generator.uniform(-1, 1, positions.shape)
    return Points(positions, np.zeros(count, dtype=np.int64), 1, value_at(name, moved))


def value_at(name: str, positions: Array) -> Array:
    """Return the value (N,) of one of SURFACES at positions (N, 2)."""
    return _SURFACES[name](positions)


def _slope(positions: Array) -> Array:
    """(x + y) / 10."""
    return np.asarray(positions.sum(1) / 10)


def _hills(positions: Array) -> Array:
    """Cones of height ±1; where none reaches, 0."""
    value = np.zeros(len(positions))
    for x, y, sign in _HILLS:
        height = np.clip(1 - np.hypot(positions[:, 0] - x, positions[:, 1] - y) / _REACH, 0, 1)
        value = np.where(height > np.abs(value), sign * height, value)
    return value


_SURFACES: Final[Mapping[str, Callable[[Array], Array]]] = {"slope": _slope, "hills": _hills}
