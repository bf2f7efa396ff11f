"""A stack of linear layers, with or without a non-linearity between them, and what it can be multiplied out to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from lab.core.events import Array
from lab.nets.registry.activations import ACTIVATIONS

Linear = tuple[Array, Array]
"""A layer as torch has it: weight (units, units before), bias (units,)."""


@dataclass(frozen=True, eq=False)
class Stack:
    """`layers` one after the other, with `activation` after those whose places are in `bends`."""

    layers: tuple[Linear, ...]
    activation: str
    bends: frozenset[int]

    def outputs(self, inputs: Array, kind: type[np.floating] = np.float64) -> Array:
        """Return the outputs (N, K) of inputs (N, F), layer after layer, in one kind of number."""
        return self.sums(inputs, kind)[-1][1]

    def sums(self, inputs: Array, kind: type[np.floating] = np.float64) -> list[tuple[Array, Array]]:
        """Return the sums and the outputs (N, U) of each layer."""
        values = inputs.astype(kind)
        found = []
        for place, (weight, bias) in enumerate(self.layers):
            sums = values @ weight.astype(kind).T + bias.astype(kind)
            values = ACTIVATIONS[self.activation].value(sums).astype(kind) if place in self.bends else sums
            found.append((sums, values))
        return found

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the places of layers between which nothing stands: each group is one layer."""
        found: list[list[int]] = [[]]
        for place in range(len(self.layers)):
            found[-1].append(place)
            if place in self.bends and place < len(self.layers) - 1:
                found.append([])
        return tuple(map(tuple, found))

    def product(self, places: tuple[int, ...], kind: type[np.floating] = np.float64) -> Linear:
        """Return the one layer that the layers at these places are, multiplied out."""
        chosen = [(self.layers[place][0].astype(kind), self.layers[place][1].astype(kind)) for place in places]
        return reduce(lambda one, two: (two[0] @ one[0], two[0] @ one[1] + two[1]), chosen)

    @property
    def one(self) -> Linear:
        """The one layer that all layers are without their non-linearities."""
        return self.product(tuple(range(len(self.layers))))

    def outputs_of_one(self, inputs: Array, kind: type[np.floating] = np.float64) -> Array:
        """Return the outputs (N, K) of the one layer."""
        weight, bias = self.product(tuple(range(len(self.layers))), kind)
        return np.asarray(inputs.astype(kind) @ weight.T + bias)

    def rounding(self, inputs: Array, kind: type[np.floating] = np.float64) -> Array:
        """Return how far (N, K) rounding alone can drive stack and one layer apart at most.

        Each of the two is off by at most γ times the same arithmetic with absolute values, where γ = nu / (1 − nu), u
        is half the spacing of numbers at 1, and n counts the operations one after the other on the longest way
        (Higham, "Accuracy and Stability of Numerical Algorithms", section 3).
        """
        sizes = np.abs(inputs)
        for weight, bias in self.layers:
            sizes = sizes @ np.abs(weight).T + np.abs(bias)
        # Of each layer: a product, the additions of a row, that of the bias, and what makes it a number of its kind.
        steps = sum(weight.shape[1] + 3 for weight, _ in self.layers) + 1
        unit = steps * float(np.finfo(kind).eps) / 2
        return np.asarray(2 * unit / (1 - unit) * sizes)


def drawn(widths: tuple[int, ...], activation: str, after: int, seed: int) -> Stack:
    """Draw a stack whose numbers have two decimals, so that they can be followed on paper.

    Weights are normal with deviation 1.4/√(units before), biases with 0.7. `after` counts layers from 1; 0 is after
    each but the last.
    """
    generator = np.random.default_rng(seed)
    layers = []
    for before, units in pairwise(widths):
        weight = (1.4 / before**0.5 * generator.standard_normal((units, before))).round(2)
        layers.append((weight + 0.0, (0.7 * generator.standard_normal(units)).round(2) + 0.0))
    bends = range(len(layers) - 1) if after == 0 else range(after - 1, after)
    return Stack(tuple(layers), activation, frozenset(bends) if activation != "identity" else frozenset())


def probes(inputs: int, seed: int, count: int = 5) -> Array:
    """Return inputs (count, inputs) at which both are compared, with two decimals."""
    generator = np.random.default_rng((seed, 1))
    return np.asarray((1.5 * generator.standard_normal((count, inputs))).round(2) + 0.0)
