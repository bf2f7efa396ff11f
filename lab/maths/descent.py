"""Gradient descent of many points side by side, in any number of dimensions, as arrays.

A point that leaves the limits, or comes to where its gradient is no number, goes no further: at that step it still has
its place, after it NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Gradient = Callable[[Floats], Floats]
"""From positions to the gradients there, of the same shape."""
Schedule = Callable[[int, Floats], Floats | float]
"""The learning rate of a step, from its number, counted from 0, and the gradients where it begins."""
Rule = Callable[[int, Floats], Floats]
"""How far the points move in a step, from its number, counted from 0, and the gradients where it begins."""

NEVER = -1


def fixed(rate: float | Floats) -> Schedule:
    """Return the same rate for all steps; an array gives each point its own."""
    return lambda _step, _gradients: rate


def by_gradient(rate: float) -> Schedule:
    """Return rate · |gradient|, in one dimension: large steps on slopes, small ones where it is flat."""
    return lambda _step, gradients: rate * np.abs(gradients)


def by_time(rate: float, steps: int) -> Schedule:
    """Return rate · (1 − (i + 1) / steps): it falls evenly, to zero at the last step."""
    return lambda step, _gradients: rate * (1 - (step + 1) / steps)


def side_by_side(schedules: Sequence[Schedule]) -> Schedule:
    """Return a schedule in which point k follows the k-th of these, in one dimension."""

    def rates(step: int, gradients: Floats) -> Floats:
        return np.array([schedule(step, gradients[place]) for place, schedule in enumerate(schedules)], np.float64)

    return rates


def plain(schedule: Schedule) -> Rule:
    """Return the rule of plain gradient descent: −rate · gradient."""
    return lambda step, gradients: -schedule(step, gradients) * gradients


class Descent:
    """A descent that is watched step by step.

    Args:
        gradient: called with all positions at once; NaN for points that go no further.
        starts: (...), one number a point, or with `vectors` (..., d), one vector a point.
        rule: called once a step.
        limits: lowest and highest position, of the shape of `starts` or such that they broadcast to it.
        vectors: whether the last axis of `starts` counts the coordinates of one point.

    `positions` and `gradients` have the shape of `starts`; they are new arrays after each step. `left_at` has one entry
    a point: the step after which it went no further, or NEVER.
    """

    def __init__(
        self,
        gradient: Gradient,
        starts: ArrayLike,
        rule: Rule,
        limits: tuple[ArrayLike, ArrayLike] = (-np.inf, np.inf),
        *,
        vectors: bool = False,
    ) -> None:
        self._gradient, self._rule, self._vectors = gradient, rule, vectors
        self._low, self._high = (np.asarray(limit, np.float64) for limit in limits)
        self.steps = 0
        self.positions: Floats = np.array(starts, np.float64)
        self.gradients: Floats = self._slopes()
        self.left_at = np.full(self.positions.shape[: self.positions.ndim - vectors], NEVER)
        self._gone: NDArray[np.bool_] = np.zeros(self.left_at.shape, np.bool_)
        self._note()

    @property
    def going(self) -> bool:
        """Whether any point still goes."""
        return not self._gone.all()

    def step(self) -> None:
        """Move every point once."""
        with np.errstate(all="ignore"):
            moved = self.positions + self._rule(self.steps, self.gradients)
        if self._gone.any():
            moved[self._gone] = np.nan
        self.steps += 1
        self.positions = moved
        self.gradients = self._slopes()
        self._note()

    def _slopes(self) -> Floats:
        with np.errstate(all="ignore"):
            return self._gradient(self.positions)

    def _note(self) -> None:
        """Note which points are out by now; a comparison with NaN is false."""
        within: NDArray[Any] = (self.positions >= self._low) & (self.positions <= self._high)
        within &= np.isfinite(self.positions) & np.isfinite(self.gradients)
        out: NDArray[np.bool_] = np.asarray(~(within.all(axis=-1) if self._vectors else within))
        if out.any():
            self.left_at[out & ~self._gone] = self.steps
            self._gone = out


@dataclass(frozen=True)
class Trajectory:
    """A whole descent: `positions`, `gradients` (steps + 1, ...), NaN after a point left; `left_at` as of Descent."""

    positions: Floats
    gradients: Floats
    left_at: NDArray[np.int64]


def descend(
    gradient: Gradient,
    starts: ArrayLike,
    rule: Rule,
    steps: int,
    limits: tuple[ArrayLike, ArrayLike] = (-np.inf, np.inf),
    *,
    vectors: bool = False,
) -> Trajectory:
    """Return all that a `Descent` of so many steps comes through; it ends early when no point goes any further."""
    descent = Descent(gradient, starts, rule, limits, vectors=vectors)
    positions = np.full((steps + 1, *descent.positions.shape), np.nan)
    gradients = positions.copy()
    positions[0], gradients[0] = descent.positions, descent.gradients
    while descent.steps < steps and descent.going:
        descent.step()
        positions[descent.steps], gradients[descent.steps] = descent.positions, descent.gradients
    return Trajectory(positions, gradients, descent.left_at)
