"""Least squares of models of all orders, to many redraws of the same points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from lab.core.events import Array

MOST = 20
"""The highest order, and the most hidden units."""
NEW = 100
"""New points that a fit is asked for."""
CUT = 1e-10
"""Directions that are this much weaker than the strongest one count as none."""
CURVES: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "sine": lambda x: np.sin(np.pi * x),
        "wave": lambda x: np.sin(2 * np.pi * x),
        "step": np.sign,
        "line": lambda x: x,
    }
)


def basis(model: str, x: Array) -> Array:
    """Return what the MOST + 1 weights of the largest model are multiplied by at x (N,): (N, MOST + 1).

    A model of order k uses the first k + 1 columns: Legendre's polynomials, or a constant and ReLU units.
    """
    if model == "polynomial":
        return np.asarray(np.polynomial.legendre.legvander(x, MOST))
    return np.concatenate([np.ones((len(x), 1)), np.maximum(0.0, x[:, None] - kinks())], axis=1)


def kinks() -> Array:
    """Return where the units (MOST,) begin to rise: at −1, then in the middle of the longest gap, again and again."""
    places = [int(f"{number:b}"[::-1], 2) / 2 ** number.bit_length() for number in range(1, MOST)]
    return np.array([-1.0, *(2 * place - 1 for place in places)])


@dataclass(frozen=True)
class Fits:
    """Points on a curve, drawn `redraws` times at the same places, and models of orders 0 … MOST fitted to each."""

    curve: str
    model: str
    points: int
    noise: float
    redraws: int
    seed: int

    @cached_property
    def drawn(self) -> tuple[Array, Array, Array]:
        """The places of new points (NEW,), the noise of all redraws (redraws, points), that of new points (NEW,)."""
        random = np.random.default_rng(self.seed)
        new = random.uniform(-1.0, 1.0, NEW)
        noise = self.noise * random.standard_normal((self.redraws, self.points))
        return new, noise, self.noise * random.standard_normal(NEW)

    @property
    def x(self) -> Array:
        """Where the points lie (points,)."""
        return np.linspace(-1.0, 1.0, self.points)

    def true(self, x: Array) -> Array:
        """Return the curve at x."""
        return np.asarray(CURVES[self.curve](x), dtype=float)

    @cached_property
    def y(self) -> Array:
        """The measured values of all redraws (redraws, points); the first one is shown."""
        return np.asarray(self.true(self.x) + self.drawn[1])

    @cached_property
    def solving(self) -> Array:
        """What makes weights of measured values: (MOST + 1, MOST + 1, points), an order a matrix."""
        columns, orders = np.arange(MOST + 1), np.arange(MOST + 1)
        used = columns[None, :] <= orders[:, None]
        return np.linalg.pinv(basis(self.model, self.x) * used[:, None, :], rcond=CUT)

    def smoothing(self, x: Array) -> Array:
        """Return what makes predictions at x (N,) of measured values: (MOST + 1, N, points)."""
        return np.asarray(basis(self.model, x) @ self.solving)

    def predicted(self, x: Array) -> Array:
        """Return what the fits to all redraws say at x (N,): (MOST + 1, N, redraws)."""
        return np.asarray(basis(self.model, x) @ self.weights)

    @cached_property
    def weights(self) -> Array:
        """The weights of all fits: (MOST + 1, MOST + 1, redraws)."""
        return np.asarray(self.solving @ self.y.T)

    @cached_property
    def at_new(self) -> Array:
        """What all fits say at the new points."""
        return self.predicted(self.drawn[0])

    @cached_property
    def train_errors(self) -> Array:
        """The mean squared errors on the points that were learned from: (MOST + 1, redraws)."""
        return np.asarray(np.square(self.predicted(self.x) - self.y.T).mean(axis=1))

    @cached_property
    def test_errors(self) -> Array:
        """The mean squared errors on the same new points: (MOST + 1, redraws)."""
        wanted = self.true(self.drawn[0]) + self.drawn[2]
        return np.asarray(np.square(self.at_new - wanted[:, None]).mean(axis=1))

    @cached_property
    def seen(self) -> tuple[Array, Array]:
        """Squared bias and variance of the predictions at new points, over the redraws: (MOST + 1,) each."""
        bias = np.square(self.at_new.mean(axis=2) - self.true(self.drawn[0])).mean(axis=1)
        return np.asarray(bias), np.asarray(self.at_new.var(axis=2).mean(axis=1))

    @cached_property
    def exact(self) -> tuple[Array, Array]:
        """The same for endlessly many redraws: a fit is linear in what was measured."""
        return self._exact(self.drawn[0])

    @cached_property
    def again(self) -> Array:
        """The expected error (MOST + 1,) when the same places are measured again."""
        bias, variance = self._exact(self.x)
        return np.asarray(bias + variance + self.noise**2)

    @cached_property
    def expected(self) -> Array:
        """The expected error (MOST + 1,) at new points: bias², variance and the noise of what is asked for."""
        bias, variance = self.exact
        return np.asarray(bias + variance + self.noise**2)

    def _exact(self, x: Array) -> tuple[Array, Array]:
        smoothing = self.smoothing(x)
        bias = np.square(smoothing @ self.true(self.x) - self.true(x)).mean(axis=1)
        return np.asarray(bias), np.asarray(self.noise**2 * np.square(smoothing).sum(axis=2).mean(axis=1))
