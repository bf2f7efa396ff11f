"""Inputs scaled in several ways, and what happens to test rows that are scaled by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.params import ParamError, Params, choice, reals
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer
from lab.sweeps.wine_network import (
    CUT,
    HIDDEN,
    Parts,
    WineNetwork,
    WineParams,
    parts,
    plan,
    spec,
    usual_loss,
)
from lab.topics.metaparameters.normalisation_numbers import LINES, Scaler, numbers
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

WAYS = {
    "z_score": "z-score",
    "unit": "0 to 1",
    "symmetric": "−1 to 1",
    "none": "As measured",
    "all": "z-score of all",
    "apart": "z-score apart",
}


@dataclass(frozen=True, kw_only=True)
class NormalisationParams(WineParams):
    """The course's values are the defaults, but for the scaling, which is the honest one."""

    scaling: str = choice(
        "z_score", WAYS, label="Scaling", group="Data",
        help="By the training rows; “of all”: by all rows, before the split, as in the course; “apart”: train and test "
        "each by itself, which is wrong.",
    )  # fmt: skip
    learned: tuple[float, ...] = reals(
        (1.0, 2.0, 4.0, 9.0), -1e4, 1e4, length=(2, 8), label="Training column", group="One column",
        help="A few numbers of one column that are learned from.",
    )  # fmt: skip
    tested: tuple[float, ...] = reals(
        (9.0, 12.0), -1e4, 1e4, length=(2, 4), label="Test values", group="One column",
        help="Numbers of the same column in test rows.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse columns that cannot be scaled."""
        for name, column in (("learned", self.learned), ("tested", self.tested)):
            if len(set(column)) == 1:
                raise ParamError(
                    name, "{field}: all numbers are {value}; two different ones are needed", value=column[0]
                )


class Normalisation(WineNetwork[NormalisationParams]):
    """16–32–32 hidden units on inputs of a scaling of one's choice."""

    id: ClassVar[str] = "metaparameters.normalisation"
    title: ClassVar[str] = "Scaling of inputs"
    params: ClassVar[type[Params]] = NormalisationParams
    compared: ClassVar[str] = "scaling"
    extra: ClassVar[Mapping[str, Message]] = {
        "own_accuracy": message("by test"),
        "class_accuracy": message("one class"),
    }

    def recipe(self, params: NormalisationParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on scaled rows."""
        found = parts(params, data)
        x = found.table.features
        learned, tested = x[found.learned], x[found.tested]
        match params.scaling:
            case "all":
                scalers = (Scaler.of("z_score", x),) * 2
            case "apart":
                scalers = Scaler.of("z_score", learned), Scaler.of("z_score", tested)
            case way:
                scalers = (Scaler.of(way, learned),) * 2
        inputs = scalers[0](learned), scalers[1](tested)
        return spec(params, plan(found, [Layer(units) for units in HIDDEN]), usual_loss(found), inputs, found.labels)

    def scaling_lines(self, params: NormalisationParams) -> tuple[str, ...]:
        """Return the lines of the program that scale `x`."""
        match params.scaling:
            case "all":
                return ("x = (x - x.mean(0)) / x.std(0)", *CUT)
            case "apart":
                parts_of = "(torch.tensor((x[part] - x[part].mean(0)) / x[part].std(0)) for part in (learned, tested))"
                return (f"inputs, test_inputs = {parts_of}",)
            case way:
                return (*LINES[way], *CUT)

    def metrics(self, params: NormalisationParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy, and the test accuracy of rows that are scaled by themselves."""
        found = super().metrics(params, recipe, network)
        return {
            **found,
            "own_accuracy": by_itself(params, recipe, network),
            "class_accuracy": alone(params, recipe, network),
        }

    def figures(self, params: NormalisationParams, learner: Learner) -> Iterator[Event]:
        """Yield the columns as they come to the network."""
        if not learner.epoch:
            yield lazily(Chart, "columns", _chart, learner.recipe)
            yield lazily(Table, "columns", _columns, parts(params, self._data), learner.recipe)
        yield from super().figures(params, learner)

    def by_hand(self, params: NormalisationParams) -> Sequence[Numbers]:
        """Return the numbers of one column."""
        return [numbers(params.learned, params.tested)]

    def about(self, params: NormalisationParams, learner: Learner) -> tuple[Quantity, ...]:
        """Return the accuracies on rows that are scaled by themselves, and how far inputs go."""
        recipe, network = learner.recipe, learner.network
        assert recipe.test_inputs is not None
        low, high = recipe.inputs.min(0), recipe.inputs.max(0)
        outside = int(((recipe.test_inputs < low) | (recipe.test_inputs > high)).any(1).sum())
        return (
            Quantity(
                message("scaled by the test rows"), by_itself(params, recipe, network),
                message("the same network; the test rows scaled by their own numbers instead"), mark="bad", share=True,
            ),
            Quantity(
                message("one class alone"), alone(params, recipe, network),
                message("test rows of one class at a time, scaled by their own numbers: what set them apart is gone"),
                mark="bad", share=True,
            ),
            Quantity(message("test rows outside"), outside, message("with a number beyond all training rows")),
            Quantity(message("largest input"), float(np.abs(recipe.inputs).max()), message("the largest |x| of all")),
        )  # fmt: skip


def _way(params: NormalisationParams) -> str:
    return "z_score" if params.scaling in ("all", "apart") else params.scaling


def by_itself(params: NormalisationParams, recipe: TrainingSpec, network: Network) -> float:
    """Return the test accuracy where the test rows are scaled by their own numbers.

    A column that was scaled can be scaled again as if it never had been: shifts and factors cancel.
    """
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    rows = Scaler.of(_way(params), recipe.test_inputs)(recipe.test_inputs)
    return float(recipe.right(network.outputs(rows), recipe.test_targets).mean())


def alone(params: NormalisationParams, recipe: TrainingSpec, network: Network) -> float:
    """Return the accuracy on the test rows where those of each class are scaled by their own numbers."""
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    labels = recipe.labels(recipe.test_targets)
    right = 0
    for label in np.unique(labels):
        rows = recipe.test_inputs[labels == label]
        scaled = Scaler.of(_way(params), rows)(rows)
        right += int(recipe.right(network.outputs(scaled), recipe.test_targets[labels == label]).sum())
    return right / len(labels)


def _chart(recipe: TrainingSpec) -> Chart:
    """Return how far each column goes, in training and in the test."""
    assert recipe.test_inputs is not None
    x, t = recipe.inputs, recipe.test_inputs
    columns = np.arange(1.0, x.shape[1] + 1)
    lines = (
        Line(message("training rows: highest and lowest"), columns, x.max(0), "line + points", 0),
        Line("", columns, x.min(0), "line + points", 0),
        Line(message("their mean"), columns, x.mean(0), "dashes", 0),
        Line(message("test rows: highest and lowest"), columns, t.max(0), "rings", 1),
        Line("", columns, t.min(0), "rings", 1),
    )
    return Chart(
        "columns", lines, Axis(message("column")), Axis(message("what comes to the network")), (Mark("y", 0.0),)
    )


def _columns(found: Parts, recipe: TrainingSpec) -> Table:
    """Return each column as measured and as it comes to the network."""
    assert recipe.test_inputs is not None
    x, t = found.table.features[found.learned], recipe.test_inputs

    def short(value: float) -> float:
        # What rounding leaves of a mean that is 0.
        return float(f"{value:.4g}") if abs(value) > 1e-9 else 0.0

    rows = tuple(
        (
            Cell(place + 1),
            Cell(name),
            Cell(short(x[:, place].mean())),
            Cell(short(x[:, place].std())),
            Cell(short(recipe.inputs[:, place].mean()), message("of the training rows, scaled")),
            Cell(short(recipe.inputs[:, place].std()), message("of the training rows, scaled")),
            Cell(short(t[:, place].mean()), message("of the test rows, scaled")),
        )
        for place, name in enumerate(found.table.feature_names)
    )
    columns = (
        message("column"), message("name"), message("mean"), message("deviation"), message("scaled"),
        message("deviation"), message("test mean"),
    )  # fmt: skip
    return Table("columns", columns, rows)


EXPERIMENT = Normalisation
