"""A deep network as it is before training: one pass forward and one back, written out with arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.maths.descent import Floats
from lab.nets.registry import activations as registry
from lab.nets.registry import losses
from lab.nets.registry.activations import Activation

BATCH: Final = 32
"""Inputs that go through the network together."""
CLASSES: Final = 10
FLAT: Final = 0.05
"""A unit is saturated where its derivative is below this share of the largest that its activation has."""

ACTIVATIONS: Final[Mapping[str, str]] = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "linear": "Linear: none",
}


def applied_by(activation: str) -> Activation:
    """Return what ACTIVATIONS calls so."""
    return registry.ACTIVATIONS["identity" if activation == "linear" else activation]


@dataclass(frozen=True)
class Backward:
    """What one pass forward and back leaves in a network of L layers of weights, from the first to the last.

    Attributes:
        loss: the cross-entropy, a mean over the batch.
        signals: (L,), the root mean square of what enters each layer.
        deltas: (L,), ‖∂loss/∂z‖ where z is what leaves a layer, before its activation.
        gradients: (L,), ‖∂loss/∂W‖.
        weights: (L,), ‖W‖.
        by_weights, by_slopes: (L − 1,), by which the weights and the derivatives of the activation multiply the delta
            of layer l + 1 on its way to layer l; their product is deltas[l] / deltas[l + 1]. NaN where nothing comes.
        flat: the share of the hidden units, over the batch, whose derivative is nearly zero; NaN without hidden units.
        dead: the share of the hidden units whose derivative is exactly zero for the whole batch; NaN likewise.
    """

    loss: float
    signals: Floats
    deltas: Floats
    gradients: Floats
    weights: Floats
    by_weights: Floats
    by_slopes: Floats
    flat: float
    dead: float

    @property
    def factors(self) -> Floats:
        """By which the delta changes from each layer to the one before, (L − 1,)."""
        return self.by_weights * self.by_slopes

    @property
    def ratio(self) -> float:
        """‖δ₁‖ / ‖δ_L‖: what is left of the gradient in the first layer; 0 where there never was one."""
        return float(self.deltas[0] / self.deltas[-1]) if self.deltas[-1] > 0 else 0.0

    @property
    def norm(self) -> float:
        """The norm of all gradients as one vector."""
        return float(np.linalg.norm(self.gradients))


def clip_factor(norm: float, most: float) -> float:
    """Return by what gradients of this norm are multiplied so that it is at most `most`; 0 clips nothing.

    The formula is that of torch.nn.utils.clip_grad_norm_, Pascanu, Mikolov and Bengio 2013.
    """
    return min(1.0, most / (norm + 1e-6)) if most > 0 else 1.0


@lru_cache(maxsize=150)
def directions(layer: int, rows: int, columns: int, seed: int) -> Floats:
    """Return (rows, columns) standard normal numbers: the weights of a layer before they are scaled."""
    numbers = np.random.default_rng((seed, layer)).standard_normal((rows, columns))
    numbers.flags.writeable = False
    return numbers


def _layers(depth: int, width: int, seed: int) -> list[Floats]:
    shapes = [(width, width)] * (depth - 1) + [(width, CLASSES)]
    return [directions(place + 1, *shape, seed) for place, shape in enumerate(shapes)]


def network(depth: int, width: int, scale: float, seed: int) -> list[Floats]:
    """Return the weights of each layer, (width, width) and at last (width, CLASSES), of deviation scale / √width."""
    return [each * (scale / width**0.5) for each in _layers(depth, width, seed)]


def batch(width: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return inputs (BATCH, width), standard normal, and their classes (BATCH,), by chance."""
    return directions(0, BATCH, width, seed), np.random.default_rng((seed, 1000)).integers(0, CLASSES, BATCH)


@lru_cache(maxsize=8)
def backward(depth: int, width: int, activation: str, scale: float, seed: int) -> Backward:
    """Send the batch through a new network, and the gradient back."""
    layers, deviation = _layers(depth, width, seed), scale / width**0.5
    inputs, classes = batch(width, seed)
    applied = applied_by(activation)
    entering, slopes = [inputs], []
    for weights in layers[:-1]:
        # Scaling what leaves a layer costs less than scaling its weights, and is the same.
        sums = entering[-1] @ weights * deviation
        entering.append(applied.value(sums))
        slopes.append(applied.slope(sums))
    scores = entering[-1] @ layers[-1] * deviation
    loss, delta = losses.value("cross_entropy", scores, classes), losses.gradient("cross_entropy", scores, classes)
    deltas, gradients = np.empty(depth), np.empty(depth)
    by_weights, by_slopes = np.full(depth - 1, np.nan), np.full(depth - 1, np.nan)
    for layer in range(depth - 1, -1, -1):
        deltas[layer] = _size(delta)
        gradients[layer] = _size(entering[layer].T @ delta)
        if not layer:
            break
        back = delta @ layers[layer].T * deviation
        delta = back * slopes[layer - 1]
        if deltas[layer] > 0:
            size = _size(back)
            by_weights[layer - 1] = size / deltas[layer]
            by_slopes[layer - 1] = _size(delta) / size if size > 0 else np.nan
    # The largest derivative: that of ReLU and its like is 1, but not at 0.
    steepest = 0.25 if activation == "sigmoid" else 1.0
    flat, dead = _flat(slopes, FLAT * steepest)
    return Backward(
        loss,
        np.array([_size(each) for each in entering]) / (BATCH * width) ** 0.5,
        deltas,
        gradients,
        deviation * np.array([_size(weights) for weights in layers]),
        by_weights,
        by_slopes,
        flat,
        dead,
    )


def _size(numbers: Floats) -> float:
    flat = numbers.ravel()
    return float(np.sqrt(flat @ flat))


def _flat(slopes: list[Floats], limit: float) -> tuple[float, float]:
    """Return the share of flat places of units, and that of units that are dead for the whole batch."""
    if not slopes:
        return np.nan, np.nan
    every = np.stack(slopes)
    return float((every < limit).mean()), float((every == 0).all(axis=1).mean())
