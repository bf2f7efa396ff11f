"""How the first numbers of a dense network are drawn: in NumPy, and as lines of a program that draw the same."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.nets.registry.initialisations import INITIALISATIONS

Array = NDArray[Any]
SPREADS: Mapping[str, str] = {
    "xavier": "(2 / sum(size)) ** 0.5",
    "kaiming": "(2 / size[0]) ** 0.5",
}
"""The standard deviation of a weight as an expression of its `size` (in, out), by the family of a rule."""


class FirstWeights(ABC):
    """A way to begin."""

    by_place: ClassVar[bool] = False
    """Whether it is another one for each layer."""

    @abstractmethod
    def draw(self, place: int, before: int, units: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Return weights (before, units) and biases (units,) of the layer at a place, from 0."""

    @abstractmethod
    def lines(self) -> Iterator[str]:
        """Yield lines that draw the same: they set the `layer` at a `place`, of `size` (in, out), from `first`."""


@dataclass(frozen=True)
class Ruled(FirstWeights):
    """Weights by a rule of INITIALISATIONS; biases as torch draws them, uniform within ±1/√fan_in."""

    rule: str = "default"

    def draw(self, place: int, before: int, units: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Return weights and biases."""
        bound = before**-0.5
        if self.rule == "default":
            # As a root the bound is exact to the last bit.
            weights = generator.uniform(-bound, bound, (before, units))
        else:
            weights = INITIALISATIONS[self.rule].in_numpy(before, units, generator)
        return weights, generator.uniform(-bound, bound, units)

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        yield "bound = size[0] ** -0.5"
        yield f"layer.weight.copy_(torch.tensor({self.drawing()}.T))"
        yield "layer.bias.copy_(torch.tensor(first.uniform(-bound, bound, size[1])))"

    def drawing(self) -> str:
        """Return the expression that draws weights of `size` from `first`; of the default rule, within ±`bound`."""
        scale, _, family = self.rule.partition("_")
        if not family:
            return "first.uniform(-bound, bound, size)"
        if family == "normal":
            return f"first.normal(0.0, {SPREADS[scale]}, size)"
        return f"first.uniform(-{math.sqrt(3)!r} * {SPREADS[scale]}, {math.sqrt(3)!r} * {SPREADS[scale]}, size)"


@dataclass(frozen=True)
class Spread(FirstWeights):
    """All numbers, biases too, of one standard deviation: normal about 0, or `positive`, uniform from 0 upwards."""

    deviation: float
    positive: bool = False

    def draw(self, place: int, before: int, units: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Return weights and biases."""
        return self._numbers((before, units), generator), self._numbers((units,), generator)

    def _numbers(self, size: tuple[int, ...], generator: np.random.Generator) -> Array:
        if self.positive:
            return generator.uniform(0.0, self.deviation * 12**0.5, size)
        return self.deviation * generator.standard_normal(size)

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        normal, uniform = (
            f"{self.deviation!r} * first.standard_normal",
            f"first.uniform(0.0, {self.deviation!r} * 12 ** 0.5, ",
        )
        drawing = f"{uniform}{{}})" if self.positive else f"{normal}({{}})"
        yield f"layer.weight.copy_(torch.tensor({drawing.format('size')}.T))"
        yield f"layer.bias.copy_(torch.tensor({drawing.format('size[1]')}))"


USUAL = Ruled()
"""As torch.nn.Linear begins."""


@dataclass(frozen=True)
class Filled(FirstWeights):
    """As `USUAL`, but that all weights, or all biases, of a layer are one number where one is given for it."""

    by_place: ClassVar[bool] = True

    weights: tuple[float | None, ...]
    biases: tuple[float | None, ...]

    def draw(self, place: int, before: int, units: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Return weights and biases."""
        weights, biases = USUAL.draw(place, before, units, generator)
        for array, number in ((weights, self.weights[place]), (biases, self.biases[place])):
            if number is not None:
                array[...] = number
        return weights, biases

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        yield from USUAL.lines()
        for name, numbers in (("weight", self.weights), ("bias", self.biases)):
            places = {place: number for place, number in enumerate(numbers) if number is not None}
            if places:
                yield f"if (number := {places!r}.get(place)) is not None:"
                yield f"    layer.{name}.fill_(number)"
