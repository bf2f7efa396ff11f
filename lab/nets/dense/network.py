"""A dense network in NumPy: forward, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.nets.dense.first_weights import USUAL, FirstWeights
from lab.nets.dense.spec import Layer, MLPSpec
from lab.nets.registry.activations import ACTIVATIONS

Array = NDArray[Any]
SMALL = 1e-5
"""What is added to the variance in batch norm, as in torch."""
MOMENTUM = 0.1
"""The share of a batch in the running mean and variance, as in torch."""


@dataclass
class Norm:
    """The numbers of a batch norm over U units: `scale` and `shift` are learned, `mean` and `variance` are kept."""

    scale: Array
    shift: Array
    mean: Array
    variance: Array

    @classmethod
    def fresh(cls, units: int) -> Norm:
        """Return what it is before training."""
        return cls(np.ones(units), np.zeros(units), np.zeros(units), np.ones(units))

    def as_kept(self, values: Array) -> Array:
        """Return values (N, U) normalised by the kept mean and variance, as when nothing is trained."""
        return np.asarray((values - self.mean) / np.sqrt(self.variance + SMALL) * self.scale + self.shift)


@dataclass
class _Pass:
    """What one layer computed, for the way back."""

    inputs: Array
    sums: Array
    normed: Array
    spread: Array | None
    outputs: Array
    kept: Array | None
    activated: Array


class Network:
    """The numbers of a plan: `weights` (F, U) and `biases` (U,) of each layer, and `norms` where it has them.

    Inputs are (N, F) float64. The weights may be changed in place between two calls.
    """

    def __init__(
        self,
        plan: MLPSpec,
        weights: Sequence[Array],
        biases: Sequence[Array],
        norms: Sequence[Norm | None] | None = None,
    ) -> None:
        self.plan = plan
        self.weights, self.biases = list(weights), list(biases)
        self.norms = (
            list(norms)
            if norms is not None
            else [Norm.fresh(layer.units) if layer.batch_norm else None for layer in plan.layers]
        )

    @classmethod
    def drawn(cls, plan: MLPSpec, generator: np.random.Generator, first: FirstWeights = USUAL) -> Network:
        """Draw weights and biases, unless it is said otherwise as torch.nn.Linear does: uniform within ±1/√fan_in."""
        drawn = [first.draw(place, *shape, generator) for place, shape in enumerate(plan.shapes)]
        return cls(plan, [weight for weight, _bias in drawn], [bias for _weight, bias in drawn])

    @property
    def learned(self) -> list[Array]:
        """Return the arrays that training changes: weights, biases, then scale and shift of each norm."""
        norms = [array for norm in self.norms if norm is not None for array in (norm.scale, norm.shift)]
        return [*self.weights, *self.biases, *norms]

    @property
    def finite(self) -> bool:
        """Whether all numbers are numbers."""
        return all(bool(np.isfinite(array).all()) for array in self.learned)

    def copy(self) -> Network:
        """Return a copy with arrays of its own."""
        norms = [
            None if norm is None else Norm(*(array.copy() for array in vars(norm).values())) for norm in self.norms
        ]
        return Network(self.plan, [w.copy() for w in self.weights], [b.copy() for b in self.biases], norms)

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs (N, K), as they are when nothing is trained."""
        return self.trace(inputs)[-1]

    @np.errstate(over="ignore", invalid="ignore")
    def trace(self, inputs: Array) -> list[Array]:
        """Return the outputs (N, U) of every layer, as they are when nothing is trained; infinite where too large."""
        found = []
        for layer, weight, bias, norm in zip(self.plan.layers, self.weights, self.biases, self.norms, strict=True):
            sums = inputs @ weight
            sums += bias
            if norm is not None and not layer.norm_after:
                sums = norm.as_kept(sums)
            inputs = ACTIVATIONS[layer.activation].value(sums)
            if norm is not None and layer.norm_after:
                inputs = norm.as_kept(inputs)
            found.append(inputs)
        return found

    def forward(self, inputs: Array, noise: np.random.Generator) -> list[_Pass]:
        """Go forward through a batch in training; running means of norms are moved."""
        passes: list[_Pass] = []
        for layer, weight, bias, norm in zip(self.plan.layers, self.weights, self.biases, self.norms, strict=True):
            sums = inputs @ weight
            sums += bias
            normed, spread = sums, None
            if norm is not None and not layer.norm_after:
                normed, spread = _normalise(norm, sums)
                sums = normed * norm.scale + norm.shift
            outputs = activated = ACTIVATIONS[layer.activation].value(sums)
            if norm is not None and layer.norm_after:
                normed, spread = _normalise(norm, outputs)
                outputs = normed * norm.scale + norm.shift
            kept = None
            if layer.dropout:
                kept = (noise.random(outputs.shape) >= layer.dropout) / (1 - layer.dropout)
                outputs = outputs * kept
            passes.append(_Pass(inputs, sums, normed, spread, outputs, kept, activated))
            inputs = outputs
        return passes

    def backward(self, passes: list[_Pass], gradient: Array) -> list[Array]:
        """Return the gradients of `learned`, in its order, from that by the outputs (N, K)."""
        weights: list[Array] = []
        biases: list[Array] = []
        norms: list[Array] = []
        for place in range(len(passes) - 1, -1, -1):
            layer, norm, one = self.plan.layers[place], self.norms[place], passes[place]
            if one.kept is not None:
                gradient = gradient * one.kept
            if layer.norm_after:
                gradient = _back(norm, one, gradient, norms)
            gradient = _through(layer, one, gradient)
            if not layer.norm_after:
                gradient = _back(norm, one, gradient, norms)
            weights.append(one.inputs.T @ gradient)
            # A norm takes away what a bias adds: the rest is rounding, which RMSprop would blow up.
            biases.append(np.zeros(layer.units) if layer.biasless else gradient.sum(0))
            if place:
                gradient = gradient @ self.weights[place].T
        return [*reversed(weights), *reversed(biases), *norms]


def _through(layer: Layer, one: _Pass, gradient: Array) -> Array:
    """Return the gradient by the sums of a layer, from that by its activations."""
    match layer.activation:
        case "identity":
            return gradient
        case "softmax":
            shares = ACTIVATIONS["softmax"].value(one.sums)
            return np.asarray(shares * (gradient - (gradient * shares).sum(1, keepdims=True)))
        case "tanh":
            return np.asarray(gradient * (1.0 - one.activated * one.activated))
        case "sigmoid":
            return np.asarray(gradient * one.activated * (1.0 - one.activated))
        case name:
            return np.asarray(gradient * ACTIVATIONS[name].slope(one.sums))


def _normalise(norm: Norm, sums: Array) -> tuple[Array, Array]:
    """Return sums with mean 0 and deviation 1 over the batch, and that deviation (U,)."""
    mean, variance = sums.mean(0), sums.var(0)
    count = len(sums)
    spread = np.sqrt(variance + SMALL)
    norm.mean = (1 - MOMENTUM) * norm.mean + MOMENTUM * mean
    norm.variance = (1 - MOMENTUM) * norm.variance + MOMENTUM * variance * (count / max(1, count - 1))
    return (sums - mean) / spread, spread


def _back(norm: Norm | None, one: _Pass, gradient: Array, norms: list[Array]) -> Array:
    """Return the gradient by what went into a norm, where there is one; put those of its numbers before `norms`."""
    if norm is None or one.spread is None:
        return gradient
    norms[:0] = [(gradient * one.normed).sum(0), gradient.sum(0)]
    return _through_norm(norm, one, gradient)


def _through_norm(norm: Norm, one: _Pass, gradient: Array) -> Array:
    """Return the gradient by what went into a norm."""
    inner = gradient * norm.scale
    return np.asarray((inner - inner.mean(0) - one.normed * (inner * one.normed).mean(0)) / one.spread)
