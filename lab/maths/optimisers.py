"""Optimisers over arrays of points: how gradients become movements, as torch.optim defines it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Optimiser:
    """Plain gradient descent: each movement is −rate · gradient.

    One object serves many points at once; what it remembers has the shape of their gradients.
    """

    memories: ClassVar[tuple[str, ...]] = ()
    """The names of what it remembers from step to step: arrays, or None before the first."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return how far the points move in a step, counted from 0."""
        return -self.rate * gradients

    def keep(self, chosen: Array) -> None:
        """Forget all points but the chosen ones, given as an index of the last axis."""
        self.restore({name: memory[..., chosen] for name, memory in self.state().items()})

    def state(self) -> dict[str, Array]:
        """Return what it remembers by name, as it is; nothing before the first step."""
        found = {name: getattr(self, name) for name in self.memories}
        return {name: memory for name, memory in found.items() if memory is not None}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Remember what `state` returned."""
        for name in self.memories:
            setattr(self, name, state.get(name))


class Momentum(Optimiser):
    """The gradients add up to a velocity, of which `momentum` is left after a step."""

    memories = ("velocity",)

    def __init__(self, rate: float, momentum: float = 0.9) -> None:
        super().__init__(rate)
        self.momentum = momentum
        self.velocity: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · velocity."""
        if self.velocity is None:
            self.velocity = gradients.copy()
        else:
            self.velocity *= self.momentum
            self.velocity += gradients
        return -self.rate * self.velocity


class RMSprop(Optimiser):
    """Each gradient is divided by its usual size, the root of the running mean of its square."""

    memories = ("square",)

    def __init__(self, rate: float, smoothing: float = 0.99, epsilon: float = 1e-8) -> None:
        super().__init__(rate)
        self.smoothing, self.epsilon = smoothing, epsilon
        self.square: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · gradient / usual size."""
        self.square = _mean(self.square, gradients * gradients, self.smoothing)
        size = np.sqrt(self.square)
        size += self.epsilon
        return -self.rate * gradients / size


class Adam(Optimiser):
    """The running mean of the gradient over the root of that of its square, both made right for their beginning."""

    memories = ("gradient", "square")

    def __init__(self, rate: float, betas: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8) -> None:
        super().__init__(rate)
        self.betas, self.epsilon = betas, epsilon
        self.gradient: Array | None = None
        self.square: Array | None = None

    def __call__(self, step: int, gradients: Array) -> Array:
        """Return −rate · mean / root of the mean square."""
        first, second = self.betas
        self.gradient = _mean(self.gradient, gradients, first)
        self.square = _mean(self.square, gradients * gradients, second)
        size = np.sqrt(self.square)
        size /= (1 - second ** (step + 1)) ** 0.5
        size += self.epsilon
        return -self.rate / (1 - first ** (step + 1)) * self.gradient / size


def _mean(before: Array | None, new: Array, left: float) -> Array:
    """Return left · before + (1 − left) · new, in the memory of `before`, which is zero at first."""
    added = (1 - left) * new
    if before is None:
        return added
    before *= left
    before += added
    return before
