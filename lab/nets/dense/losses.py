"""Losses of a batch: their mean, and its gradient by each output."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.nets.dense.activations import sigmoid, softmax

Array = NDArray[Any]
LOSSES = {
    "mse": "Mean squared error",
    "mae": "Mean absolute error",
    "bce": "Binary cross-entropy of probabilities",
    "bce_logits": "Binary cross-entropy of logits",
    "cross_entropy": "Cross-entropy of logits",
}
LOWEST_LOG = -100.0
"""Where torch.nn.BCELoss cuts the logarithm of a probability, so that the loss stays finite."""
LEAST_SPREAD = float(np.float32(1e-12))
"""What torch.nn.BCELoss divides by at least in its gradient: 1e-12 as 32 bits hold it, for 64 bits too."""


def each(name: str, outputs: Array, targets: Array) -> Array:
    """Return the loss of each output (N, K), or of each example (N,) for cross-entropy.

    `targets` are (N, K), or class numbers (N,) for cross-entropy. All are those of torch.
    """
    match name:
        case "mse":
            return np.asarray((outputs - targets) ** 2)
        case "mae":
            return np.asarray(np.abs(outputs - targets))
        case "bce":
            with np.errstate(divide="ignore", invalid="ignore"):
                yes, no = np.log(outputs), np.log1p(-outputs)
            return np.asarray(-(targets * np.maximum(yes, LOWEST_LOG) + (1 - targets) * np.maximum(no, LOWEST_LOG)))
        case "bce_logits":
            return np.asarray(np.maximum(outputs, 0) - outputs * targets + np.log1p(np.exp(-np.abs(outputs))))
        case "cross_entropy":
            top = outputs.max(1)
            logarithm = top + np.log(np.exp(outputs - top[:, None]).sum(1))
            return np.asarray(logarithm - outputs[np.arange(len(outputs)), targets])
        case _:
            raise ValueError(name)


@np.errstate(over="ignore", invalid="ignore")
def value(name: str, outputs: Array, targets: Array) -> float:
    """Return the mean loss of a batch."""
    return float(each(name, outputs, targets).mean())


def gradient(name: str, outputs: Array, targets: Array) -> Array:
    """Return the derivative of the mean loss by each output (N, K)."""
    match name:
        case "mse":
            return np.asarray(2 * (outputs - targets) / outputs.size)
        case "mae":
            return np.asarray(np.sign(outputs - targets) / outputs.size)
        case "bce":
            # As torch does, so that a probability of exactly 0 or 1 does not divide by zero.
            spread = np.maximum(outputs * (1 - outputs), LEAST_SPREAD)
            return np.asarray((outputs - targets) / spread / outputs.size)
        case "bce_logits":
            return np.asarray((sigmoid(outputs) - targets) / outputs.size)
        case "cross_entropy":
            shares = softmax(outputs)
            shares[np.arange(len(shares)), targets] -= 1
            return np.asarray(shares / len(shares))
        case _:
            raise ValueError(name)
