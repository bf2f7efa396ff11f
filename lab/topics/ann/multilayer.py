"""Two clusters that a network of two hidden layers tells apart, over learning rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lab.core.events import Event, lazily
from lab.core.figures import Table
from lab.core.metaparameters import DescentParams
from lab.core.params import Params
from lab.core.streams import streams
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.spec import dense
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.open_units import layers_table
from lab.training.dense.spec import TrainingSpec, by_descent

CENTRES = ((1.0, 3.0), (1.0, -2.0))
RATES = np.linspace(0.001, 0.1, 50)
MOST_WORK = 1_000_000
"""Epochs times examples of a network up to which a finished run is followed by one for each rate."""


@dataclass(frozen=True, kw_only=True)
class MultilayerParams(DescentParams, ClusterParams):
    """The course's values are the defaults."""


class Multilayer(DenseExperiment[MultilayerParams]):
    """2–16–1–1 with ReLU between, and a sigmoid at the end."""

    id: ClassVar[str] = "ann.multilayer"
    title: ClassVar[str] = "Several layers"
    params: ClassVar[type[Params]] = MultilayerParams

    def recipe(self, params: MultilayerParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on its clusters."""
        positions, labels = clusters(CENTRES, params, streams(params.seed).data)
        plan = dense(2, (16, 1), 1, "relu", "sigmoid")
        return by_descent(params, plan, "bce", positions, labels[:, None].astype(float))

    def figures(self, params: MultilayerParams, learner: Learner) -> Iterator[Event]:
        """Yield the boundary and the layers."""
        recipe = learner.recipe
        yield from boundary(recipe, learner.network, recipe.inputs, recipe.targets[:, 0], letters(2))
        yield lazily(Table, "layers", layers_table, learner)

    def ends(self, params: MultilayerParams, learner: Learner) -> Iterator[Event]:
        """Train one network for each of 50 rates, and show how they come in; each has first weights of its own."""
        from lab.sweeps import figures
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.outcomes import Results
        from lab.sweeps.within import within

        def shown(results: Results) -> Iterator[Event]:
            chart = figures.over_axis(results, "accuracy", "rates", figures.ACCURACY)
            # Neighbours share nothing but their rate: they are not joined.
            yield replace(chart, lines=tuple(replace(line, style="points") for line in chart.lines))

        if params.epochs * len(learner.recipe.inputs) > MOST_WORK:
            return
        base = params.replace(learning_rate=type(params)().learning_rate)
        axis = Over("learning_rate", tuple(RATES.tolist()))
        yield from within(self.id, base, (axis,), self._data, params.epochs, shown)


EXPERIMENT = Multilayer
