"""Three clusters, and what a softmax too many costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.events import Event, lazily
from lab.core.figures import Table
from lab.core.metaparameters import DescentParams
from lab.core.params import Params, flag, integer
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.plan import dense
from lab.nets.registry.activations import softmax
from lab.topics.ann.three_clusters.figures import charts, confidence, numbers
from lab.topics.ann.three_clusters.twins import Twins
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment, LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.recipe import Recipe, streams
from lab.training.drive import Moment

CENTRES = ((1.0, 1.0), (5.0, 1.0), (3.0, -2.0))
CALM = 100
"""Epochs after which not every one is shown any more."""


@dataclass(frozen=True, kw_only=True)
class ThreeClustersParams(DescentParams, ClusterParams):
    """The course's values are the defaults."""

    seed: int = integer(
        2,
        0,
        2**31 - 1,
        label="Seed",
        help="Where the random numbers begin. The same seed gives the same numbers again.",
        group="Run",
    )
    epochs: int = integer(
        10_000,
        1,
        100_000,
        scale="log",
        label="Epochs",
        help="How many times the network sees all examples.",
        group="Training",
    )
    hidden: int = integer(
        4, 1, 64, scale="log", slider=True, label="Hidden units", help="Units of the hidden layer.", group="Network"
    )
    double_softmax: bool = flag(
        False,
        label="Softmax before the loss",
        help="Which of the two networks the result is of: the one with a softmax before cross-entropy, or without.",
        group="Network",
    )


class ThreeClusters(DenseExperiment[ThreeClustersParams]):
    """2–4–3 with ReLU, twice from the same weights: with a softmax before cross-entropy, and without."""

    id: ClassVar[str] = "ann.three_clusters"
    title: ClassVar[str] = "Three clusters"
    params: ClassVar[type[Params]] = ThreeClustersParams
    steps_per_second: ClassVar[float | None] = 500.0

    def recipe(self, params: ThreeClustersParams, data: DataStore) -> Recipe:
        """Return the network of the course on its clusters."""
        positions, labels = clusters(CENTRES, params, streams(params.seed).data)
        plan = dense(2, (params.hidden,), 3, "relu", "softmax" if params.double_softmax else "identity")
        rate, epochs = params.learning_rate, params.epochs
        return Recipe(plan, "cross_entropy", positions, labels, rate, epochs, params.seed)

    def metrics(self, params: ThreeClustersParams, recipe: Recipe, network: Network) -> dict[str, float]:
        """Return loss, accuracy, and the mean of the largest probability that the loss sees."""
        return {**judged(recipe, network), "confidence": confidence(softmax(network.outputs(recipe.inputs)))}

    def learner(self, params: ThreeClustersParams, data: DataStore) -> Twins:
        """Return both networks."""
        other = params.replace(double_softmax=not params.double_softmax)
        return Twins(self.recipe(params, data), self.recipe(other, data))

    def shown(self, engine: LearnerEngine, moment: Moment, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Show how both stand. The later, the less an epoch changes: pictures of each would take ten times as long as
        all the learning.
        """
        calm = moment != "rest" and engine.epoch % max(1, engine.epoch // CALM)
        return iter(()) if calm else super().shown(engine, moment, choices)

    def figures(self, params: ThreeClustersParams, learner: Learner) -> Iterator[Event]:
        """Yield both boundaries, the curves of both, and their numbers side by side."""
        assert isinstance(learner, Twins)
        for name, one in (("plain", learner.plain), ("double", learner.double)):
            recipe = one.recipe
            yield from boundary(recipe, one.network, recipe.inputs, recipe.targets, letters(3), name)
        yield from charts(learner)
        yield lazily(Table, "numbers", numbers, learner)


EXPERIMENT = ThreeClusters
