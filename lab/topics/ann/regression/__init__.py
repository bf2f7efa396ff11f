"""A line through thirty points by the smallest network, and what its ReLU does to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, lazily
from lab.core.figures import Chart, Table
from lab.core.metaparameters import DescentParams, epochs_field, rate_field, seed_field
from lab.core.params import Params, choice, integer, real
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.plan import dense
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.regression.comparison import compare, why_dead
from lab.topics.ann.regression.figures import FLAT, correlation, fit, numbers, residuals
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.recipe import Recipe, streams
from lab.training.dense.training_code import code_of


@dataclass(frozen=True, kw_only=True)
class RegressionParams(DescentParams):
    """The course's values are the defaults."""

    seed: int = seed_field(2)
    points: int = integer(
        30,
        3,
        5000,
        scale="log",
        label="Points",
        help="How many examples there are; x is standard normal.",
        group="Data",
    )
    slope: float = real(
        1.0,
        -10.0,
        10.0,
        slider=True,
        label="Slope",
        help="The slope of the line on which the points lie.",
        group="Data",
    )
    noise: float = real(
        0.5,
        0.0,
        5.0,
        slider=True,
        label="Noise",
        help="The standard deviation by which y is off the line.",
        group="Data",
    )
    activation: str = choice(
        "relu", HIDDEN, label="Activation", help="What stands between the two linear layers.", group="Network"
    )
    learning_rate: float = rate_field(0.05)
    epochs: int = epochs_field(500)


class Regression(DenseExperiment[RegressionParams]):
    """Linear(1, 1), an activation, Linear(1, 1), and mean squared error."""

    id: ClassVar[str] = "ann.regression"
    title: ClassVar[str] = "Regression"
    params: ClassVar[type[Params]] = RegressionParams

    def recipe(self, params: RegressionParams, data: DataStore) -> Recipe:
        """Return the network of the course on y = slope · x + noise."""
        random = streams(params.seed).data
        x = random.standard_normal((params.points, 1))
        y = params.slope * x + params.noise * random.standard_normal(x.shape)
        plan = dense(1, (1,), 1, params.activation)
        return Recipe(plan, "mse", x, y, params.learning_rate, params.epochs, params.seed)

    def figures(self, params: RegressionParams, learner: Learner) -> Iterator[Event]:
        """Yield the points with the prediction, the residuals, and the numbers."""
        yield lazily(Chart, "fit", fit, learner, params.slope)
        yield lazily(Chart, "residuals", residuals, learner)
        yield lazily(
            Table,
            "numbers",
            lambda: numbers(learner, params.slope, self.metrics(params, learner.recipe, learner.network)),
        )
        if not learner.epoch:
            yield lazily(Code, "code", code_of, learner.recipe)

    def ends(self, params: RegressionParams, learner: Learner) -> Iterator[Event]:
        """Train again with other activations from the same first weights; say why a network is dead."""
        if learner.network.finite:
            yield from compare(learner.recipe)
            yield from why_dead(learner)

    def metrics(self, params: RegressionParams, recipe: Recipe, network: Network) -> dict[str, float]:
        """Return "loss", "correlation" of y with its prediction (NaN where one is flat), and "dead" (0 or 1).

        Dead is a network whose hidden unit gives the same for every example: nothing flows back any more.
        """
        predicted, hidden = network.outputs(recipe.inputs)[:, 0], network.trace(recipe.inputs)[0][:, 0]
        found = {"correlation": correlation(predicted, recipe.targets[:, 0]), "dead": float(np.ptp(hidden) < FLAT)}
        return {**judged(recipe, network), **found}


EXPERIMENT = Regression
