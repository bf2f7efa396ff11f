"""Points in three sets: one is learned from, one says when to stop, one is asked at the end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.experiment import State
from lab.data import clusters
from lab.nets.dense.network import Network
from lab.nets.registry import losses
from lab.training.dense.experiment import LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.hooks import Better, Hook

CENTRES = ((1.0, 1.0), (5.0, 1.0), (4.0, 4.0))
BETTER: Mapping[str, Better] = {"accuracy": "higher", "loss": "lower"}


@dataclass(frozen=True, eq=False, kw_only=True)
class ThreeSets(TrainingSpec):
    """A recipe with a third set: (D, F) inputs and (D,) targets by which is decided when to stop."""

    dev_inputs: Array
    dev_targets: Array


def drawn(counts: Sequence[int], blur: float, generator: np.random.Generator) -> list[tuple[Array, Array]]:
    """Return positions (N, 2) and labels (N,) of each set; normal about the centres, shuffled, then cut."""
    labels = np.arange(sum(counts)) % len(CENTRES)
    positions = np.array(CENTRES)[labels] + blur * generator.standard_normal((len(labels), 2))
    order = generator.permutation(len(labels))
    return [(positions[part], labels[part]) for part in np.split(order, np.cumsum(counts)[:-1])]


def drawn_lines(counts: Sequence[int], blur: float) -> tuple[str, ...]:
    """Return the lines of Python that do the same; `seeds` are there."""
    first, second = counts[0], counts[0] + counts[1]
    return (
        "data = np.random.default_rng(seeds[0])",
        f"labels = np.arange({sum(counts)}) % {len(CENTRES)}",
        f"points = np.array({[*map(list, CENTRES)]})[labels]",
        f"points += {blur!r} * data.standard_normal(points.shape)",
        "shuffled = data.permutation(len(labels))",
        "points, labels = torch.tensor(points[shuffled]), torch.tensor(labels[shuffled])",
        f"inputs, dev_inputs, test_inputs = points.tensor_split(({first}, {second}))",
        f"targets, dev_targets, test_targets = labels.tensor_split(({first}, {second}))",
    )


def judged_dev(recipe: ThreeSets, network: Network) -> dict[str, float]:
    """Return loss and accuracy on the dev set."""
    outputs = network.outputs(recipe.dev_inputs)
    return {
        "dev_loss": losses.value(recipe.loss, outputs, recipe.dev_targets),
        "dev_accuracy": float(recipe.right(outputs, recipe.dev_targets).mean()),
    }


def best_possible(blur: float) -> float:
    """Return the accuracy, on ever new points, of the best rule there is: the nearest centre."""
    return clusters.best_possible(CENTRES, blur)


def is_better(value: float, best: float, measure: str) -> bool:
    """Tell whether a value of the dev set is better than the best so far; the first of equals stays."""
    return value > best if BETTER[measure] == "higher" else value < best


def worst(measure: str) -> float:
    """Return what every value is better than."""
    return -math.inf if BETTER[measure] == "higher" else math.inf


class ThreeSetsEngine(LearnerEngine):
    """Judges by the dev set after each epoch, and knows what the weights of the best epoch are worth on the test."""

    def __init__(self, learner: Learner, hooks: Sequence[Hook], measure: str, keep: bool) -> None:
        super().__init__(learner, hooks)
        self._measure, self._keep = measure, keep
        self.best, self.best_epoch, self._kept = worst(measure), 0, math.nan

    def measure(self) -> Mapping[str, float]:
        """Return what is measured of all three sets, and the test accuracy of the weights that would be kept now."""
        recipe, network = self.learner.recipe, self.learner.network
        assert isinstance(recipe, ThreeSets)
        values = {**super().measure(), **judged_dev(recipe, network)}
        value = values[f"dev_{self._measure}"]
        if is_better(value, self.best, self._measure):
            self.best, self.best_epoch, self._kept = value, self.epoch, values["test_accuracy"]
        return values | {"kept_test_accuracy": self._kept if self._keep else values["test_accuracy"]}

    def state(self) -> State:
        """Return the state of the training, and the best epoch so far."""
        state = super().state()
        if self.best_epoch:
            state.counters["best"] = [self.best, self.best_epoch, self._kept]
        return state

    def restore(self, state: State) -> None:
        """Go back to them."""
        super().restore(state)
        if "best" in state.counters:
            self.best, self.best_epoch, self._kept = state.counters["best"]
