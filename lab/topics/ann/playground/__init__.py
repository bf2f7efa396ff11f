"""A dense network on points of the plane, with everything in reach: the data, the network, how it learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import State
from lab.core.params import ParamError, Params
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.ann.playground.figures_of_run import EDITS, bare, figures
from lab.topics.ann.playground.params import PlaygroundParams
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe


class Playground(DenseExperiment[PlaygroundParams]):
    """Everything that TensorFlow Playground has, and what its users asked for."""

    id: ClassVar[str] = "ann.playground"
    title: ClassVar[str] = "Playground"
    params: ClassVar[type[Params]] = PlaygroundParams
    asks: ClassVar[tuple[str, ...]] = (EDITS,)
    steps_per_second: ClassVar[float | None] = 500.0

    def prepare(self, params: PlaygroundParams) -> None:
        """Make the network, so that its numbers can be changed before it learns."""
        super().prepare(params)
        self.learner = Learner(params.recipe())
        self._edit: object = None
        self._lowest, self._lowest_at = float("inf"), 0

    def recipe(self, params: PlaygroundParams, data: DataStore) -> Recipe:
        """Return what the parameters describe."""
        return params.recipe()

    def figures(self, params: PlaygroundParams, learner: Learner) -> Iterator[Event]:
        """Yield the plane, the network, the confusion and the numbers."""
        return figures(params, learner)

    def preview(self, params: PlaygroundParams, data: DataStore) -> Iterator[Event]:
        """Show the network before it learns, or a plane that waits for points."""
        try:
            learner = Learner(params.recipe())
        except ParamError:
            return bare(params, params.chosen())
        return figures(params, learner)

    def alone(self, params: PlaygroundParams) -> bool:
        """Tell whether a stopping rule may end the run."""
        return params.target > 0 or params.patience > 0

    def stops(self, params: PlaygroundParams, learner: Learner, values: Mapping[str, float]) -> Event | None:
        """End the run when the test loss reached its target, or no longer falls; without test points, the other."""
        loss = values.get("test_loss", values["train_loss"])
        if loss < self._lowest:
            self._lowest, self._lowest_at = loss, learner.epoch
        if params.target > 0 and loss <= params.target:
            words = message(
                "Stopped in epoch {epoch}: the loss reached {target}.", epoch=learner.epoch, target=params.target
            )
            return Remark("stopped", words)
        if params.patience and learner.epoch - self._lowest_at >= params.patience:
            words = message(
                "Stopped in epoch {epoch}: for {patience} epochs the loss was not below the {lowest} of epoch {best}.",
                epoch=learner.epoch, patience=params.patience, lowest=f"{self._lowest:.4g}", best=self._lowest_at,
            )  # fmt: skip
            return Remark("stopped", words)
        return None

    def look(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show how the network stands; a number that was changed by hand is changed in it first."""
        edit = request.get(EDITS)
        # The last one is in every later request too.
        if edit is not None and edit is not self._edit:
            self._edit = edit
            layer, before, after, value = edit
            network = self.learner.network
            if before < 0:
                network.biases[layer][after] = value
            else:
                network.weights[layer][before, after] = value
        return super().look(request)

    def state(self) -> State | None:
        """Return the state of the training, and what the stopping rule remembers."""
        state = super().state()
        if state is not None:
            state.counters |= {"lowest": self._lowest, "lowest_at": self._lowest_at}
        return state

    def restored(self, state: State) -> None:
        """Take up what the stopping rule remembered."""
        self._lowest, self._lowest_at = float(state.counters["lowest"]), int(state.counters["lowest_at"])


EXPERIMENT = Playground
