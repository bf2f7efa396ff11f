"""Eight activations in one network on the wine data, their dead units, and the labels of a notebook that stay 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.params import Params, choice, flag
from lab.core.quantities import Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer
from lab.nets.registry.activations import ACTIVATIONS
from lab.sweeps.wine_network import (
    HIDDEN,
    WineNetwork,
    WineParams,
    parts,
    plan,
    spec,
    standardised,
    usual_loss,
)
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

CHOSEN = ("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid")
FLAT = 0.05
"""The slope below which a unit hardly passes anything back."""
EDGES = np.linspace(-6.0, 6.0, 61)


@dataclass(frozen=True, kw_only=True)
class WineActivationsParams(WineParams):
    """The course's values are the defaults."""

    activation: str = choice(
        "relu", {name: ACTIVATIONS[name].label for name in CHOSEN}, label="Activation", group="Network",
        help="The non-linearity after each of the three hidden layers.",
    )  # fmt: skip
    chained: bool = flag(
        False, label="Labels by chained assignment", group="Data",
        help="What data['good'][data['quality'] > 5] = 1 leaves behind under pandas 3: every label stays 0.",
    )  # fmt: skip


class WineActivations(WineNetwork[WineActivationsParams]):
    """16–32–32 hidden units with an activation of one's choice."""

    id: ClassVar[str] = "metaparameters.activations"
    title: ClassVar[str] = "Activations compared"
    params: ClassVar[type[Params]] = WineActivationsParams
    compared: ClassVar[str] = "activation"
    extra: ClassVar[Mapping[str, Message]] = {"dead_units": message("dead"), "flat_units": message("flat")}

    def recipe(self, params: WineActivationsParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on the wine data."""
        found = parts(params, data)
        network = plan(found, [Layer(units, params.activation) for units in HIDDEN])
        learned, tested = found.labels
        labels = (learned * 0, tested * 0) if params.chained else (learned, tested)
        return spec(params, network, usual_loss(found), standardised(found), labels)

    def label_lines(self, params: WineActivationsParams) -> tuple[str, ...]:
        """Return the line that leaves every label 0, where that is chosen."""
        return ("y[:] = 0  # what chained assignment leaves behind under pandas 3",) if params.chained else ()

    def metrics(self, params: WineActivationsParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy, and how many hidden units pass nothing back, or hardly anything."""
        found = super().metrics(params, recipe, network)
        dead, flat = unused(network, recipe.inputs)
        return {**found, "dead_units": float(sum(dead)), "flat_units": float(sum(flat))}

    def figures(self, params: WineActivationsParams, learner: Learner) -> Iterator[Event]:
        """Yield where the sums lie, and the layers."""
        yield lazily(Chart, "sums", _chart, params.activation, learner)
        yield lazily(Table, "layers", _layers, learner)

    def about(self, params: WineActivationsParams, learner: Learner) -> tuple[Quantity, ...]:
        """Return how many units are dead or flat, and how many labels there are of the second class."""
        dead, flat = unused(learner.network, learner.recipe.inputs)
        units, targets = sum(HIDDEN), learner.recipe.labels(learner.recipe.targets)
        none = message("Every label is 0: to say 0 always is right of 100 %, and nothing was learned.")
        return (
            Quantity(message("dead units"), sum(dead), _dead_why(units)),
            Quantity(message("flat units"), sum(flat), _flat_why()),
            Quantity(
                message("labels that are not 0"), int((targets > 0).sum()),
                none if params.chained else message("of {count}", count=len(targets)),
                mark="bad" if params.chained else "",
            ),
        )  # fmt: skip


def sums_of(network: Network, inputs: Array) -> list[Array]:
    """Return the sums (N, U) of each hidden layer."""
    before = [inputs, *network.trace(inputs)[:-2]]
    return [x @ weight + bias for x, weight, bias in zip(before, network.weights, network.biases, strict=False)]


def unused(network: Network, inputs: Array) -> tuple[list[int], list[int]]:
    """Return of each hidden layer how many units have slope 0 for all inputs, and how many less than FLAT."""
    largest = [
        np.abs(ACTIVATIONS[layer.activation].slope(sums)).max(0)
        for layer, sums in zip(network.plan.layers, sums_of(network, inputs), strict=False)
    ]
    return [int((slopes == 0).sum()) for slopes in largest], [int((slopes < FLAT).sum()) for slopes in largest]


def _dead_why(units: int) -> Message:
    return message(
        "of {units}: their slope is exactly 0 for every row, so their weights never change again", units=units
    )


def _flat_why() -> Message:
    return message("the slope is below {flat} for every row, the dead ones included", flat=FLAT)


def _chart(name: str, learner: Learner) -> Chart:
    """Return how the sums of each layer are spread, over the slope that they meet."""
    middles = (EDGES[:-1] + EDGES[1:]) / 2
    lines = [Line(message("slope a′(z)"), middles, ACTIVATIONS[name].slope(middles), "dashes", -1)]
    for place, sums in enumerate(sums_of(learner.network, learner.recipe.inputs)):
        counts = np.histogram(np.clip(sums, EDGES[0], EDGES[-1]), EDGES)[0]
        lines.append(Line(message("layer {number}", number=place + 1), middles, counts / counts.max(), "line", place))
    return Chart(
        "sums", tuple(lines), Axis(message("sum z of a unit")), Axis(message("how often, of the most"), high=1.15),
        (Mark("x", 0.0),),
    )  # fmt: skip


def _layers(learner: Learner) -> Table:
    """Return what becomes of the units of each layer."""
    network, inputs = learner.network, learner.recipe.inputs
    dead, flat = unused(network, inputs)
    rows = []
    for place, (sums, outputs) in enumerate(zip(sums_of(network, inputs), network.trace(inputs), strict=False)):
        slopes = ACTIVATIONS[network.plan.layers[place].activation].slope(sums)
        rows.append(
            (
                Cell(place + 1),
                Cell(HIDDEN[place]),
                Cell(dead[place], _dead_why(HIDDEN[place]), "bad" if dead[place] else ""),
                Cell(flat[place], _flat_why(), "bad" if flat[place] else ""),
                Cell(float((sums < 0).mean()), message("of all rows and units"), share=True),
                Cell(round(float(slopes.mean()), 4), message("what is left of a gradient on average")),
                Cell(round(float(np.abs(outputs).max()), 3), message("the largest |a|")),
            )
        )
    columns = (
        message("layer"), message("units"), message("dead"), message("flat"), "z < 0", message("slope"),
        "max |a|",
    )  # fmt: skip
    return Table("layers", columns, tuple(rows), message("On the rows that are learned from."))


EXPERIMENT = WineActivations
