"""Optimisers over arrays of points: how gradients become movements, as torch.optim defines it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

NAMES = {"sgd": "Plain gradient descent", "momentum": "Momentum", "rmsprop": "RMSprop", "adam": "Adam"}


class Optimiser:
    """Plain gradient descent: each movement is −rate · gradient.

    One object serves many points at once; what it remembers has the shape of their gradients.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return how far the points move in a step, counted from 0."""
        return -self.rate * gradients

    def keep(self, chosen: Array) -> None:
        """Forget all points but the chosen ones, given as an index of the last axis."""
        for name, memory in list(vars(self).items()):
            if isinstance(memory, np.ndarray):
                setattr(self, name, memory[..., chosen])


class Momentum(Optimiser):
    """The gradients add up to a velocity, of which `momentum` is left after a step."""

    def __init__(self, rate: float, momentum: float = 0.9) -> None:
        super().__init__(rate)
        self.momentum = momentum
        self._velocity: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · velocity."""
        if self._velocity is None:
            self._velocity = gradients.copy()
        else:
            self._velocity *= self.momentum
            self._velocity += gradients
        return -self.rate * self._velocity


class RMSprop(Optimiser):
    """Each gradient is divided by its usual size, the root of the running mean of its square."""

    def __init__(self, rate: float, smoothing: float = 0.99, epsilon: float = 1e-8) -> None:
        super().__init__(rate)
        self.smoothing, self.epsilon = smoothing, epsilon
        self._square: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · gradient / usual size."""
        self._square = _mean(self._square, gradients * gradients, self.smoothing)
        size = np.sqrt(self._square)
        size += self.epsilon
        return -self.rate * gradients / size


class Adam(Optimiser):
    """The running mean of the gradient over the root of that of its square, both made right for their beginning."""

    def __init__(self, rate: float, betas: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8) -> None:
        super().__init__(rate)
        self.betas, self.epsilon = betas, epsilon
        self._gradient: Array | None = None
        self._square: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · mean / root of the mean square."""
        first, second = self.betas
        self._gradient = _mean(self._gradient, gradients, first)
        self._square = _mean(self._square, gradients * gradients, second)
        size = np.sqrt(self._square)
        size /= (1 - second ** (step + 1)) ** 0.5
        size += self.epsilon
        return -self.rate / (1 - first ** (step + 1)) * self._gradient / size


def _mean(before: Array | None, new: Array, left: float) -> Array:
    """Return left · before + (1 − left) · new, in the memory of `before`, which is zero at first."""
    added = (1 - left) * new
    if before is None:
        return added
    before *= left
    before += added
    return before


def optimiser(name: str, rate: float, momentum: float = 0.9) -> Optimiser:
    """Return the optimiser of a name in `NAMES`."""
    made: dict[str, Callable[[], Optimiser]] = {
        "sgd": lambda: Optimiser(rate),
        "momentum": lambda: Momentum(rate, momentum),
        "rmsprop": lambda: RMSprop(rate),
        "adam": lambda: Adam(rate),
    }
    return made[name]()
