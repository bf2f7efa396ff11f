"""Several networks in training side by side: one of which the result is told, and others that go as far as it."""

from __future__ import annotations

from collections.abc import Mapping

from lab.core.experiment import State
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec


class Beside(Learner):
    """A learner with `others` by name. Each may have epochs of its own: all are through the same share of theirs.

    Those of one seed and one size have the same first weights, and of one size of batches the same batches.
    """

    def __init__(self, recipe: TrainingSpec, others: Mapping[str, TrainingSpec]) -> None:
        super().__init__(recipe)
        self.others = {name: Learner(other) for name, other in others.items()}

    def train_epoch(self) -> float:
        """Do one epoch, and let the others follow; return the loss of the first."""
        loss = super().train_epoch()
        for other in self.others.values():
            while other.epoch * self.recipe.epochs < self.epoch * other.recipe.epochs:
                other.train_epoch()
        return loss

    def state(self) -> State:
        """Return the states of all."""
        state = super().state()
        state.counters["others"] = {}
        for name, other in self.others.items():
            found = other.state()
            state.tensors |= {f"{name}/{key}": value for key, value in found.tensors.items()}
            state.counters["others"][name] = found.counters
        return state

    def restore(self, state: State) -> None:
        """Go back to the states of all. Raises RunError when they belong to others."""
        super().restore(state)
        for name, other in self.others.items():
            start = f"{name}/"
            tensors = {key.removeprefix(start): v for key, v in state.tensors.items() if key.startswith(start)}
            other.restore(State(tensors, state.counters["others"][name]))
