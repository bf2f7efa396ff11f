"""Linear layers one behind the other: their sizes, whole numbers as weights, and what goes through them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from lab.core.events import Array

LARGEST = 2
"""Weights, biases and inputs are whole numbers from −2 to 2, so that products can be followed by eye."""


@dataclass(frozen=True)
class Chain:
    """`widths` are the inputs and the units of each layer; `batch` inputs go through it.

    Layer `wrong` (from 1; 0: none) is made for `in_features` numbers, whatever the layer before it gives.
    """

    widths: tuple[int, ...]
    batch: int
    wrong: int
    in_features: int
    seed: int

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(in_features, out_features) of each layer, as it is made."""
        return tuple(
            (self.in_features if place == self.wrong else before, units)
            for place, (before, units) in enumerate(pairwise(self.widths), 1)
        )

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape of each weight, as torch keeps it: (out, in)."""
        return tuple((units, before) for before, units in self.pairs)

    @property
    def broken(self) -> int:
        """The first layer that cannot take what comes, from 1; 0 where all fit."""
        wide = zip(self.pairs, self.widths, strict=False)
        return next((place for place, ((takes, _units), comes) in enumerate(wide, 1) if takes != comes), 0)

    @property
    def through(self) -> int:
        """How many layers a batch goes through."""
        return self.broken - 1 if self.broken else len(self.pairs)

    @cached_property
    def numbers(self) -> tuple[Array, tuple[tuple[Array, Array], ...]]:
        """The batch (N, inputs), and weight (out, in) and bias (out,) of each layer."""
        draw = np.random.default_rng(self.seed)
        ends = -LARGEST, LARGEST + 1
        batch = draw.integers(*ends, (self.batch, self.widths[0]))
        return batch, tuple((draw.integers(*ends, shape), draw.integers(*ends, shape[0])) for shape in self.shapes)

    @cached_property
    def values(self) -> tuple[Array, ...]:
        """The batch, and what each layer makes of it (N, out), as far as it comes."""
        batch, layers = self.numbers
        found = [batch]
        for weight, bias in layers[: self.through]:
            found.append(found[-1] @ weight.T + bias)
        return tuple(found)
