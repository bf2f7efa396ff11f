"""Every activation of the program, told once, with its derivative as torch defines it; SciPy only for much GELU."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
LEAK = 0.01
"""The slope of the leaky ReLU below zero."""
_FEW = 500
"""Up to so many numbers are done one by one, faster than SciPy is loaded."""


@dataclass(frozen=True)
class Activation:
    """A function of the sum z of a unit, elementwise but for softmax, which is over the last axis.

    `slope` is its derivative; where it has none, at a kink, what torch takes: that of the left side. `formula` and
    `slope_formula` are TeX; `module` and `function` are the lines of torch.
    """

    name: str
    label: str
    formula: str
    slope_formula: str
    module: str
    function: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]

    def in_torch(self) -> nn.Module:
        """Return the module of torch."""
        from torch import nn

        name, _, options = self.module.removeprefix("nn.").partition("(")
        pairs = (option.split("=") for option in options.removesuffix(")").split(",") if option)
        made: nn.Module = getattr(nn, name)(**{key.strip(): int(number) for key, number in pairs})
        return made


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(−z)) without overflow at either end."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def softmax(z: Array) -> Array:
    """Return exp(z) over its sum along the last axis."""
    powers = np.exp(z - z.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def _softplus(z: Array) -> Array:
    # torch returns z itself above 20, which is 2e-9 less; these are the exact numbers.
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def _normal(z: Array) -> Array:
    """Return the standard normal distribution function."""
    if z.size <= _FEW:
        below = map(math.erfc, (z.ravel() * -math.sqrt(0.5)).tolist())
        return 0.5 * np.fromiter(below, z.dtype, z.size).reshape(z.shape)
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def _gelu_slope(z: Array) -> Array:
    return _normal(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _silu_slope(z: Array) -> Array:
    share = sigmoid(z)
    return share * (1.0 + z * (1.0 - share))


def _elu(z: Array) -> Array:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def _elu_slope(z: Array) -> Array:
    return np.exp(np.minimum(z, 0.0))


def _no_slope(z: Array) -> Array:
    raise TypeError("softmax mixes all units of its layer; it has no slope of one")


ACTIVATIONS: dict[str, Activation] = {
    made.name: made
    for made in (
        Activation(
            "identity", "None (linear)", "z", "1", "nn.Identity()", "z", lambda z: z, lambda z: np.ones_like(z)
        ),
        Activation(
            "relu", "ReLU", r"\max(0, z)", r"[z > 0]", "nn.ReLU()", "F.relu(z)",
            lambda z: np.maximum(z, 0.0), lambda z: (z > 0).astype(z.dtype),
        ),
        Activation(
            "leaky_relu", "Leaky ReLU", r"\max(0.01\,z,\, z)", r"1 \text{ if } z > 0 \text{ else } 0.01",
            "nn.LeakyReLU()", "F.leaky_relu(z)",
            lambda z: np.maximum(z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK).astype(z.dtype),
        ),
        Activation(
            "relu6", "ReLU6", r"\min(\max(0, z), 6)", r"[0 < z < 6]", "nn.ReLU6()", "F.relu6(z)",
            lambda z: np.clip(z, 0.0, 6.0), lambda z: ((z > 0) & (z < 6)).astype(z.dtype),
        ),
        Activation(
            "elu", "ELU", r"z \text{ if } z > 0 \text{ else } e^z - 1", r"1 \text{ if } z > 0 \text{ else } e^z",
            "nn.ELU()", "F.elu(z)", _elu, _elu_slope,
        ),
        Activation(
            "sigmoid", "Sigmoid", r"\frac{1}{1+e^{-z}}", r"\sigma(z)\,(1-\sigma(z))", "nn.Sigmoid()",
            "torch.sigmoid(z)", sigmoid, lambda z: sigmoid(z) * sigmoid(-z),
        ),
        Activation(
            "tanh", "tanh", r"\tanh z", r"1-\tanh^2 z", "nn.Tanh()", "torch.tanh(z)",
            np.tanh, lambda z: 1.0 - np.tanh(z) ** 2,
        ),
        Activation(
            "softplus", "Softplus", r"\ln(1+e^{z})", r"\sigma(z)", "nn.Softplus()", "F.softplus(z)", _softplus, sigmoid
        ),
        Activation(
            "gelu", "GELU", r"z\,\Phi(z)", r"\Phi(z) + z\,\varphi(z)", "nn.GELU()", "F.gelu(z)",
            lambda z: z * _normal(z), _gelu_slope,
        ),
        Activation(
            "silu", "SiLU", r"z\,\sigma(z)", r"\sigma(z)\,(1 + z\,(1-\sigma(z)))", "nn.SiLU()", "F.silu(z)",
            lambda z: z * sigmoid(z), _silu_slope,
        ),
        Activation(
            "softmax", "Softmax", r"\frac{e^{z_k}}{\sum_j e^{z_j}}", r"\sigma_k(\delta_{kj}-\sigma_j)",
            "nn.Softmax(dim=1)", "F.softmax(z, dim=1)", softmax, _no_slope,
        ),
    )
}  # fmt: skip
HIDDEN: dict[str, str] = {name: made.label for name, made in ACTIVATIONS.items() if name != "softmax"}
"""The activations that one unit can have for itself, by name, with their labels."""
