"""Every loss of the program, told once: values and gradients in NumPy as torch defines them, and its line of torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Message, message
from lab.nets.registry.activations import sigmoid, softmax

Array = NDArray[Any]
LOWEST_LOG = -100.0
"""Where torch.nn.BCELoss cuts the logarithm of a probability, so that the loss stays finite."""
LEAST_SPREAD = float(np.float32(1e-12))
"""What torch.nn.BCELoss divides by at least in its gradient: 1e-12 as 32 bits hold it, for 64 bits too."""


@dataclass(frozen=True)
class Loss:
    """One loss. Outputs are (N, K); targets are (N, K), or class numbers (N,) for cross-entropy.

    formula: TeX of the loss of one output ŷ for its target y. criterion: the module of torch. each: the loss of each
    output (N, K), or of each example (N,) for cross-entropy. gradient: the derivative of their mean by each output.
    """

    name: str
    label: Message
    formula: str
    criterion: str
    each: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]


def _bce(outputs: Array, targets: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        yes, no = np.log(outputs), np.log1p(-outputs)
    return np.asarray(-(targets * np.maximum(yes, LOWEST_LOG) + (1 - targets) * np.maximum(no, LOWEST_LOG)))


def _bce_gradient(outputs: Array, targets: Array) -> Array:
    # As torch does, so that a probability of exactly 0 or 1 does not divide by zero.
    spread = np.maximum(outputs * (1 - outputs), LEAST_SPREAD)
    return np.asarray((outputs - targets) / spread / outputs.size)


def _bce_logits(outputs: Array, targets: Array) -> Array:
    return np.asarray(np.maximum(outputs, 0) - outputs * targets + np.log1p(np.exp(-np.abs(outputs))))


def _cross_entropy(outputs: Array, targets: Array) -> Array:
    top = outputs.max(1)
    logarithm = top + np.log(np.exp(outputs - top[:, None]).sum(1))
    return np.asarray(logarithm - outputs[np.arange(len(outputs)), targets])


def _cross_entropy_gradient(outputs: Array, targets: Array) -> Array:
    shares = softmax(outputs)
    shares[np.arange(len(shares)), targets] -= 1
    return np.asarray(shares / len(shares))


LOSSES: Mapping[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "mse", message("Mean squared error"), r"(\hat y - y)^2", "nn.MSELoss()",
            lambda outputs, targets: (outputs - targets) ** 2,
            lambda outputs, targets: 2 * (outputs - targets) / outputs.size,
        ),
        Loss(
            "mae", message("Mean absolute error"), r"|\hat y - y|", "nn.L1Loss()",
            lambda outputs, targets: np.abs(outputs - targets),
            lambda outputs, targets: np.sign(outputs - targets) / outputs.size,
        ),
        Loss(
            "bce", message("Binary cross-entropy of probabilities"), r"-y \ln \hat y - (1 - y) \ln(1 - \hat y)",
            "nn.BCELoss()", _bce, _bce_gradient,
        ),
        Loss(
            "bce_logits", message("Binary cross-entropy of logits"), r"\ln(1 + e^{\hat y}) - y\,\hat y",
            "nn.BCEWithLogitsLoss()", _bce_logits,
            lambda outputs, targets: (sigmoid(outputs) - targets) / outputs.size,
        ),
        Loss(
            "cross_entropy", message("Cross-entropy of logits"), r"\ln \sum_k e^{\hat y_k} - \hat y_y",
            "nn.CrossEntropyLoss()", _cross_entropy, _cross_entropy_gradient,
        ),
    )
}  # fmt: skip


def each(name: str, outputs: Array, targets: Array) -> Array:
    """Return the loss of each output (N, K), or of each example (N,) for cross-entropy."""
    return np.asarray(LOSSES[name].each(outputs, targets))


@np.errstate(over="ignore", invalid="ignore")
def value(name: str, outputs: Array, targets: Array) -> float:
    """Return the mean loss of a batch."""
    return float(each(name, outputs, targets).mean())


def gradient(name: str, outputs: Array, targets: Array) -> Array:
    """Return the derivative of the mean loss by each output (N, K)."""
    return np.asarray(LOSSES[name].gradient(outputs, targets))
