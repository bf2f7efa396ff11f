"""The examples on which the course tries regularisers: two rings in the plane, and Iris."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Field, Line, Overlay, Words
from lab.core.params import choice
from lab.core.streams import streams
from lab.core.text import message
from lab.data.classical import load_table
from lab.data.clusters import doughnut
from lab.data.planar import split
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer, MLPSpec
from lab.training.dense.boundary import answer, plane, points, ranges, wrong
from lab.training.dense.spec import TrainingSpec

EACH = 200
"""Points of each ring."""
PETALS = (2, 3)
"""The measurements of a flower that span the plane in which it is shown."""
NAMES = message("petal length"), message("petal width")


def data_field(default: str) -> Any:
    """Declare which examples are learned from."""
    return choice(
        default, {"doughnut": "Doughnut", "iris": "Iris flowers"}, label="Examples", group="Data",
        help="Two rings of 200 points each, one in the other; or 150 flowers of three kinds, four measurements each.",
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs (N, F), labels (N,), the names of the classes, and which examples are learned from (N,)."""

    name: str
    inputs: Array
    labels: Array
    classes: tuple[Words, ...]
    train: Array

    @property
    def positions(self) -> Array:
        """Where they lie (N, 2) in the plane in which they are shown."""
        return self.inputs if self.name == "doughnut" else self.inputs[:, PETALS]

    def features(self, positions: Array) -> Array:
        """Return inputs for positions (M, 2); the other measurements of a flower are as they are in the mean."""
        if self.name == "doughnut":
            return positions
        found = np.tile(self.inputs.mean(0), (len(positions), 1))
        found[:, PETALS] = positions
        return found

    def recipe(
        self, plan: Callable[[int, int], MLPSpec], learning_rate: float, epochs: int, seed: int, **more: Any
    ) -> TrainingSpec:
        """Return the training of a plan, made of the numbers of inputs and of outputs."""
        two = len(self.classes) == 2
        targets = self.labels[:, None].astype(float) if two else self.labels
        return TrainingSpec(
            plan(self.inputs.shape[1], 1 if two else len(self.classes)),
            "bce_logits" if two else "cross_entropy",
            self.inputs[self.train], targets[self.train], learning_rate, epochs, seed,
            self.inputs[~self.train], targets[~self.train], **more,
        )  # fmt: skip


def examples(name: str, seed: int, share: float = 0.8) -> Examples:
    """Return the examples of a name, drawn and divided by a seed, so that a share of each class is learned from."""
    generator = streams(seed).data
    if name == "doughnut":
        inputs, labels = doughnut(EACH, generator)
        classes: tuple[Words, ...] = (message("inner ring"), message("outer ring"))
    else:
        table = load_table("iris")
        inputs, labels, classes = table.features, table.target, table.classes
    return Examples(name, inputs, labels, classes, split(labels, share, generator))


def dropping(hidden: tuple[int, ...], dropout: float) -> Callable[[int, int], MLPSpec]:
    """Return what makes a plan of ReLU layers, behind each of which a share of outputs is dropped in training."""
    layers = tuple(Layer(units, "relu", dropout=dropout) for units in hidden)
    return lambda inputs, outputs: MLPSpec(inputs, (*layers, Layer(outputs, "identity")))


def shown(found: Examples, recipe: TrainingSpec, network: Network, name: str = "plane") -> Iterator[Event]:
    """Yield what a network says of every point of the plane, and over it all examples, with rings around mistakes."""
    view = ranges(found.positions)

    def field() -> Field:
        outputs = network.outputs(found.features(plane(*view)))
        made = answer(recipe, outputs, found.classes, name, view)
        if found.name == "doughnut":
            return made
        x, y = (Axis(words, "cm", low=low, high=high) for words, (low, high) in zip(NAMES, view, strict=True))
        return replace(made, x=x, y=y)

    def overlay() -> Overlay:
        marked = found.positions[wrong(recipe, network, found.inputs, found.labels)]
        rings = Line(message("taken for another class"), marked[:, 0], marked[:, 1], "rings", -1)
        return Overlay(name, (*points(found.positions, found.labels, found.classes), rings))

    yield lazily(Field, name, field)
    yield lazily(Overlay, name, overlay)
