"""Nodes, weights and biases of two networks: drawn, counted, and over all divisions of the hidden units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Table, Words
from lab.core.text import Message, message
from lab.core.units import Units
from lab.nets.dense.network import Network
from lab.nets.dense.plan import Plan, dense

_DEEPEST = 12
_LETTERS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Counts:
    """What there is to count in a network of `widths`: inputs, hidden units, outputs."""

    widths: tuple[int, ...]

    @property
    def plan(self) -> Plan:
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

    def metrics(self) -> dict[str, float]:
        """Return the numbers by their names."""
        names = ("nodes", "weights", "biases", "parameters")
        return {name: float(getattr(self, name)) for name in names}


def layer_name(place: int, layers: int) -> Message:
    """Return what a layer is called, counted from 1."""
    return message("output") if place == layers else message("hidden {number}", number=place)


def drawing(name: str, counts: Counts, seed: int) -> Units:
    """Return the network with its first weights, as torch would draw them."""
    network = Network.drawn(counts.plan, np.random.default_rng(seed))
    labels: list[tuple[Words, ...]] = []
    for place, units in enumerate(counts.widths):
        letter = "x" if not place else "y" if place == len(counts.widths) - 1 else "h"
        labels.append(tuple(f"{letter}{str(unit + 1).translate(_LETTERS)}" for unit in range(units)))
    layers = len(counts.widths) - 1
    functions: tuple[Words, ...] = (message("inputs"), *("ReLU" for _ in range(layers - 1)), "")
    nothing: tuple[Array | None, ...] = (None,) * len(counts.widths)
    return Units(name, tuple(labels), tuple(network.weights), tuple(network.biases), nothing, functions)


def compared(wide: Counts, deep: Counts) -> Table:
    """Return both networks side by side, each number with its arithmetic."""
    both = (wide, deep)
    rows: list[tuple[Cell, ...]] = [
        (Cell(message("nodes")), *(Cell(c.nodes, _sum(c.widths)) for c in both)),
        (Cell(message("weights")), *(Cell(c.weights, _products(c)) for c in both)),
        (Cell(message("biases")), *(Cell(c.biases, _sum(c.widths[1:])) for c in both)),
        (
            Cell(message("parameters"), mark="strong"),
            *(Cell(c.parameters, f"{c.weights} + {c.biases} = {c.parameters}", "strong") for c in both),
        ),
        (
            Cell(message("multiplications for one input"), message("One for each weight.")),
            *(Cell(c.weights, _products(c)) for c in both),
        ),
        (
            Cell(message("hidden layers")),
            *(Cell(len(c.widths) - 2, message("All but the inputs and the outputs.")) for c in both),
        ),
        (
            Cell(message("ways from an input to an output"), message("The product of the hidden widths.")),
            *(Cell(_ways(c), _times(c.widths[1:-1])) for c in both),
        ),
    ]
    columns = (
        message("quantity"),
        message("wide, {shape}", shape=wide.shape),
        message("deep, {shape}", shape=deep.shape),
    )
    return Table("numbers", columns, tuple(rows), _verdict(wide, deep))


def _verdict(wide: Counts, deep: Counts) -> Words:
    if wide.nodes != deep.nodes:
        return message(
            "The networks have {wide} and {deep} nodes: what differs is not the shape alone.",
            wide=wide.nodes,
            deep=deep.nodes,
        )
    if wide.parameters == deep.parameters:
        return message("Equal nodes, and here equal parameters too.")
    return message(
        "Equal nodes, {nodes} each, but {wide} and {deep} parameters.",
        nodes=wide.nodes,
        wide=wide.parameters,
        deep=deep.parameters,
    )


def by_layer(wide: Counts, deep: Counts) -> Table:
    """Return weights, biases and parameters of each layer."""
    rows: list[tuple[Cell, ...]] = []
    for name, counts in ((message("wide"), wide), (message("deep"), deep)):
        layers = len(counts.pairs)
        for place, (before, units) in enumerate(counts.pairs, 1):
            rows.append(
                (
                    Cell(name),
                    Cell(layer_name(place, layers)),
                    Cell(f"nn.Linear({before}, {units})"),
                    Cell(before * units, f"{before}·{units} = {before * units}"),
                    Cell(units, message("one for each of its {units} units", units=units)),
                    Cell(before * units + units, f"{before}·{units} + {units} = {before * units + units}"),
                )
            )
        total = (Cell(counts.weights, _products(counts)), Cell(counts.biases, _sum(counts.widths[1:])))
        last = Cell(counts.parameters, f"{counts.weights} + {counts.biases} = {counts.parameters}", "strong")
        rows.append((Cell(name), Cell(message("all"), mark="strong"), Cell(None), *total, last))
    columns = (message("network"), message("layer"), "torch", message("weights"), message("biases"),
               message("parameters"))  # fmt: skip
    return Table("layers", columns, tuple(rows))


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


def _ways(counts: Counts) -> int:
    found = 1
    for units in counts.widths[1:-1]:
        found *= units
    return found


def _sum(numbers: tuple[int, ...]) -> str:
    return f"{' + '.join(map(str, numbers))} = {sum(numbers)}" if len(numbers) > 1 else str(numbers[0])


def _times(numbers: tuple[int, ...]) -> str:
    return "·".join(map(str, numbers)) or "1"


def _products(counts: Counts) -> str:
    return f"{' + '.join(f'{a}·{b}' for a, b in counts.pairs)} = {counts.weights}"
