"""Several dense networks as one engine: each does an epoch, then all are judged."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.events import Scalars
from lab.core.experiment import State
from lab.training.dense.learner import Learner
from lab.training.hooks import Hook

Array = NDArray[Any]
HISTORY = "history"


class SeveralLearners(ABC):
    """Learners of equally many epochs; one step is an epoch of all. Subclasses say how they are `judged`.

    What `judged` gives after each epoch, as many numbers each time, is kept as `history`, and goes on with the run.
    """

    hooks: tuple[Hook, ...] = ()

    def __init__(self, learners: Sequence[Learner]) -> None:
        self.learners = tuple(learners)
        self.diverged: int | None = None
        self.loss = math.nan
        """The mean loss of all over the last epoch."""
        self._history = [self.judged()]

    @abstractmethod
    def judged(self) -> Array:
        """Judge all as they are now."""

    @abstractmethod
    def told(self, judged: Array) -> Mapping[str, float]:
        """Return what is said of an epoch, by the names of its scalars."""

    def prepare_epoch(self) -> None:
        """Make ready for the next epoch."""
        return

    @property
    def history(self) -> Array:
        """What was judged before the first epoch and after each: (epochs so far + 1, …)."""
        return np.stack(self._history)

    @property
    def now(self) -> Array:
        """What was judged last."""
        return self._history[-1]

    @property
    def step(self) -> int:
        """The epochs that are done."""
        return self.learners[0].epoch

    @property
    def steps(self) -> int:
        """The epochs of the whole run."""
        return self.learners[0].recipe.epochs

    @property
    def epoch(self) -> int:
        """The epochs that are done."""
        return self.step

    @property
    def epochs(self) -> int:
        """The epochs of the whole run."""
        return self.steps

    @property
    def epoch_ends(self) -> bool:
        """Each step is an epoch."""
        return True

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.learners[0].finished

    def advance(self) -> None:
        """Do one epoch of each."""
        self.prepare_epoch()
        self.loss = float(np.mean(self.train_epoch()))
        if not math.isfinite(self.loss):
            self.diverged = self.epoch
            return
        self._history.append(self.judged())

    def train_epoch(self) -> Sequence[float]:
        """Do one epoch of each, and return the losses."""
        return [learner.train_epoch() for learner in self.learners]

    def losses(self, now: bool) -> list[Scalars]:
        """Return nothing: all is measured by epochs."""
        return []

    def measure(self) -> Mapping[str, float]:
        """Return the mean loss over the epoch, and what is said of it."""
        return {"train_loss": self.loss, **self.told(self.now)}

    def weights(self) -> dict[str, Any]:
        """Return a copy of the numbers of all networks."""
        return {name: array.copy() for name, array in self._arrays()}

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Take them back."""
        for name, array in self._arrays():
            array[...] = weights[name]

    def unfreeze(self, names: str) -> None:
        """Nothing is frozen here."""
        return

    def state(self) -> State:
        """Return a copy of the states of all, and how they got there."""
        found = State({HISTORY: self.history}, {"steps_done": self.step, "learners": []})
        for place, learner in enumerate(self.learners):
            one = learner.state()
            found.tensors |= {f"{place}/{name}": tensor for name, tensor in one.tensors.items()}
            found.counters["learners"].append(one.counters)
        return found

    def restore(self, state: State) -> None:
        """Go back to them. Raises RunError when they belong to other networks."""
        for place, (learner, counters) in enumerate(zip(self.learners, state.counters["learners"], strict=True)):
            before = f"{place}/"
            own = {name.removeprefix(before): v for name, v in state.tensors.items() if name.startswith(before)}
            learner.restore(State(own, counters))
        self._history = list(np.asarray(state.tensors[HISTORY]))

    def _arrays(self) -> list[tuple[str, Array]]:
        return [
            (f"{place}/{number}", array)
            for place, learner in enumerate(self.learners)
            for number, array in enumerate(learner.network.learned)
        ]
