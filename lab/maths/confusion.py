"""What is read off a confusion matrix: counts (K, K), rows the true class, columns the predicted one."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array


def confusion(truth: Array, predicted: Array, classes: int) -> Array:
    """Return the counts (K, K) of class numbers (N,) of `classes` classes."""
    return np.asarray(np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes))


def share(part: Array | float, whole: Array | float, undefined: float = 0.0) -> Array:
    """Return part / whole, and `undefined` where both are 0, as scikit-learn does with its `zero_division`."""
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    out = np.full(np.broadcast(part, whole).shape, undefined)
    return np.asarray(np.divide(part, whole, out=out, where=whole != 0))


def precision(counts: Array, undefined: float = 0.0) -> Array:
    """Return, for each class (K,), which share of what was predicted as it is it."""
    return share(np.diag(counts), counts.sum(axis=0), undefined)


def recall(counts: Array, undefined: float = 0.0) -> Array:
    """Return, for each class (K,), which share of it was found."""
    return share(np.diag(counts), counts.sum(axis=1), undefined)


def f1(counts: Array, undefined: float = 0.0) -> Array:
    """Return, for each class (K,), the harmonic mean of both: 2·TP / (2·TP + FP + FN)."""
    return share(2 * np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1), undefined)


def specificity(counts: Array, undefined: float = 0.0) -> Array:
    """Return, for each class (K,), which share of all that is not it was not taken for it."""
    false = counts.sum(axis=0) - np.diag(counts)
    others = counts.sum() - counts.sum(axis=1)
    return share(others - false, others, undefined)


def accuracy(counts: Array) -> float:
    """Return the share of right answers."""
    return float(np.trace(counts) / counts.sum())


def averaged(values: Array, weights: Array | None = None) -> float:
    """Return the mean of values (K,), weighted or not, of those that are numbers; NaN where none of them is."""
    there = np.isfinite(values)
    heavy = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    if not heavy[there].sum():
        return math.nan if not there.any() else 0.0
    return float(np.average(values[there], weights=heavy[there]))


def matthews(counts: Array) -> float:
    """Return the correlation of truth and prediction, of any number of classes; 0 where one of both never changes."""
    true, said, total = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    covariance = np.trace(counts) * total - true @ said
    spread = float(total**2 - said @ said) * float(total**2 - true @ true)
    return float(covariance / math.sqrt(spread)) if spread else 0.0
