"""A growing series that can be drawn at any zoom at a cost that does not depend on its length."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
_Number = TypeVar("_Number", bound=np.generic)


class Pyramid:
    """Points (x float64, y float32) in order of x, with the extremes of blocks of 2, 4, 8 … points.

    Appending is amortised O(1) a point. A block is of fixed place (points j*b … (j+1)*b-1), so what has been
    drawn stays as it is while the series grows. y that is not finite is kept as NaN and breaks the line.
    """

    def __init__(self) -> None:
        self._length = 0
        self._x: Floats = np.empty(1024)
        self._y: Singles = np.empty(1024, np.float32)
        # How many finite y stand before each point: tells which blocks have a gap.
        self._counts: NDArray[np.int64] = np.zeros(1025, np.int64)
        self._levels: list[_Level] = []
        # Means that were asked for last, and where: window, stride and first place.
        self._grid: tuple[int, int, int] | None = None
        self._means: Singles = np.empty(0, np.float32)

    def __len__(self) -> int:
        return self._length

    @property
    def x(self) -> Floats:
        """All x, (N,)."""
        return self._x[: self._length]

    @property
    def y(self) -> Singles:
        """All y, (N,), NaN where it was not finite."""
        return self._y[: self._length]

    def append(self, x: Floats, y: Floats | Singles) -> None:
        """Append points (M,), (M,); x must not fall, also against what is there already.

        Raises:
            ValueError: x and y differ in length, or x falls.
        """
        x = np.asarray(x, np.float64)
        if x.shape != np.shape(y) or x.ndim != 1:
            raise ValueError(f"x of shape {x.shape} and y of shape {np.shape(y)}")
        if not x.size:
            return
        if (x[1:] < x[:-1]).any() or (self._length and x[0] < self._x[self._length - 1]):
            raise ValueError("x falls")
        with np.errstate(over="ignore"):
            y = np.asarray(y).astype(np.float32)
        finite = np.isfinite(y)
        y[~finite] = np.nan
        old, new = self._length, self._length + x.size
        self._reserve(new)
        self._x[old:new] = x
        self._y[old:new] = y
        self._counts[old + 1 : new + 1] = self._counts[old] + np.cumsum(finite)
        self._length = new
        low, high = self.y, self.y
        for place in range(new.bit_length() - 1):
            if place == len(self._levels):
                self._levels.append(_Level())
            if not self._levels[place].extend(low, high):
                break  # Then there is nothing new above it either.
            low, high = self._levels[place].low, self._levels[place].high

    def reduce(self, x_low: float, x_high: float, pairs: int = 600) -> tuple[Floats, Singles]:
        """Return at most `pairs` blocks that cover x_low … x_high as points to join by lines.

        Where there are at most 2*pairs points, they come as they are, with one neighbour on either side.
        Otherwise each block gives its minimum and maximum at the middle of its x; a NaN follows a block that
        has a gap.
        """
        first = max(int(np.searchsorted(self.x, x_low, "left")) - 1, 0)
        last = min(int(np.searchsorted(self.x, x_high, "right")) + 1, self._length)
        if last - first <= 2 * pairs:
            return self.x[first:last], self.y[first:last]
        place = 1
        while ((last - 1) >> place) - (first >> place) + 1 > pairs:
            place += 1
        begin, end = first >> place, ((last - 1) >> place) + 1
        low, high = self._blocks(place, begin, end)
        edges = np.minimum(np.arange(begin, end + 1) << place, self._length)
        middle = (self._x[edges[:-1]] + self._x[edges[1:] - 1]) / 2
        whole = np.diff(self._counts[edges]) == np.diff(edges)
        x = np.repeat(middle, 3)
        y = np.stack([low, high, np.full_like(low, np.nan)], axis=1).ravel()
        wanted = np.ones((len(low), 3), bool)
        wanted[:, 2] = ~whole
        return x[wanted.ravel()], y[wanted.ravel()]

    def means(self, x_low: float, x_high: float, window: int, points: int = 300) -> tuple[Floats, Singles]:
        """Return the mean of the last `window` finite y at up to `points` places within x_low … x_high."""
        first = max(int(np.searchsorted(self.x, x_low, "left")) - 1, 0)
        last = min(int(np.searchsorted(self.x, x_high, "right")) + 1, self._length)
        if last <= first:
            return np.empty(0), np.empty(0, np.float32)
        # Places on a fixed grid, so that the line does not tremble while it grows; the newest point always.
        stride = 1 << max(((last - first - 1) // points).bit_length(), 0)
        places = np.append(np.arange(first - first % stride, last - 1, stride), last - 1)
        # While the series grows, all but the last stay as they are.
        grid = window, stride, int(places[0])
        known = self._means if grid == self._grid else np.empty(0, np.float32)
        known = known[: len(places) - 1]
        mean = np.concatenate([known, self._mean(places[len(known) :], window)])
        self._grid, self._means = grid, mean[:-1]
        return self._x[places], mean

    def _mean(self, places: NDArray[np.int64], window: int) -> Singles:
        """Return the mean of the last `window` finite y at places (M,), NaN where y is."""
        starts = np.maximum(places + 1 - window, 0)
        # Summed anew at each place: with running sums, one loss of 1e30 would drown all that follow.
        members = places[:, None] - np.arange(window)
        values = np.where(members >= starts[:, None], self._y[np.maximum(members, 0)], np.nan).astype(np.float64)
        finite = np.isfinite(values)
        sums = np.where(finite, values, 0.0).sum(axis=1)
        mean = sums / np.maximum(finite.sum(axis=1), 1)
        mean[~finite[:, 0]] = np.nan
        single: Singles = mean.astype(np.float32)
        return single

    def nearest(self, x: float) -> int:
        """Return the place of the point nearest to x; the series must not be empty."""
        place = int(np.searchsorted(self.x, x))
        if place == self._length or (place and x - self._x[place - 1] <= self._x[place] - x):
            place -= 1
        return place

    def _blocks(self, place: int, begin: int, end: int) -> tuple[Singles, Singles]:
        """Minimum and maximum of blocks `begin` … `end`-1 of 2**place points; the last may be unfinished."""
        level = self._levels[place - 1]
        low, high = level.low[begin:end], level.high[begin:end]
        if len(low) == end - begin:
            return low, high
        # The unfinished block at the end is made of at most one finished block of each lower level.
        lows, highs = [], []
        start = (end - 1) << place
        for lower in range(place - 1, -1, -1):
            block = start >> lower
            if start + (1 << lower) <= self._length:
                lows.append(self._y[block] if lower == 0 else self._levels[lower - 1].low[block])
                highs.append(self._y[block] if lower == 0 else self._levels[lower - 1].high[block])
                start += 1 << lower
        return np.append(low, np.fmin.reduce(lows)), np.append(high, np.fmax.reduce(highs))

    def _reserve(self, length: int) -> None:
        if length <= len(self._x):
            return
        room = max(length, 2 * len(self._x))
        self._x = _grown(self._x, room)
        self._y = _grown(self._y, room)
        self._counts = _grown(self._counts, room + 1)


class _Level:
    """Minimum and maximum of the finished pairs of the level below; NaN only where both are."""

    def __init__(self) -> None:
        self._length = 0
        self._low: Singles = np.empty(256, np.float32)
        self._high: Singles = np.empty(256, np.float32)

    @property
    def low(self) -> Singles:
        return self._low[: self._length]

    @property
    def high(self) -> Singles:
        return self._high[: self._length]

    def extend(self, low: Singles, high: Singles) -> bool:
        """Take what is new in the level below; tell whether a pair of it was finished."""
        old, new = self._length, len(low) // 2
        if new == old:
            return False
        if new > len(self._low):
            room = max(new, 2 * len(self._low))
            self._low, self._high = _grown(self._low, room), _grown(self._high, room)
        np.fmin(low[2 * old : 2 * new : 2], low[2 * old + 1 : 2 * new : 2], out=self._low[old:new])
        np.fmax(high[2 * old : 2 * new : 2], high[2 * old + 1 : 2 * new : 2], out=self._high[old:new])
        self._length = new
        return True


def _grown(array: NDArray[_Number], room: int) -> NDArray[_Number]:
    larger = np.empty(room, array.dtype)
    larger[: len(array)] = array
    return larger
