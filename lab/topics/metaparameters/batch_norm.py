"""Batch norm: one batch number by number, and a network without it, or with it before or after the activation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Chart, Line
from lab.core.params import Params, choice, real, text
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.maths.matrices import parse_matrix
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer
from lab.nets.registry.activations import ACTIVATIONS
from lab.sweeps.wine_network import (
    WineNetwork,
    WineParams,
    parts,
    plan,
    spec,
    standardised,
    usual_loss,
)
from lab.topics.metaparameters.batch_norm_numbers import Normed, matrices, numbers
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

UNITS = (16, 32, 20)
"""The course's hidden layers; the first two may be normalised."""
NORMED = 2


@dataclass(frozen=True, kw_only=True)
class BatchNormParams(WineParams):
    """The course's values are the defaults."""

    norm: str = choice(
        "after", {"none": "None", "before": "Before the activation", "after": "After the activation"},
        label="Batch norm", group="Network",
        help="Where it stands in the first two of three hidden layers. The course's code has it after the ReLU.",
    )  # fmt: skip
    batch: str = text(
        "2 0.5; 4 -1; 6 0; 8 2.5", label="Batch", group="One batch",
        help="A small batch to look at: units separated by spaces, rows by semicolons; one row is a batch of 1. "
        "You can also edit the cells themselves.",
    )  # fmt: skip
    momentum: float = real(
        0.1, 0.0, 1.0, slider=True, label="Momentum", group="One batch",
        help="The share of the batch in the kept mean and variance. It has nothing to do with that of an optimiser.",
    )  # fmt: skip
    scale: float = real(
        1.0,
        -5.0,
        5.0,
        label="Scale γ",
        group="One batch",
        help="What the normalised numbers are multiplied by; learned.",
    )
    shift: float = real(0.0, -5.0, 5.0, label="Shift β", group="One batch", help="What is added to them; learned.")

    def check(self) -> None:
        """Refuse what is no batch."""
        self.normed()

    def normed(self) -> Normed:
        """Return the batch and what is made of it. Raises ParamError."""
        return Normed(parse_matrix("batch", self.batch, 8), self.momentum, self.scale, self.shift)


class BatchNorm(WineNetwork[BatchNormParams]):
    """16–32–20 hidden units, of which the first two layers are normalised."""

    id: ClassVar[str] = "metaparameters.batch_norm"
    title: ClassVar[str] = "Batch norm"
    params: ClassVar[type[Params]] = BatchNormParams
    compared: ClassVar[str] = "norm"
    extra: ClassVar[Mapping[str, Message]] = {"loss": message("loss")}

    def recipe(self, params: BatchNormParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on the wine data."""
        found = parts(params, data)
        layers = [
            Layer(
                units,
                "relu",
                batch_norm=place < NORMED and params.norm != "none",
                norm_after=place < NORMED and params.norm == "after",
            )
            for place, units in enumerate(UNITS)
        ]
        return spec(params, plan(found, layers), usual_loss(found), standardised(found), found.labels)

    def metrics(self, params: BatchNormParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy, and the test accuracy of a network that was left in training mode."""
        found = super().metrics(params, recipe, network)
        return {**found, "batch_accuracy": left_in_training(recipe, network)}

    def figures(self, params: BatchNormParams, learner: Learner) -> Iterator[Event]:
        """Yield the small batch, and what the first layer keeps beside what it gets."""
        if not learner.epoch:
            yield matrices(params.normed())
        yield from super().figures(params, learner)
        yield lazily(Chart, "kept", _chart, learner)

    def by_hand(self, params: BatchNormParams) -> Sequence[Numbers]:
        """Return the numbers of the small batch."""
        return [numbers(params.normed())]

    def about(self, params: BatchNormParams, learner: Learner) -> tuple[Quantity, ...]:
        """Return the test accuracy in training mode, and how far what is kept is from what is true."""
        recipe = learner.recipe
        count = 0 if recipe.test_inputs is None else len(recipe.test_inputs)
        left = message("network.eval() forgotten: {count} test rows normalised by their own mean", count=count)
        found = (
            Quantity(
                message("test accuracy in training mode"), left_in_training(recipe, learner.network), left, share=True
            ),
        )
        norm = learner.network.norms[0]
        if norm is None:
            return found
        apart = float(np.abs(norm.mean - before_norm(learner).mean(0)).max())
        return (
            *found,
            Quantity(
                message("kept mean, farthest off"),
                apart,
                message("of the units of layer 1, from the mean of all rows now"),
            ),
        )


def left_in_training(recipe: TrainingSpec, network: Network) -> float:
    """Return the test accuracy where every batch norm takes the mean and variance of the test rows themselves."""
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    # A copy: what is kept must not move.
    outputs = network.copy().forward(recipe.test_inputs, np.random.default_rng(0))[-1].outputs
    return float(recipe.right(outputs, recipe.test_targets).mean())


def before_norm(learner: Learner) -> Array:
    """Return what comes to the batch norm of layer 1, or what would (N, U): its sums, or its activations."""
    network = learner.network
    sums = learner.recipe.inputs @ network.weights[0] + network.biases[0]
    layer = network.plan.layers[0]
    return sums if layer.biasless else ACTIVATIONS[layer.activation].value(sums)


def _chart(learner: Learner) -> Chart:
    """Return mean and deviation of each unit of layer 1 over all rows, beside what its batch norm keeps."""
    values, norm = before_norm(learner), learner.network.norms[0]
    units = np.arange(1.0, values.shape[1] + 1)
    lines = [
        Line(message("mean of all rows"), units, values.mean(0), "rings", 0),
        Line(message("deviation of all rows"), units, values.std(0), "rings", 1),
    ]
    if norm is not None:
        lines += [
            Line(message("kept mean"), units, norm.mean, "points", 0),
            Line(message("root of the kept variance"), units, np.sqrt(norm.variance), "points", 1),
        ]
    what = message("sum z") if learner.network.plan.layers[0].biasless else message("activation a")
    return Chart("kept", tuple(lines), Axis(message("unit of layer 1")), Axis(what))


EXPERIMENT = BatchNorm
