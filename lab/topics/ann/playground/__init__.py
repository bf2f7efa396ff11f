"""A dense network on points of the plane, with everything in reach: the data, the network, how it learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from lab.core.events import Event
from lab.core.params import ParamError, Params
from lab.data.store import DataStore
from lab.topics.ann.playground.figures import EDITS, bare, figures
from lab.topics.ann.playground.params import PlaygroundParams
from lab.training.dense.experiment import DenseExperiment, LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.hooks import Hook


class Playground(DenseExperiment[PlaygroundParams]):
    """Everything that TensorFlow Playground has, and what its users asked for."""

    id: ClassVar[str] = "ann.playground"
    title: ClassVar[str] = "Playground"
    params: ClassVar[type[Params]] = PlaygroundParams
    queries: ClassVar[tuple[str, ...]] = (EDITS,)
    steps_per_second: ClassVar[float | None] = 500.0

    def prepare(self, params: PlaygroundParams) -> None:
        """Make the network, so that its numbers can be changed before it learns."""
        super().prepare(params)
        self.engine = LearnerEngine(Learner(params.recipe), self.hooks(params))

    def recipe(self, params: PlaygroundParams, data: DataStore) -> TrainingSpec:
        """Return what the parameters describe."""
        return params.recipe

    def figures(self, params: PlaygroundParams, learner: Learner) -> Iterator[Event]:
        """Yield the plane, the network and the confusion."""
        return figures(params, learner)

    def preview(self, params: PlaygroundParams, data: DataStore) -> Iterator[Event]:
        """Show the network before it learns, or a plane that waits for points."""
        try:
            yield from super().preview(params, data)
        except ParamError:
            yield from bare(params, params.chosen)

    def hooks(self, params: PlaygroundParams) -> tuple[Hook, ...]:
        """Return the stopping rules."""
        return params.hooks()

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show how the network stands; a number that was changed by hand is changed in it first."""
        edit = request.get(EDITS)
        if edit is not None and self.engine is not None:
            layer, before, after, value = edit
            network = self.engine.learner.network
            if before < 0:
                network.biases[layer][after] = value
            else:
                network.weights[layer][before, after] = value
        return super().query(request)


EXPERIMENT = Playground
