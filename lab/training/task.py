"""What a network is trained for: the loss it descends, and how its answers are judged. Said once, for every use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor
from torch.nn import functional

Outputs = Any
"""What a network gives for a batch: a tensor (N, …), or several of them as a tuple."""
Sum = Callable[[Outputs, Tensor], Tensor]
"""From outputs and targets of N examples, one number: a sum over them, on their device."""


@dataclass(frozen=True)
class Task:
    """What is right. Names of `measures` become those of scalars and metrics: "train_accuracy", "test_accuracy".

    loss: the mean loss of a batch, which is descended. judged_loss: the sum of the losses of examples, by which a
    trained network is judged: without what only helps learning, such as label smoothing. measures: each a sum over
    examples, of which the mean is shown. answers: what views ask of each example, such as its class and confidence;
    tensors of N rows.
    """

    loss: Sum
    judged_loss: Sum
    measures: Mapping[str, Sum] = field(default_factory=dict)
    answers: Callable[[Outputs], tuple[Tensor, ...]] = lambda outputs: ()

    def smoothed(self, share: float) -> Task:
        """Return the same task of classes, learned with a `share` of each target spread over all of them."""
        return replace(self, loss=lambda o, t: functional.cross_entropy(o, t, label_smoothing=share))


def _right(outputs: Outputs, targets: Tensor) -> Tensor:
    right: Tensor = (outputs.argmax(1) == targets).sum()
    return right


def _best(outputs: Outputs) -> tuple[Tensor, ...]:
    top = outputs.softmax(1).max(1)
    return top.indices, top.values


def _each(loss: Sum) -> Sum:
    """Return the sum over examples of a loss that is a mean over all numbers."""
    return lambda outputs, targets: loss(outputs, targets) * len(targets)


CLASSIFY = Task(
    functional.cross_entropy,
    lambda outputs, targets: functional.cross_entropy(outputs, targets, reduction="sum"),
    {"accuracy": _right},
    _best,
)
"""Outputs are logits (N, K), targets class numbers (N,); answers are the class and its probability."""

REGRESS = Task(
    functional.mse_loss,
    _each(functional.mse_loss),
    {"absolute_error": lambda outputs, targets: (outputs - targets).abs().flatten(1).mean(1).sum()},
    lambda outputs: (outputs,),
)
"""Outputs and targets are numbers (N, K); answers are the outputs."""


BINARY = Task(
    functional.binary_cross_entropy_with_logits,
    lambda outputs, targets: functional.binary_cross_entropy_with_logits(outputs, targets, reduction="sum"),
    {"accuracy": lambda outputs, targets: ((outputs > 0) == (targets > 0.5)).sum()},
    lambda outputs: ((outputs[:, 0] > 0).long(), (outputs[:, 0].abs()).sigmoid()),
)
"""One logit (N, 1), targets (N, 1) of 0 and 1; answers are the class and its probability."""


def reconstruct(loss: Sum = functional.mse_loss) -> Task:
    """Return the task to give back the targets (N, …), which are usually the inputs; answers are the outputs.

    `loss` is a mean over all numbers, such as `mse_loss` or `binary_cross_entropy`.
    """
    return Task(loss, _each(loss), {}, lambda outputs: (outputs,))


def mean_of(sums: Mapping[str, float], count: int) -> dict[str, float]:
    """Return sums over `count` examples as means."""
    return {name: value / count for name, value in sums.items()}
