"""Two networks in training, side by side, and how both got on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.experiment import State
from lab.nets.registry import losses
from lab.nets.registry.activations import softmax
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe

Array = NDArray[Any]
COLUMNS = ("loss", "accuracy", "confidence")
ROW = {name: place for place, name in enumerate(COLUMNS)}
_OTHER = "other."


class Twins(Learner):
    """A learner, and another one that does its epochs with it; one of them has a softmax before its loss.

    The weights of both begin alike, as they are drawn from the same seed.
    """

    def __init__(self, recipe: Recipe, other: Recipe) -> None:
        super().__init__(recipe)
        self._other = Learner(other)
        # (epochs + 1, 2, 3): the first of two is without a softmax, then COLUMNS.
        self._history = np.full((recipe.epochs + 1, 2, len(COLUMNS)), np.nan)
        self._remember()

    @property
    def plain(self) -> Learner:
        """The one without a softmax before the loss."""
        return self._other if self._doubled else self

    @property
    def double(self) -> Learner:
        """The one with a softmax before the loss."""
        return self if self._doubled else self._other

    @property
    def history(self) -> Array:
        """Loss, accuracy and confidence (epochs so far + 1, 2, 3) of the plain one and of the other."""
        return self._history[: self.epoch + 1].copy()

    @property
    def _doubled(self) -> bool:
        return self.recipe.plan.layers[-1].activation == "softmax"

    def train_epoch(self) -> float:
        """Do one epoch of both; return the loss of the first."""
        loss = super().train_epoch()
        self._other.train_epoch()
        self._remember()
        return loss

    def state(self) -> State:
        """Return the states of both, and how they got there."""
        state, other = super().state(), self._other.state()
        state.tensors |= {_OTHER + name: value for name, value in other.tensors.items()}
        state.tensors["history"] = self.history
        state.counters["other"] = other.counters
        return state

    def restore(self, state: State) -> None:
        """Go back to the states of both. Raises RunError when they belong to others."""
        super().restore(state)
        rest = {name.removeprefix(_OTHER): v for name, v in state.tensors.items() if name.startswith(_OTHER)}
        self._other.restore(State(rest, state.counters["other"]))
        self._history[: self.epoch + 1] = state.tensors["history"]

    @np.errstate(over="ignore", invalid="ignore")
    def _remember(self) -> None:
        for place, one in enumerate((self.plain, self.double)):
            outputs, labels = one.network.outputs(self.recipe.inputs), self.recipe.targets
            shares = softmax(outputs)
            right = float((outputs.argmax(1) == labels).mean())
            loss = losses.value("cross_entropy", outputs, labels)
            self._history[self.epoch, place] = loss, right, float(shares.max(1).mean())
