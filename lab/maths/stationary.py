"""Where the derivative of a function of one variable is zero, and by the signs on both sides what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Map = Callable[[Floats], Floats]
Kind = Literal["minimum", "maximum", "inflection", "flat"]

GRID: Final = 2001
"""Places at which the signs are looked at first; an odd number, so that the middle is one of them."""
HALVINGS: Final = 60
CLOSE: Final = 1e-7
"""What counts as one zero that is touched: slopes and distances so small, beside those around."""


@dataclass(frozen=True)
class Stationary:
    """A zero of the derivative at x = `low` = `high`, or a flat part from `low` to `high`.

    `left` and `right` are the signs of the derivative beside it: −1, 1, or 0 where there is nothing to tell, as at the
    end of the range.
    """

    low: float
    high: float
    left: int
    right: int

    @property
    def x(self) -> float:
        """The place, or the middle of the flat part."""
        return (self.low + self.high) / 2

    @property
    def kind(self) -> Kind:
        """What is there: the function falls and then climbs at a minimum."""
        match self.left, self.right:
            case (-1, 1):
                return "minimum"
            case (1, -1):
                return "maximum"
            case (0, _) | (_, 0):
                return "flat"
            case _:
                return "inflection"


def stationary_points(value: Map, slope: Map, bend: Map, low: float, high: float) -> tuple[Stationary, ...]:
    """Return the zeros of the derivative in [low, high], ascending.

    `value`, `slope` and `bend` are the function and its first two derivatives over arrays; they may give NaN or
    infinity. Corners at which the slope jumps across zero count, poles and jumps of the function do not. Found is
    what changes a sign between two of GRID places; several zeros between two neighbours are taken for one or none.
    """
    x = np.linspace(low, high, GRID)
    slopes, bends = slope(x), bend(x)
    signs = np.sign(slopes)
    # A slope that is next to nothing beside those of its neighbours is the rounding of zero.
    with np.errstate(invalid="ignore"):
        beside = np.minimum(np.abs(slopes[:-2]), np.abs(slopes[2:]))
        signs[1:-1][np.abs(slopes[1:-1]) < 0.1 * CLOSE * beside] = 0
    crossing = np.flatnonzero(signs[:-1] * signs[1:] == -1)
    pairs = [np.stack([x[crossing], x[crossing + 1]], axis=1)]
    found = _flat_parts(value, slope, x, signs)
    # Where the slope only touches zero, or crosses it twice between two places, it has a lowest or highest value.
    turning = np.flatnonzero((np.sign(bends[:-1]) * np.sign(bends[1:]) == -1) & (signs[:-1] * signs[1:] == 1))
    for place, at in zip(turning, _between(bend, x[turning], x[turning + 1])[0], strict=True):
        there = float(slope(np.array([at]))[0])
        sign = int(signs[place])
        around = max(abs(slopes[place]), abs(slopes[place + 1]))
        if np.isfinite(around) and abs(there) <= CLOSE * around:
            found.append(Stationary(float(at), float(at), sign, sign))
        elif np.sign(there) == -sign:
            pairs.append(np.array([[x[place], at], [at, x[place + 1]]]))
    found += _crossings(value, slope, np.concatenate(pairs))
    return tuple(_merged(sorted(found, key=lambda zero: zero.low), CLOSE * (high - low)))


def _merged(found: list[Stationary], apart: float) -> list[Stationary]:
    """Return zeros of which those that only rounding has torn apart are one."""
    merged: list[Stationary] = []
    for zero in found:
        if merged and zero.low - merged[-1].high < apart:
            before = merged.pop()
            points = before.low == before.high and zero.low == zero.high
            zero = Stationary(before.low, before.low if points else zero.high, before.left, zero.right)
        merged.append(zero)
    return merged


def _flat_parts(value: Map, slope: Map, x: Floats, signs: Floats) -> list[Stationary]:
    """Return where the slope is exactly zero at places of the grid: single zeros and flat parts."""
    zero = np.concatenate([[False], signs == 0, [False]])
    first, last = np.flatnonzero(zero[1:] & ~zero[:-1]), np.flatnonzero(zero[:-1] & ~zero[1:]) - 1
    beside = np.nan_to_num(np.concatenate([[0.0], signs, [0.0]]))
    left, right = beside[first], beside[last + 2]

    def sloping(places: Floats) -> Floats:
        return np.where(slope(places) == 0, -1.0, 1.0)

    low, high, wide = x[first], x[last], last > first
    # A flat part ends between two places, where its end is not that of the range.
    begins, ends = wide & (first > 0), wide & (last < GRID - 1)
    low[begins] = _between(sloping, x[first[begins] - 1], low[begins])[1]
    high[ends] = _between(sloping, high[ends], x[last[ends] + 1])[0]
    kept = wide | _joined(value, np.nextafter(low, -np.inf), np.nextafter(high, np.inf))
    parts = zip(low[kept], high[kept], left[kept], right[kept], strict=True)
    return [Stationary(float(start), float(stop), int(before), int(after)) for start, stop, before, after in parts]


def _crossings(value: Map, slope: Map, pairs: Floats) -> list[Stationary]:
    """Return the zeros between pairs (N, 2) of places with slopes of different signs, without poles and jumps."""
    left, right = _between(slope, pairs[:, 0], pairs[:, 1])
    beside, before, after = np.abs(slope(pairs)), slope(left), slope(right)
    steepest = np.fmax(beside[:, 0], beside[:, 1]) * 1.001
    joined = (np.abs(before) <= steepest) & (np.abs(after) <= steepest) & _joined(value, left, right)
    nearest = np.where(np.abs(before) <= np.abs(after), left, right)
    # What is only rounding, or zero with a sign.
    nearest[np.abs(nearest) < 1e-12 * (pairs[:, 1] - pairs[:, 0])] = 0.0
    signs = np.sign(slope(pairs))
    return [
        Stationary(float(x), float(x), int(sides[0]), int(sides[1]))
        for x, sides in zip(nearest[joined], signs[joined], strict=True)
    ]


def _joined(value: Map, left: Floats, right: Floats) -> NDArray[np.bool_]:
    """Tell where the function goes on from `left` to its neighbour `right` without a jump."""
    before, after = value(left), value(right)
    with np.errstate(invalid="ignore"):
        return np.abs(after - before) <= 1e-9 * (1 + np.abs(before))


def _between(function: Map, left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return neighbouring numbers (N,), (N,) between which the sign changes, by halving the intervals at once."""
    left, right = left.copy(), right.copy()
    if not len(left):
        return left, right
    sign = np.sign(function(left))
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        if ((middle == left) | (middle == right)).all():
            break
        onward = np.sign(function(middle)) == sign
        left, right = np.where(onward, middle, left), np.where(onward, right, middle)
    return left, right
