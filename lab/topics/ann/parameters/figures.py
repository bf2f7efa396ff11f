"""Two networks: what there is to count, drawn, and over all divisions of the hidden units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lab.core.figures import Axis, Chart, Line, Words
from lab.core.text import message
from lab.core.units import Units
from lab.nets.dense.network import Network
from lab.nets.dense.spec import MLPSpec, dense
from lab.nets.dense.units import units_of

_DEEPEST = 12
_LETTERS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Counts:
    """What there is to count in a network of `widths`: inputs, hidden units, outputs."""

    widths: tuple[int, ...]

    @property
    def plan(self) -> MLPSpec:
        """The network with a ReLU after each hidden layer."""
        return dense(self.widths[0], self.widths[1:-1], self.widths[-1])

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return (units before, units) of each layer."""
        return list(pairwise(self.widths))

    @property
    def nodes(self) -> int:
        """Return the number of nodes, inputs included."""
        return sum(self.widths)

    @property
    def weights(self) -> int:
        """Return the number of weights: one a connection."""
        return sum(before * units for before, units in self.pairs)

    @property
    def biases(self) -> int:
        """Return the number of biases: one a node that is no input."""
        return sum(self.widths[1:])

    @property
    def parameters(self) -> int:
        """Return the number of all that is learned."""
        return self.weights + self.biases

    @property
    def shape(self) -> str:
        """Return the widths as they are said."""
        return "→".join(map(str, self.widths))


def drawing(name: str, counts: Counts, seed: int) -> Units:
    """Return the network with its first weights, as torch would draw them."""
    network = Network.drawn(counts.plan, np.random.default_rng(seed))
    inputs, outputs = (
        [f"{letter}{str(unit).translate(_LETTERS)}" for unit in range(1, many + 1)]
        for letter, many in (("x", counts.widths[0]), ("y", counts.widths[-1]))
    )
    return units_of(name, network, inputs, outputs)


def divided(wide: Counts, deep: Counts) -> Chart:
    """Return the parameters when the hidden units of the wide network are divided evenly among more layers."""
    hidden = sum(wide.widths[1:-1])
    depths = np.arange(1, min(hidden, _DEEPEST) + 1)
    found = [_evenly(wide, hidden, depth).parameters for depth in depths.tolist()]
    lines = [Line(_even_words(hidden), depths.astype(float), np.array(found, float), "line + points", 0)]
    for name, colour, counts in ((message("wide"), 1, wide), (message("deep"), 2, deep)):
        place = np.array([float(len(counts.widths) - 2)]), np.array([float(counts.parameters)])
        lines.append(Line(name, *place, "points", colour))
    return Chart("divided", tuple(lines), Axis(message("hidden layers"), low=0.0), Axis(message("parameters"), low=0.0))


def _even_words(hidden: int) -> Words:
    return message("{hidden} hidden nodes, divided evenly", hidden=hidden)


def _evenly(counts: Counts, hidden: int, depth: int) -> Counts:
    """Return a network with `hidden` units in `depth` layers, of which the first ones have what is left over."""
    each, left = divmod(hidden, depth)
    return Counts((counts.widths[0], *(each + (place < left) for place in range(depth)), counts.widths[-1]))
