"""Ordinary points and a few far ones, the rules that find them, and the fits that suffer; many sets at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

import numpy as np

from lab.core.events import Array

NOISE = 0.5
"""The deviation of y about the line y = x; x has the deviation 1."""
MIDDLES = -1.5, 1.5
"""Where the two classes have their middles along x; their points have the deviation 1."""
NORMAL = 1.482602218505602
"""By which the median of deviations (MAD) is a standard deviation, of normal numbers."""
WHISKERS = 1.5
_STEPS, _HUBER_STEPS = 40, 200


def zscore(values: Array, threshold: float) -> Array:
    """Tell which values (…, N) are further than `threshold` standard deviations from the mean."""
    deviation = values.std(-1, keepdims=True)
    return np.asarray(np.abs(values - values.mean(-1, keepdims=True)) > threshold * deviation)


def robust(values: Array, threshold: float) -> Array:
    """Tell the same by the median, and by the median of the distances from it."""
    apart = np.abs(values - np.median(values, -1, keepdims=True))
    return np.asarray(apart > threshold * NORMAL * np.median(apart, -1, keepdims=True))


def quartiles(values: Array, threshold: float) -> Array:
    """Tell which values lie more than 1.5 times the distance of the quartiles outside of them."""
    low, high = np.quantile(values, (0.25, 0.75), axis=-1, keepdims=True)
    room = WHISKERS * (high - low)
    return np.asarray((values < low - room) | (values > high + room))


RULES: Mapping[str, Callable[[Array, float], Array]] = MappingProxyType(
    {"zscore": zscore, "robust": robust, "quartiles": quartiles}
)


@dataclass(frozen=True)
class Points:
    """`ordinary` points, then `far` ones, for each of some `distances` (D,): the same draw, further and further out."""

    task: str
    ordinary: int
    far: int
    place: str
    distances: tuple[float, ...]
    seed: int

    @cached_property
    def both(self) -> tuple[Array, Array]:
        """The places (D, N, 2), and the classes (N,) of classification."""
        random = np.random.default_rng(self.seed)
        drawn = random.standard_normal((self.ordinary, 2))
        jitter = 0.3 * random.standard_normal((self.far, 2))
        out = np.array(self.distances)[:, None, None]
        if self.task == "regression":
            kept = np.stack([drawn[:, 0], drawn[:, 0] + NOISE * drawn[:, 1]], 1)
            x = jitter[:, 0] + (1.0 if self.place == "across" else 0.0)
            base = np.stack([x, x + NOISE * jitter[:, 1]], 1)
            away = np.array([0.0, 1.0] if self.place == "across" else [1.0, 1.0])
            classes = np.zeros(self.ordinary + self.far, int)
        else:
            classes = np.concatenate([np.arange(self.ordinary) % 2, np.zeros(self.far, int)])
            kept = drawn + np.array(MIDDLES)[classes[: self.ordinary], None] * [1.0, 0.0]
            base = jitter + np.array([MIDDLES[0], 0.0])
            away = np.array([1.0 if self.place == "across" else -1.0, 0.0])
        moved = base + out * away
        fixed = np.broadcast_to(kept, (len(out), *kept.shape))
        return np.concatenate([fixed, moved], 1), classes

    @property
    def places(self) -> Array:
        """The places (D, N, 2)."""
        return self.both[0]

    @property
    def classes(self) -> Array:
        """The classes (N,): 0 or 1."""
        return self.both[1]

    @property
    def one(self) -> Array:
        """The places (N, 2) of the first distance."""
        return np.asarray(self.places[0])

    @property
    def is_far(self) -> Array:
        """Which of the points (N,) are the far ones."""
        return np.arange(self.ordinary + self.far) >= self.ordinary

    def at(self, *distances: float) -> Points:
        """Return the same points with the far ones elsewhere."""
        return replace(self, distances=distances)

    def removed(self, rule: str, threshold: float) -> Array:
        """Return which points (D, N) a rule removes, by x or by y; "known" are the far ones themselves."""
        if rule in ("none", "known"):
            return np.broadcast_to(self.is_far & (rule == "known"), self.places.shape[:2])
        return np.asarray(RULES[rule](np.moveaxis(self.places, 2, 1), threshold).any(1))

    def fitted(self, rule: str, threshold: float, loss: str) -> Array:
        """Return the fits to what a rule leaves: intercept and slope (D, 2), or bias and weights (D, 3).

        They are kept, since a page asks several times, and those of many distances do not change while it is dragged.
        """
        return _fitted(self, rule, threshold, loss)

    def error_after(self, rule: str, threshold: float, loss: str) -> Array:
        """Return what those fits are worth (D,)."""
        return np.asarray(self.error(self.fitted(rule, threshold, loss)))

    def error(self, fits: Array) -> Array:
        """Return what fits (D, 2) or (D, 3) are worth on ever new ordinary points (D,), exactly.

        Of a line the root of the mean squared distance to the true one; of a classifier the share it gets wrong.
        """
        if self.task == "regression":
            return np.asarray(np.hypot(fits[:, 0], fits[:, 1] - 1))
        length = np.maximum(np.hypot(fits[:, 1], fits[:, 2]), 1e-300)
        scores = [(fits[:, 0] + fits[:, 1] * middle) / length for middle in MIDDLES]
        return np.asarray(0.5 * (_normal(scores[0]) + _normal(-scores[1])))

    @property
    def best(self) -> float:
        """The least error there is."""
        return float(_normal(np.array([-MIDDLES[1]]))[0]) if self.task == "classes" else 0.0


@lru_cache(maxsize=64)
def _fitted(points: Points, rule: str, threshold: float, loss: str) -> Array:
    weights = 1.0 - points.removed(rule, threshold)
    if points.task == "classes":
        return logistic(points.places, points.classes, weights)
    return line(points.places[..., 0], points.places[..., 1], weights, loss)


def _normal(z: Array) -> Array:
    """Return the share of a normal distribution below z (D,)."""
    return np.array([0.5 * math.erfc(-each / math.sqrt(2)) for each in z])


def line(x: Array, y: Array, weights: Array, loss: str) -> Array:
    """Return intercept and slope (D, 2) of least squares, or of least Huber losses with its bend at 1."""
    design = np.stack([np.ones_like(x), x], -1)
    found = _weighted(design, y, weights)
    if loss == "squared":
        return found
    for _ in range(_HUBER_STEPS):
        residual = np.abs(y - (design @ found[..., None])[..., 0])
        # A residual beyond 1 pulls as one of 1 does.
        again = _weighted(design, y, weights / np.maximum(residual, 1.0))
        if np.abs(again - found).max() < 1e-12:
            break
        found = again
    return found


def _weighted(design: Array, y: Array, weights: Array) -> Array:
    turned = (design * weights[..., None]).swapaxes(-1, -2)
    # A little more than nothing, where one point is left.
    normal = turned @ design + 1e-12 * np.eye(2)
    return np.asarray(np.linalg.solve(normal, turned @ y[..., None])[..., 0])


def logistic(places: Array, classes: Array, weights: Array) -> Array:
    """Return bias and weights (D, 3) of logistic regression with ½·|w|² added, as scikit-learn's with C = 1.

    By Newton's method; a step that does not lead downwards is halved.
    """
    design = np.concatenate([np.ones((*places.shape[:2], 1)), places], -1)
    signs = 2.0 * classes - 1
    ridge, turned = np.diag([0.0, 1.0, 1.0]), design.swapaxes(-1, -2)
    found = np.zeros((len(places), 3))
    value = _losses(design, signs, weights, found)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(np.clip(-(design @ found[..., None])[..., 0], -500, 500)))
        slope = ((weights * (chance - classes))[:, None, :] @ design)[:, 0] + found @ ridge
        bend = turned @ (design * (weights * chance * (1 - chance))[..., None]) + ridge
        step = np.linalg.solve(bend + 1e-12 * np.eye(3), slope[..., None])[..., 0]
        for _halved in range(30):
            worse = _losses(design, signs, weights, found - step) > value + 1e-13 * np.abs(value)
            if not worse.any():
                break
            step[worse] *= 0.5
        found = found - step
        value = _losses(design, signs, weights, found)
        if np.abs(step).max() < 1e-9:
            break
    return found


def _losses(design: Array, signs: Array, weights: Array, fits: Array) -> Array:
    margins = signs * (design @ fits[..., None])[..., 0]
    return np.asarray((weights * np.logaddexp(0.0, -margins)).sum(-1) + 0.5 * (fits[:, 1:] ** 2).sum(-1))
