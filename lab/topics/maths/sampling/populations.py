"""Populations that samples are drawn from, with their true mean and variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


@dataclass(frozen=True)
class Population:
    """A distribution: `draw(generator, shape)` gives independent float64 numbers. `whole`: they are whole numbers."""

    mean: float
    variance: float
    draw: Draw
    whole: bool = False

    @property
    def deviation(self) -> float:
        """The true standard deviation."""
        return float(np.sqrt(self.variance))


POPULATIONS = {
    "normal": Population(0.0, 1.0, lambda generator, shape: generator.standard_normal(shape)),
    "uniform": Population(1 / 2, 1 / 12, lambda generator, shape: generator.random(shape)),
    "exponential": Population(1.0, 1.0, lambda generator, shape: generator.standard_exponential(shape)),
    "coin": Population(1 / 2, 1 / 4, lambda generator, shape: generator.integers(0, 2, shape).astype(np.float64), True),
    "dice": Population(
        7 / 2, 35 / 12, lambda generator, shape: generator.integers(1, 7, shape).astype(np.float64), True
    ),
}
