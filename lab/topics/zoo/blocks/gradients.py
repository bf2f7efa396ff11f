"""How large the gradient of each convolution is while a network learns."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lab.core.events import Array
from lab.core.experiment import State
from lab.topics.zoo.blocks.network import gradient_sizes, kernels
from lab.training.hooks import Hook
from lab.training.trainer import Trainer


class GradientSizes(Hook):
    """Measures the gradients that the optimiser gets: those of the first step, and the mean over those of the epoch."""

    def __init__(self) -> None:
        self._first = self._sum = torch.empty(0, dtype=torch.float64)
        self._count = 0

    def after_backward(self, trainer: Trainer) -> None:
        """Measure them. Nothing is waited for."""
        found = gradient_sizes(kernels(trainer.model))
        if trainer.steps_done == 0:
            self._first = found
        if trainer.steps_done % trainer.steps_per_epoch == 0:
            self._sum, self._count = torch.zeros_like(found), 0
        self._sum, self._count = self._sum.to(found.device) + found, self._count + 1

    @property
    def first(self) -> Array:
        """The sizes (L,) in the first step; none before it."""
        return _array(self._first)

    @property
    def now(self) -> Array:
        """The mean sizes (L,) over the steps of the last epoch so far; none before the first step."""
        return _array(self._sum / max(1, self._count))

    def state(self) -> State:
        """Return what was measured."""
        kept = {"first": self._first.cpu().clone(), "sum": self._sum.cpu().clone()}
        return State(kept, {"count": self._count})

    def restore(self, state: State) -> None:
        """Go on from there."""
        self._first, self._sum = state.tensors["first"].clone(), state.tensors["sum"].clone()
        self._count = int(state.counters["count"])


def _array(tensor: Tensor) -> Array:
    return np.array(tensor.cpu().numpy(), copy=True)


def first_over_last(sizes: Array) -> float:
    """Return how large the gradient of the first layer is, over that of the last; NaN or infinite where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(sizes[0] / sizes[-1]) if len(sizes) else np.nan
