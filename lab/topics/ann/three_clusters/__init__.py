"""Three clusters, and what a softmax too many costs."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from lab.core.events import Event, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.metaparameters import DescentParams
from lab.core.params import Params, flag, integer
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.activations import softmax
from lab.nets.dense.network import Network
from lab.nets.dense.plan import dense
from lab.topics.ann.three_clusters.figures import charts, confidence, numbers
from lab.topics.ann.three_clusters.twins import Twins
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment, judged
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe, streams

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

    def preview(self, params: ThreeClustersParams, data: DataStore) -> Iterator[Event]:
        """Show the data, and both networks before they have learned."""
        return self.figures(params, self._twins(params, data))

    def run(self, params: ThreeClustersParams, context: Context) -> Generator[Event, None, None]:
        """Train both networks, epoch by epoch."""
        learner = self.learner = self._twins(params, context.data)
        seen = context
        if context.watched:
            # The later, the less an epoch changes: pictures of each would take ten times as long as all the learning.
            seen = replace(
                context,
                due=lambda kind, name: learner.epoch % max(1, learner.epoch // CALM) == 0 and context.due(kind, name),
            )
        yield from super().run(params, seen)

    def figures(self, params: ThreeClustersParams, learner: Learner) -> Iterator[Event]:
        """Yield both boundaries, the curves of both, and their numbers side by side."""
        assert isinstance(learner, Twins)
        for name, one in (("plain", learner.plain), ("double", learner.double)):
            recipe = one.recipe
            yield from boundary(recipe, one.network, recipe.inputs, recipe.targets, letters(3), name)
        yield from charts(learner)
        yield lazily(Table, "numbers", numbers, learner)

    def _twins(self, params: ThreeClustersParams, data: DataStore) -> Twins:
        return Twins(
            self.recipe(params, data), self.recipe(params.replace(double_softmax=not params.double_softmax), data)
        )


EXPERIMENT = ThreeClusters
