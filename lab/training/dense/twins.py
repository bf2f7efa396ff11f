"""Two networks in training, side by side, and how both got on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.experiment import State
from lab.nets.registry import losses
from lab.training.dense.boundary import shares
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

Array = NDArray[Any]
MEASURES = ("loss", "accuracy", "confidence")
_OTHER = "other."


class Twins(Learner):
    """A learner, and another one that does its epochs with it; of classes.

    Where both recipes have one seed and one size, their weights begin alike.
    """

    def __init__(self, recipe: TrainingSpec, other: TrainingSpec) -> None:
        super().__init__(recipe)
        self.other = Learner(other)
        self._history = np.full((recipe.epochs + 1, 2, len(MEASURES)), np.nan)
        self._remember()

    @property
    def history(self) -> Array:
        """The MEASURES (epochs so far + 1, 2, 3) of the first and of the other, before and after each epoch."""
        return self._history[: self.epoch + 1].copy()

    def train_epoch(self) -> float:
        """Do one epoch of both; return the loss of the first."""
        loss = super().train_epoch()
        self.other.train_epoch()
        self._remember()
        return loss

    def state(self) -> State:
        """Return the states of both, and how they got there."""
        state, other = super().state(), self.other.state()
        state.tensors |= {_OTHER + name: value for name, value in other.tensors.items()}
        state.tensors["history"] = self.history
        state.counters["other"] = other.counters
        return state

    def restore(self, state: State) -> None:
        """Go back to the states of both. Raises RunError when they belong to others."""
        super().restore(state)
        rest = {name.removeprefix(_OTHER): v for name, v in state.tensors.items() if name.startswith(_OTHER)}
        self.other.restore(State(rest, state.counters["other"]))
        self._history[: self.epoch + 1] = state.tensors["history"]

    def _remember(self) -> None:
        for place, one in enumerate((self, self.other)):
            recipe, outputs = one.recipe, one.network.outputs(one.recipe.inputs)
            right, sure = recipe.right(outputs, recipe.targets).mean(), confidence(recipe, outputs)
            self._history[self.epoch, place] = losses.value(recipe.loss, outputs, recipe.targets), right, sure


def confidence(recipe: TrainingSpec, outputs: Array) -> float:
    """Return the mean over examples of the largest probability that the loss sees."""
    return float(shares(recipe, outputs).max(axis=1).mean())
