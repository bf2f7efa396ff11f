"""Accuracies of several seeds and numbers of examples, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.maths.chance import mean_interval


@dataclass(frozen=True, eq=False)
class Comparison:
    """`values` (numbers of examples, ways, seeds) are accuracies; NaN where there is none yet."""

    sizes: tuple[int, ...]
    ways: tuple[str, ...]
    values: Array

    def accuracies(self, way: str) -> Array:
        """Return the accuracies of a way (numbers of examples, seeds)."""
        return np.asarray(self.values[:, self.ways.index(way)])

    def gains(self, way: str) -> Array:
        """Return by how much a way is ahead of a network from scratch of the same seed and examples."""
        return self.accuracies(way) - self.accuracies("scratch")


def interval(values: Array) -> tuple[float, float, float, int]:
    """Return mean, ends of the 95 % interval (NaN of fewer than two), and how many there are."""
    known = values[np.isfinite(values)]
    if len(known) < 2:
        return float(known.mean()) if len(known) else np.nan, np.nan, np.nan, len(known)
    return float(known.mean()), *mean_interval(known), len(known)
