"""A training that measures how far each layer goes in an epoch and how it is conditioned, and keeps all of it."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from lab.core.experiment import State
from lab.topics.weights.change.figures import Epoch, of_layer
from lab.topics.weights.movement import Movement
from lab.training.hooks import Hook
from lab.training.trainer import Trainer


class L1(Hook):
    """Adds the gradient of λ·Σ|w| over weights, without biases; that of 0 is 0."""

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def after_backward(self, trainer: Trainer) -> None:
        """Add it."""
        for parameter in trainer.learning:
            if parameter.ndim > 1 and parameter.grad is not None:
                parameter.grad += self.strength * parameter.detach().sign()


class Changes(Movement):
    """Beside what `Movement` measures, of each layer ‖W − W of the epoch before‖ as "length_…", and the largest over
    the smallest singular value of W as "condition_…". `history` has all epochs, the state before the first included.
    """

    def __init__(self, trainer: Trainer) -> None:
        super().__init__(trainer)
        self._history: list[Epoch] = []

    @property
    def history(self) -> tuple[Epoch, ...]:
        """What was measured before the first epoch and after each."""
        return tuple(self._history)

    def measure(self) -> Mapping[str, float]:
        """Judge the network, compare its weights with those of the epoch before, and keep that."""
        before, epoch = self._before, self.epoch
        values, now = dict(super().measure()), self._before
        if len(self._history) <= epoch and self.diverged is None:
            if epoch:
                values |= {f"length_{n}": float((now[n] - old).double().norm()) for n, old in before.items()}
            values |= {f"condition_{n}": float(torch.linalg.cond(weight.double())) for n, weight in now.items()}
            self._history.append(values)
        return {**values, **of_layer(self._history[-1], ("length", "condition"))}

    def state(self) -> State:
        """Return the state of the training, and what was measured."""
        state = super().state()
        state.counters["history"] = [dict(epoch) for epoch in self._history]
        return state

    def restore(self, state: State) -> None:
        """Go back to it."""
        super().restore(state)
        self._history = [dict(epoch) for epoch in state.counters["history"]]
