"""What experiments with one dense network have in common: they train it, and show how it stands."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, Scalars, lazily
from lab.core.experiment import Context, Counts, Experiment, State
from lab.core.params import Params
from lab.core.text import message
from lab.data.store import DataStore
from lab.nets.dense import losses
from lab.nets.dense.network import Network
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe
from lab.training.dense.training_code import code_of

P = TypeVar("P", bound=Params)


class DenseExperiment(Experiment[P]):
    """A dense network learns. One step is an epoch.

    `recipe` and `metrics` are all that a sweep needs: it trains thousands of recipes as one ensemble, and their
    numbers are those that a run gives.
    """

    kept: ClassVar[bool] = False
    counts: ClassVar[Counts] = "epoch"
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 200.0

    learner: Learner

    @abstractmethod
    def recipe(self, params: P, data: DataStore) -> Recipe:
        """Return what is trained; the same parameters always give the same. Must not import torch."""

    @abstractmethod
    def figures(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield how the network stands, each figure `lazily` and in a few milliseconds; called before a run too."""

    def metrics(self, params: P, recipe: Recipe, network: Network) -> dict[str, float]:
        """Return the result of a trained network."""
        return judged(recipe, network)

    def result(self, params: P, recipe: Recipe, network: Network, epochs: int) -> dict[str, float]:
        """Return the metrics after so many epochs; of a network whose numbers are none any more, NaN."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = self.metrics(params, recipe, network)
        return {"epochs": epochs, **(found if network.finite else dict.fromkeys(found, math.nan))}

    def alone(self, params: P) -> bool:
        """Tell whether this run may end by itself before its last epoch, and so cannot share an ensemble."""
        return False

    def scalars(self, params: P, learner: Learner, loss: float) -> dict[str, float]:
        """Return what is drawn as curves after an epoch; `loss` is its mean over the epoch."""
        return {"train_loss": loss, **_tested(learner.recipe, learner.network)}

    def stops(self, params: P, learner: Learner, values: Mapping[str, float]) -> Event | None:
        """Return why the run should end before its last epoch, or None."""
        return None

    def closing(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield what is worth seeing only at the end, and takes its time; left out where nobody watches."""
        return iter(())

    def restored(self, state: State) -> None:
        """Take up what else a state remembers."""
        return

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the data, the network before it has learned, and the program that trains it in torch."""
        recipe = self.recipe(params, data)
        yield from self.figures(params, Learner(recipe))
        yield lazily(Code, "code", code_of, recipe)

    def prepare(self, params: P) -> None:
        """Remember the parameters, by which questions are answered."""
        self._params = params

    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Train for all epochs."""
        if not hasattr(self, "learner"):
            self.learner = Learner(self.recipe(params, context.data))
        learner = self.learner
        epochs = learner.recipe.epochs
        if context.restored is not None:
            learner.restore(context.restored)
            self.restored(context.restored)
        yield from context.made(self.figures(params, learner), everything=True)
        if context.restored is not None and not learner.finished:
            yield Progress(learner.epoch, epochs, learner.epoch, epochs, True)
        while not learner.finished:
            loss = learner.train_epoch()
            if not math.isfinite(loss):
                yield _diverged(learner.epoch, learner.recipe.learning_rate)
                break
            values = self.scalars(params, learner, loss)
            yield Scalars("epoch", learner.epoch, values)
            reason = self.stops(params, learner, values)
            yield from context.made(self.figures(params, learner))
            yield Progress(learner.epoch, epochs, learner.epoch, epochs, True)
            if reason is not None:
                yield reason
                break
        yield from context.made(self.look({}), everything=True)
        if context.watched and learner.network.finite:
            yield from self.closing(params, learner)
        yield Metrics(self.result(params, learner.recipe, learner.network, learner.epoch))

    def look(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show how the network stands, unless its numbers are none any more."""
        learner = getattr(self, "learner", None)
        return iter(()) if learner is None or not learner.network.finite else self.figures(self._params, learner)

    def state(self) -> State | None:
        """Return the state of the training, once it has begun."""
        return self.learner.state() if hasattr(self, "learner") else None


def judged(recipe: Recipe, network: Network) -> dict[str, float]:
    """Return "loss" and, of classes, "accuracy" on the training data, and "test_…" where there are test data."""
    outputs = network.outputs(recipe.inputs)
    found = {"loss": losses.value(recipe.loss, outputs, recipe.targets)}
    if recipe.classifies:
        found["accuracy"] = float(recipe.right(outputs, recipe.targets).mean())
    tested = _tested(recipe, network)
    if recipe.test_inputs is not None:
        found |= {name: value for name, value in tested.items() if name.startswith("test_")}
    return found


def _tested(recipe: Recipe, network: Network) -> dict[str, float]:
    """Return the accuracy on the training data, and loss and accuracy on the test data, where there are any."""
    found = {}
    if recipe.classifies:
        found["train_accuracy"] = float(recipe.right(network.outputs(recipe.inputs), recipe.targets).mean())
    if recipe.test_inputs is not None and recipe.test_targets is not None and len(recipe.test_inputs):
        outputs = network.outputs(recipe.test_inputs)
        found["test_loss"] = losses.value(recipe.loss, outputs, recipe.test_targets)
        if recipe.classifies:
            found["test_accuracy"] = float(recipe.right(outputs, recipe.test_targets).mean())
    return found


def _diverged(epoch: int, rate: float) -> Remark:
    return Remark(
        "diverged",
        message(
            "In epoch {epoch} the loss left the range of numbers. Try a learning rate below {rate}.",
            epoch=epoch,
            rate=f"{rate:g}",
        ),
        "warning",
    )
