"""Two clusters told apart by the smallest network, beside tools that need no training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, lazily
from lab.core.figures import Table
from lab.core.metaparameters import DescentParams, seed_field
from lab.core.params import Params, choice, integer
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.plan import dense
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.binary.figures import extremes, numbers
from lab.topics.ann.binary.simple_tools import compare
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe, streams
from lab.training.dense.training_code import code_of

CENTRES = ((1.0, 1.0), (5.0, 1.0))
HALF_WAY = 3.0
"""The x of the line that is as far from the one as from the other."""
FRESH = 1000
"""New points of each class."""


@dataclass(frozen=True, kw_only=True)
class BinaryParams(DescentParams, ClusterParams):
    """The course's values are the defaults."""

    seed: int = seed_field(2)
    activation: str = choice(
        "relu", HIDDEN, label="Activation", help="What stands between the two linear layers.", group="Network"
    )
    loss: str = choice(
        "bce",
        {"bce": "Sigmoid, then BCELoss", "bce_logits": "BCEWithLogitsLoss"},
        label="Loss",
        help="Whether the sigmoid is a layer of its own or part of the loss; ordinary logits give equal numbers.",
        group="Network",
    )
    neighbours: int = integer(
        5, 1, 99, label="Neighbours", help="How many neighbours vote in k nearest neighbours.", group="Simple tools"
    )


class Binary(DenseExperiment[BinaryParams]):
    """Linear(2, 1), an activation, Linear(1, 1), a sigmoid, and binary cross-entropy."""

    id: ClassVar[str] = "ann.binary"
    title: ClassVar[str] = "Two clusters"
    params: ClassVar[type[Params]] = BinaryParams

    def recipe(self, params: BinaryParams, data: DataStore) -> Recipe:
        """Return the network of the course on its clusters."""
        positions, labels = clusters(CENTRES, params, streams(params.seed).data)
        plan = dense(2, (1,), 1, params.activation, "sigmoid" if params.loss == "bce" else "identity")
        targets = labels[:, None].astype(float)
        return Recipe(plan, params.loss, positions, targets, params.learning_rate, params.epochs, params.seed)

    def figures(self, params: BinaryParams, learner: Learner) -> Iterator[Event]:
        """Yield the boundary, the numbers, and both losses at ordinary and at extreme logits."""
        recipe = learner.recipe
        yield from boundary(recipe, learner.network, recipe.inputs, recipe.labels(recipe.targets), letters(2))
        yield lazily(Table, "numbers", numbers, learner)
        if not learner.epoch:
            yield lazily(Table, "extremes", extremes)
            yield lazily(Code, "code", code_of, recipe)

    def ends(self, params: BinaryParams, learner: Learner) -> Iterator[Event]:
        """Compare with k nearest neighbours and k-means."""
        # Nearest neighbours know the examples by heart; so all are judged on new ones too.
        fresh = clusters(CENTRES, params.replace(points=FRESH), np.random.default_rng((params.seed, 1)))
        yield compare(learner, params.neighbours, params.seed, fresh, HALF_WAY)


EXPERIMENT = Binary
