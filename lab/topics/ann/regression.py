"""A line through thirty points by the smallest network, and what its ReLU does to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.metaparameters import DescentParams, epochs_field, rate_field, seed_field
from lab.core.params import Params, integer, real
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.store import DataStore
from lab.maths.statistics import FLAT, correlation
from lab.nets.dense.network import Network
from lab.nets.dense.params import activation_field
from lab.nets.dense.spec import dense
from lab.nets.registry import losses
from lab.topics.ann.regression_comparison import compare, why_dead
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec, by_descent

PLACES = 200


def points_field(default: int = 30) -> Any:
    """Declare how many points there are."""
    return integer(
        default, 3, 5000, scale="log", label="Points", help="How many examples there are; x is standard normal.",
        group="Data",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LineParams(DescentParams):
    """Points about a line, and what is trained on them."""

    points: int = points_field()
    noise: float = real(
        0.5, 0.0, 5.0, slider=True, label="Noise", help="The standard deviation by which y is off the line.",
        group="Data",
    )  # fmt: skip
    activation: str = activation_field()
    learning_rate: float = rate_field(0.05)
    epochs: int = epochs_field(500)


@dataclass(frozen=True, kw_only=True)
class RegressionParams(LineParams):
    """The course's values are the defaults."""

    seed: int = seed_field(2)
    slope: float = real(
        1.0, -10.0, 10.0, slider=True, label="Slope", help="The slope of the line on which the points lie.",
        group="Data",
    )  # fmt: skip


class Regression(DenseExperiment[RegressionParams]):
    """Linear(1, 1), an activation, Linear(1, 1), and mean squared error."""

    id: ClassVar[str] = "ann.regression"
    title: ClassVar[str] = "Regression"
    params: ClassVar[type[Params]] = RegressionParams

    def recipe(self, params: RegressionParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on y = slope · x + noise."""
        random = streams(params.seed).data
        x = random.standard_normal((params.points, 1))
        y = params.slope * x + params.noise * random.standard_normal(x.shape)
        return by_descent(params, dense(1, (1,), 1, params.activation), "mse", x, y)

    def figures(self, params: RegressionParams, learner: Learner) -> Iterator[Event]:
        """Yield the points with the prediction, and the residuals."""
        yield lazily(Chart, "fit", _fit, learner, params.slope)
        yield lazily(Chart, "residuals", _residuals, learner)

    def numbers(self, params: RegressionParams, learner: Learner) -> Numbers:
        """Return the weights and biases, what they make of a line, and how good it is."""
        (w1, w2), (b1, b2) = (
            [float(array.item()) for array in arrays] for arrays in (learner.network.weights, learner.network.biases)
        )
        recipe = learner.recipe
        found = self.metrics(params, recipe, learner.network)
        best, kink, r = _least_squares(recipe.inputs[:, 0], recipe.targets[:, 0]), bend(learner), found["correlation"]
        dead = message("The hidden unit is dead: it gives the same for every x, and its gradient is zero.")
        quantities = (
            Quantity("w₁", w1, message("weight into the hidden unit")),
            Quantity("b₁", b1, message("its bias")),
            Quantity("w₂", w2, message("weight from the hidden unit to the output")),
            Quantity("b₂", b2, message("bias of the output")),
            Quantity(message("slope where the unit is open"), w1 * w2, f"w₁ · w₂ = {w1:.6g} · {w2:.6g}"),
            Quantity(
                message("kink at x ="), "–" if kink is None or math.isinf(kink) else kink,
                message("−b₁ / w₁: where the sum of the hidden unit is 0"),
            ),
            Quantity(message("loss of the best line"), best, message("least squares, in closed form")),
            Quantity(
                message("correlation of y and ŷ"), "–" if math.isnan(r) else r,
                message("Pearson's r; a flat prediction has none"), "correlation",
            ),
        )  # fmt: skip
        return Numbers((*of_training(learner), *quantities), note=dead if found["dead"] else "")

    def ends(self, params: RegressionParams, learner: Learner) -> Iterator[Event]:
        """Train again with other activations from the same first weights; say why a network is dead."""
        yield from compare(learner.recipe)
        yield from why_dead(learner)

    def metrics(self, params: RegressionParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return "loss", "correlation" of y with its prediction (NaN where one is flat), and "dead" (0 or 1).

        Dead is a network whose hidden unit gives the same for every example: nothing flows back any more.
        """
        hidden, predicted = (outputs[:, 0] for outputs in network.trace(recipe.inputs))
        found = {"correlation": correlation(predicted, recipe.targets[:, 0]), "dead": float(np.ptp(hidden) < FLAT)}
        return {**judged(recipe, network), **found}


def _fit(learner: Learner, slope: float) -> Chart:
    """Return the points, the true line, the prediction, and each residual as a stroke between the two."""
    x, y = learner.recipe.inputs[:, 0], learner.recipe.targets[:, 0]
    across = np.linspace(x.min(), x.max(), PLACES)
    predicted, gaps = learner.network.outputs(x[:, None])[:, 0], np.full(len(x), np.nan)
    down, up = (np.stack(ends, 1).ravel() for ends in ((x, x, gaps), (y, predicted, gaps)))
    lines = (
        Line(message("residuals"), down, up, "thin", -1),
        Line(message("true line"), across[[0, -1]], slope * across[[0, -1]], "dashes", 1),
        Line(message("points"), x, y, "points", 0),
        Line(message("prediction"), across, learner.network.outputs(across[:, None])[:, 0], "line", 2),
    )
    kink = bend(learner)
    marks = (Mark("x", kink, message("kink")),) if kink is not None and x.min() < kink < x.max() else ()
    return Chart("fit", lines, Axis("x"), Axis("y"), marks)


def _residuals(learner: Learner) -> Chart:
    """Return y − ŷ of each point over ŷ."""
    predicted = learner.network.outputs(learner.recipe.inputs)[:, 0]
    line = Line(message("residuals"), predicted, learner.recipe.targets[:, 0] - predicted, "points", 0)
    return Chart(
        "residuals", (line,), Axis(message("prediction ŷ")), Axis(message("residual y − ŷ")), (Mark("y", 0.0),)
    )


def bend(learner: Learner) -> float | None:
    """Return the x at which the sum of the hidden unit is zero, of an activation that has a kink there."""
    if learner.recipe.plan.layers[0].activation not in ("relu", "leaky_relu", "relu6"):
        return None
    weight, bias = float(learner.network.weights[0][0, 0]), float(learner.network.biases[0][0])
    return -bias / weight if weight else None


def _least_squares(x: Array, y: Array) -> float:
    centred = x - x.mean()
    slope = float((centred * y).sum() / (centred**2).sum())
    return losses.value("mse", slope * centred + y.mean(), y)


EXPERIMENT = Regression
