"""What experiments with one dense network have in common: they train it in NumPy, and show how it stands."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, Metrics, Scalars, lazily
from lab.core.experiment import Context, State, StepUnit
from lab.core.figures import Table
from lab.core.params import Params
from lab.core.quantities import Numbers
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training, tested
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of
from lab.training.drive import LearningExperiment, Occasion
from lab.training.hooks import Hook, restore_hooks, with_hooks

P = TypeVar("P", bound=Params)


class LearnerEngine:
    """A learner as an engine: one step is an epoch."""

    def __init__(
        self, learner: Learner, hooks: Sequence[Hook] = (), also: Callable[[Learner], Mapping[str, float]] | None = None
    ) -> None:
        self.learner = learner
        self._also = also
        self.hooks: tuple[Hook, ...] = tuple(hooks)
        self.loss = math.nan
        """The mean loss over the last epoch."""
        self.diverged: int | None = None

    @property
    def step(self) -> int:
        """The epochs that are done."""
        return self.learner.epoch

    @property
    def steps(self) -> int:
        """The epochs of the whole run."""
        return self.learner.recipe.epochs

    @property
    def epoch(self) -> int:
        """The epochs that are done."""
        return self.learner.epoch

    @property
    def epochs(self) -> int:
        """The epochs of the whole run."""
        return self.learner.recipe.epochs

    @property
    def epoch_ends(self) -> bool:
        """Each step is an epoch."""
        return True

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.learner.finished

    def advance(self) -> None:
        """Do one epoch."""
        self.loss = self.learner.train_epoch()
        if not math.isfinite(self.loss):
            self.diverged = self.learner.epoch

    def losses(self, now: bool) -> list[Scalars]:
        """Return nothing: all is measured by epochs."""
        return []

    def measure(self) -> Mapping[str, float]:
        """Return the loss over the epoch, and how the network does now."""
        found = {"train_loss": self.loss, **tested(self.learner.recipe, self.learner.network)}
        return found if self._also is None else {**found, **self._also(self.learner)}

    def weights(self) -> dict[str, Any]:
        """Return a copy of the numbers of the network."""
        return {str(place): array.copy() for place, array in enumerate(self.learner.network.learned)}

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Take them back."""
        for place, array in enumerate(self.learner.network.learned):
            array[...] = weights[str(place)]

    def unfreeze(self, names: str) -> None:
        """Nothing is frozen here."""

    def state(self) -> State:
        """Return the state of the learner and of the hooks."""
        return with_hooks(self.learner.state(), self.hooks)

    def restore(self, state: State) -> None:
        """Go back to them."""
        self.learner.restore(state)
        restore_hooks(state, self.hooks)


class DenseExperiment(LearningExperiment[P, LearnerEngine]):
    """A dense network learns. One step is an epoch.

    Beside `figures`, it shows its numbers and the program that does the same in torch.

    `recipe` and `metrics` are all that a sweep needs: it trains thousands of recipes as one ensemble, and their
    numbers are those that a run gives.
    """

    persistent: ClassVar[bool] = False
    step_unit: ClassVar[StepUnit] = "epoch"
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 200.0

    _params: P
    _data: DataStore

    @abstractmethod
    def recipe(self, params: P, data: DataStore) -> TrainingSpec:
        """Return what is trained; the same parameters always give the same. Must not import torch."""

    @abstractmethod
    def figures(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield how the network stands, lazily where it costs time; called before a run too."""

    def numbers(self, params: P, learner: Learner) -> Numbers:
        """Return the numbers of the page: how far the training is, and what the network is worth."""
        return Numbers(of_training(learner))

    def program(self, params: P, recipe: TrainingSpec) -> Code:
        """Return the program "code" that does the same in torch, and prints the metrics."""
        return code_of(recipe)

    def metrics(self, params: P, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the result of a trained network."""
        return judged(recipe, network)

    def measures(self, params: P, recipe: TrainingSpec, network: Network, epochs: int) -> dict[str, float]:
        """Return the metrics after so many epochs; of a network whose numbers are none any more, NaN."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = self.metrics(params, recipe, network)
        return {"epochs": epochs, **(found if network.finite else dict.fromkeys(found, math.nan))}

    def ends(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield what is worth seeing only at the end, and takes its time; left out where nobody watches."""
        return iter(())

    def also(self, params: P, learner: Learner) -> Mapping[str, float]:
        """Return what is measured after each epoch beside the usual, for curves."""
        return {}

    def alone(self, params: P) -> bool:
        """Tell whether it is trained by itself in a sweep, too: in a way that ensembles do not know."""
        return bool(self.hooks(params))

    def hooks(self, params: P) -> tuple[Hook, ...]:
        """Return what may end the run before its last epoch."""
        return ()

    def learner(self, params: P, data: DataStore) -> Learner:
        """Return the network before it has learned."""
        return Learner(self.recipe(params, data))

    def validate(self, params: P, data: DataStore) -> None:
        """Raise LabError where there is nothing to learn from."""
        self.recipe(params, data)

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the data, the network before it has learned, and the program that trains it in torch."""
        return self._everything(params, self.learner(params, data))

    def prepare(self, params: P) -> None:
        """Remember the parameters, by which questions are answered."""
        self._params = params

    def begin(self, params: P, context: Context) -> LearnerEngine:
        """Draw the first weights."""
        self._params, self._data = params, context.data
        if self.engine is not None:
            return self.engine
        learner = self.learner(params, context.data)
        return LearnerEngine(learner, self.hooks(params), partial(self.also, params))

    def shown(self, engine: LearnerEngine, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how the network stands, unless its numbers are none any more."""
        return self._everything(self._params, engine.learner) if engine.learner.network.finite else iter(())

    def _everything(self, params: P, learner: Learner) -> Iterator[Event]:
        yield from self.figures(params, learner)
        yield lazily(Table, "numbers", lambda: self.numbers(params, learner).table)
        if not learner.epoch:
            yield lazily(Code, "code", self.program, params, learner.recipe)

    def closing(self, engine: LearnerEngine, watched: bool) -> Iterator[Event]:
        """Yield what takes its time only where someone watches."""
        finite = engine.learner.network.finite
        return self.ends(self._params, engine.learner) if watched and finite else iter(())

    def result(self, engine: LearnerEngine) -> Metrics:
        """Return the measures of the end."""
        learner = engine.learner
        return Metrics(self.measures(self._params, learner.recipe, learner.network, learner.epoch))
