"""The times that were taken, and where one way overtakes another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lab.core.events import Array
from lab.topics.gpu.pays.params import Way


@dataclass
class Taken:
    """Milliseconds of each way at each size, one number a repeat, by two clocks; and of the very first call."""

    ways: Sequence[Way]
    sizes: Sequence[int]
    wall: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    process: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    first: dict[tuple[str, int], float] = field(default_factory=dict)
    """Of one call before all others, by the wall's clock."""
    asked: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    """Of a card that is not waited for."""
    apart: dict[tuple[str, int], float] = field(default_factory=dict)

    def add(self, way: Way, size: int, wall: float, process: float) -> None:
        """Take one repeat."""
        self.wall.setdefault((way.name, size), []).append(wall)
        self.process.setdefault((way.name, size), []).append(process)

    def median(self, way: Way, size: int) -> float | None:
        """Return the median of the wall's clock; None before the first."""
        return _median(self.wall.get((way.name, size)))

    def median_process(self, way: Way, size: int) -> float | None:
        """Return the median of process time."""
        return _median(self.process.get((way.name, size)))

    def median_asked(self, way: Way, size: int) -> float | None:
        """Return the median of what was not waited for."""
        return _median(self.asked.get((way.name, size)))

    def curve(self, way: Way) -> tuple[Array, Array]:
        """Return the sizes at which a way was timed, and its medians."""
        found = [(size, median) for size in self.sizes if (median := self.median(way, size)) is not None]
        return np.array([size for size, _ in found], float), np.array([median for _, median in found])

    def quartiles(self, way: Way, size: int) -> tuple[float, float] | None:
        """Return between which times half of all repeats lie."""
        found = self.wall.get((way.name, size))
        if not found:
            return None
        low, high = np.quantile(found, (0.25, 0.75))
        return float(low), float(high)

    def last(self, *ways: Way) -> int | None:
        """Return the largest size at which all of these ways were timed."""
        return next((s for s in reversed(self.sizes) if all((way.name, s) in self.wall for way in ways)), None)

    def told_apart(self, one: Way, other: Way, size: int) -> bool:
        """Tell whether the middle halves of two ways do not overlap."""
        a, b = self.quartiles(one, size), self.quartiles(other, size)
        return a is not None and b is not None and (a[1] < b[0] or b[1] < a[0])

    def crossing(self, slow: Way, fast: Way) -> float | None:
        """Return the size from which on `fast` is faster, up to the last size; None where it is not, or cannot be told
        apart there.
        """
        last = self.last(slow, fast)
        if last is None or not self.told_apart(slow, fast, last):
            return None
        curves = [dict(zip(*map(list, self.curve(way)), strict=True)) for way in (slow, fast)]
        return crossing(*curves)


def crossing(slow: Mapping[float, float], fast: Mapping[float, float]) -> float | None:
    """Return the size from which on the times `fast` lie below `slow`, both by size: where the straight lines between
    their points cross, in the logarithm of both; the smallest size where they lie below everywhere.
    """
    sizes = sorted(set(slow) & set(fast))
    gains = [math.log(slow[size] / fast[size]) for size in sizes]
    if not sizes or gains[-1] <= 0:
        return None
    behind = max((place for place, gain in enumerate(gains) if gain <= 0), default=None)
    if behind is None:
        return float(sizes[0])
    low, high = math.log(sizes[behind]), math.log(sizes[behind + 1])
    share = -gains[behind] / (gains[behind + 1] - gains[behind])
    return math.exp(low + share * (high - low))


def _median(found: Sequence[float] | None) -> float | None:
    return float(np.median(found)) if found else None
