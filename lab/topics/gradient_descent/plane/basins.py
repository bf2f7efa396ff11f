"""The map of basins: every pixel is a start, coloured by where its descent ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.maths.optimisers import Optimiser

Array = NDArray[Any]
Partials = Callable[..., list[Array]]

EVERY = 10
"""Steps between two looks at which points have come to rest or are out; until then they just go on."""
MOST = 8
"""Ends that are told apart; further ones count as `OTHER`."""
MOVING, LEFT, OTHER, FIRST = -1, 0, 1, 2
"""Classes of starts: on the way, out of range, at an end beyond `MOST`; ends count from `FIRST`."""


class Basins:
    """Descents from all pixels of a map, step by step, as one array that shrinks as they come to rest.

    Args:
        partials: ∂f/∂x and ∂f/∂y from arrays x and y.
        curvatures: ∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y² likewise.
        optimiser: of its own, as it remembers each point.
        x_range, y_range: of the map.
        resolution: pixels a side.

    A point is at rest when it hardly moves any more and a minimum is near: where the curvature is positive in all
    directions, and Newton's step to the minimum is short. A plain where only the gradient is small is none. A point is
    out when it is half the map's size beyond its edge. `ends` are the places of rest, in the order of their discovery.
    """

    def __init__(
        self,
        partials: Partials,
        curvatures: Partials,
        optimiser: Optimiser,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        resolution: int,
    ) -> None:
        self._partials, self._curvatures, self._optimiser = partials, curvatures, optimiser
        self._size = np.float32(max(x_range[1] - x_range[0], y_range[1] - y_range[0]))
        self._centre = np.array([[sum(x_range) / 2], [sum(y_range) / 2]], np.float32)
        xs, ys = ((np.arange(resolution) + 0.5) / resolution * (high - low) + low for low, high in (x_range, y_range))
        # Coordinates first, so that each is one run of memory.
        self._at = np.stack([axis.ravel() for axis in np.meshgrid(xs, ys)]).astype(np.float32)
        self._pixels = np.arange(resolution * resolution)
        self._flat = np.full(resolution * resolution, MOVING, np.int8)
        self._resolution = resolution
        self.ends: list[tuple[float, float]] = []
        self.steps = 0

    @property
    def classes(self) -> Array:
        """The map as it is now, (resolution, resolution) int8, row 0 at the lowest y; a copy."""
        return np.array(self._flat.reshape(self._resolution, self._resolution))

    @property
    def moving(self) -> int:
        """How many pixels are still on the way."""
        return len(self._pixels)

    def step(self) -> int:
        """Move all that still move; return how many came to an end."""
        if not self.moving:
            return 0
        with np.errstate(all="ignore"):
            gradients = np.stack(self._partials(*self._at))
            move = self._optimiser(self.steps, gradients)
            self._at = self._at + move
        self.steps += 1
        if self.steps % EVERY:
            return 0
        # What is not a number is out as well.
        out = ~(np.abs(self._at - self._centre).max(0) < self._size)
        rest = self._resting(gradients, move) & ~out
        done = out | rest
        if not done.any():
            return 0
        self._flat[self._pixels[out]] = LEFT
        self._flat[self._pixels[rest]] = self._classify(self._at[:, rest])
        going = ~done
        self._at, self._pixels = self._at[:, going], self._pixels[going]
        self._optimiser.keep(going)
        return int(done.sum())

    def _resting(self, gradients: Array, move: Array) -> Array:
        """Return which points are at rest, (N,) bool."""
        rest = np.abs(move).max(0) < 1e-3 * self._size
        slow = np.flatnonzero(rest)
        with np.errstate(all="ignore"):
            xx, xy, yy = self._curvatures(*self._at[:, slow])
            determinant = xx * yy - xy * xy
            g, h = gradients[:, slow]
            to_minimum = np.maximum(np.abs(yy * g - xy * h), np.abs(xx * h - xy * g)) / determinant
            rest[slow] = (xx > 0) & (determinant > 0) & (to_minimum < 1e-3 * self._size)
        return np.asarray(rest)

    def _minimum(self, at: Array) -> tuple[float, float]:
        """Return the minimum beside a place of rest, by some of Newton's steps."""
        x, y = (np.array([value], np.float64) for value in at)
        for _ in range(5):
            (g, h), (xx, xy, yy) = self._partials(x, y), self._curvatures(x, y)
            determinant = xx * yy - xy * xy
            x, y = x - (yy * g - xy * h) / determinant, y - (xx * h - xy * g) / determinant
        return float(x[0]), float(y[0])

    def _classify(self, at: Array) -> Array:
        """Return the classes of places (2, N) at which descents came to rest, noting new ends."""
        classes = np.full(at.shape[1], OTHER, np.int8)
        open_ = np.ones(at.shape[1], bool)
        near = 0.01 * float(self._size)
        place = 0
        while open_.any() and place < MOST:
            if place == len(self.ends):
                self.ends.append(self._minimum(at[:, np.argmax(open_)]))
            end = np.array(self.ends[place], np.float32)[:, None]
            here = open_ & (np.abs(at - end).max(0) < near)
            classes[here] = FIRST + place
            open_ &= ~here
            place += 1
        return classes
