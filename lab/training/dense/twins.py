"""Two networks in training, side by side, and how both got on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.experiment import State
from lab.nets.registry import losses
from lab.training.dense.beside import Beside
from lab.training.dense.boundary import shares
from lab.training.dense.spec import TrainingSpec

Array = NDArray[Any]
MEASURES = ("loss", "accuracy", "confidence")
OTHER = "other"


class Twins(Beside):
    """A learner, and another one that does its epochs with it; of classes.

    Where both recipes have one seed and one size, their weights begin alike.
    """

    def __init__(self, recipe: TrainingSpec, other: TrainingSpec) -> None:
        super().__init__(recipe, {OTHER: other})
        self.other = self.others[OTHER]
        self._history = np.full((recipe.epochs + 1, 2, len(MEASURES)), np.nan)
        self._remember()

    @property
    def history(self) -> Array:
        """The MEASURES (epochs so far + 1, 2, 3) of the first and of the other, before and after each epoch."""
        return self._history[: self.epoch + 1].copy()

    def train_epoch(self) -> float:
        """Do one epoch of both; return the loss of the first."""
        loss = super().train_epoch()
        self._remember()
        return loss

    def state(self) -> State:
        """Return the states of both, and how they got there."""
        state = super().state()
        state.tensors["history"] = self.history
        return state

    def restore(self, state: State) -> None:
        """Go back to the states of both. Raises RunError when they belong to others."""
        super().restore(_renamed(state))
        self._history[: self.epoch + 1] = state.tensors["history"]

    def _remember(self) -> None:
        for place, one in enumerate((self, self.other)):
            recipe, outputs = one.recipe, one.network.outputs(one.recipe.inputs)
            right, sure = recipe.right(outputs, recipe.targets).mean(), confidence(recipe, outputs)
            self._history[self.epoch, place] = losses.value(recipe.loss, outputs, recipe.targets), right, sure


def _renamed(state: State) -> State:
    """Return a state with the names of today; earlier versions had the other network's behind "other."."""
    if OTHER not in state.counters:
        return state
    earlier = f"{OTHER}."
    tensors = {
        f"{OTHER}/{name.removeprefix(earlier)}" if name.startswith(earlier) else name: value
        for name, value in state.tensors.items()
    }
    counters = {name: value for name, value in state.counters.items() if name != OTHER}
    return State(tensors, counters | {"others": {OTHER: state.counters[OTHER]}})


def confidence(recipe: TrainingSpec, outputs: Array) -> float:
    """Return the mean over examples of the largest probability that the loss sees."""
    return float(shares(recipe, outputs).max(axis=1).mean())
