"""The three losses of one prediction, exactly: infinite where they have no limit, NaN where they are not defined."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lab.core.events import Array


def half_squared(prediction: Array, target: Array) -> Array:
    """Return ½(ŷ − y)²."""
    return np.asarray((prediction - target) ** 2 / 2)


def absolute(prediction: Array, target: Array) -> Array:
    """Return |ŷ − y|."""
    return np.asarray(np.abs(prediction - target))


def binary_cross_entropy(prediction: Array, target: Array) -> Array:
    """Return −(y·ln ŷ + (1 − y)·ln(1 − ŷ)), where 0·ln 0 is 0; NaN where one of them is no probability."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(target == 0, 0.0, target * np.log(prediction))
        no = np.where(target == 1, 0.0, (1 - target) * np.log1p(-prediction))
        return np.where(probabilities(prediction, target), 0.0 - (yes + no), np.nan)


def half_squared_slope(prediction: Array, target: Array) -> Array:
    """Return the derivative of ½(ŷ − y)² by ŷ."""
    return np.asarray(prediction - target)


def absolute_slope(prediction: Array, target: Array) -> Array:
    """Return the derivative of |ŷ − y| by ŷ; 0 at the kink, as torch takes it."""
    return np.asarray(np.sign(prediction - target))


def binary_cross_entropy_slope(prediction: Array, target: Array) -> Array:
    """Return the derivative of `binary_cross_entropy` by ŷ; at ŷ = y = 0 or 1 that of the one side there is."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        yes = np.where(target == 0, 0.0, -target / prediction)
        no = np.where(target == 1, 0.0, (1 - target) / (1 - prediction))
        return np.where(probabilities(prediction, target), yes + no, np.nan)


def probabilities(prediction: Array, target: Array) -> Array:
    """Tell where both are from 0 to 1, (N,) bool."""
    return np.asarray((prediction >= 0) & (prediction <= 1) & (target >= 0) & (target <= 1))


Function = Callable[[Array, Array], Array]
LOSSES: Mapping[str, tuple[Function, Function, str]] = {
    "half_squared": (half_squared, half_squared_slope, "½(ŷ − y)²"),
    "absolute": (absolute, absolute_slope, "|ŷ − y|"),
    "bce": (binary_cross_entropy, binary_cross_entropy_slope, "−(y·ln ŷ + (1 − y)·ln(1 − ŷ))"),
}
"""Loss, its derivative by ŷ, and how it is written, by name."""


def loss_at(name: str, prediction: float, target: float) -> float:
    """Return a loss of one prediction."""
    return float(LOSSES[name][0](np.array(prediction), np.array(target)))


def slope_at(name: str, prediction: float, target: float) -> float:
    """Return the derivative of a loss by one prediction."""
    return float(LOSSES[name][1](np.array(prediction), np.array(target)))
