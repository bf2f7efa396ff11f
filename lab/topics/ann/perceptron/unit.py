"""The arithmetic of one unit with two inputs, of one example shown to it, and of what a straight line can separate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.nets.registry.activations import ACTIVATIONS, HIDDEN

CASES = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
"""The four examples there are, in the order in which they are shown."""
PROBLEMS = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}
"""The targets of the four cases."""
HALF = 0.5
"""The unit says 1 where its output is above this, half way between both targets."""
LONGEST = 3.0
"""The largest squared length of an example: both inputs, and the 1 of the bias."""
THRESHOLDS = {"step": 0.0, "sigmoid": 0.0, "tanh": math.atanh(HALF), "relu": HALF, "identity": HALF}
"""The sum above which the unit says 1, for each activation."""
UNIT_ACTIVATIONS = {"step": "Step function", **{name: HIDDEN[name] for name in THRESHOLDS if name != "step"}}

Rule = Literal["perceptron", "gradient"]
Weights = tuple[float, float, float]
"""Both weights and the bias."""


def activated(activation: str, z: Array) -> Array:
    """Return the outputs for sums `z`; the step is 1 above zero and 0 elsewhere."""
    return np.asarray(z > 0, np.float64) if activation == "step" else ACTIVATIONS[activation].value(z)


def sloped(activation: str, z: Array) -> Array:
    """Return the derivatives for sums `z`; that of the step is 0, at its jump too, where it has none."""
    return np.zeros_like(z) if activation == "step" else ACTIVATIONS[activation].slope(z)


@dataclass(frozen=True)
class Example:
    """One pair of inputs shown to a unit: what flows forward, the error, and the change that a rule makes of it.

    `target` is None where there is none: only the four cases have one.
    """

    weights: Weights
    activation: str
    inputs: tuple[float, float]
    target: float | None
    rule: Rule

    @property
    def products(self) -> tuple[float, float]:
        """Each input times its weight."""
        return self.weights[0] * self.inputs[0], self.weights[1] * self.inputs[1]

    @property
    def sum(self) -> float:
        """The sum z = w₁x₁ + w₂x₂ + b."""
        return self.products[0] + self.products[1] + self.weights[2]

    @property
    def output(self) -> float:
        """The activation of the sum."""
        return float(activated(self.activation, np.array(self.sum)))

    @property
    def slope(self) -> float:
        """The derivative of the output by the sum."""
        return float(sloped(self.activation, np.array(self.sum)))

    @property
    def says(self) -> float:
        """1 or 0: what the output is taken for."""
        return float(self.output > HALF)

    @property
    def answer(self) -> float:
        """What is compared with the target: the perceptron rule looks only at 0 or 1."""
        return self.says if self.rule == "perceptron" else self.output

    @property
    def error(self) -> float | None:
        """Target minus answer."""
        return None if self.target is None else self.target - self.answer

    @property
    def loss(self) -> float | None:
        """½(t − y)²."""
        return None if self.error is None else self.error**2 / 2

    @property
    def sum_gradient(self) -> float | None:
        """∂loss/∂z = −(t − y)·f′(z), which the bias gets as it is and each weight times its input."""
        return None if self.error is None else -self.error * self.slope + 0.0

    @property
    def blame(self) -> float:
        """What a rule multiplies the learning rate and each input by: the error, with gradients times the slope."""
        return 0.0 if self.error is None else self.error * (1.0 if self.rule == "perceptron" else self.slope)

    def improved(self, learning_rate: float) -> Weights:
        """Return the weights after one step."""
        first, second, bias = self.weights
        by = learning_rate * self.blame
        return first + by * self.inputs[0], second + by * self.inputs[1], bias + by


@dataclass(frozen=True)
class Judged:
    """All four cases at one time: `sums`, `outputs` and `right` (4,)."""

    sums: Array
    outputs: Array
    right: Array
    mean_loss: float

    @property
    def wrong(self) -> int:
        """How many are on the wrong side."""
        return int((~self.right).sum())


def judged(weights: Weights, activation: str, targets: Sequence[int]) -> Judged:
    """Return what a unit makes of the four cases."""
    sums = np.array(CASES) @ np.array(weights[:2]) + weights[2]
    outputs, wanted = activated(activation, sums), np.array(targets, np.float64)
    loss = float(((wanted - outputs) ** 2 / 2).mean())
    return Judged(sums, outputs, (outputs > HALF) == (wanted > HALF), loss)


def separators(targets: Sequence[int]) -> Array:
    """Return small whole weights and biases (N, 3) whose sums are ≥ 1 where the target is 1, and ≤ −1 elsewhere.

    Each function of two bits that any straight line separates has such ones; XOR and its opposite have none.
    """
    tried = np.array(list(product(range(-2, 3), range(-2, 3), range(-3, 4))), np.float64)
    signs = np.where(np.array(targets) > 0, 1.0, -1.0)
    return np.asarray(tried[((tried @ np.column_stack([CASES, np.ones(4)]).T * signs) >= 1).all(1)])


def most_corrections(start: Weights, activation: str, targets: Sequence[int], learning_rate: float) -> int | None:
    """Return how many corrections the perceptron rule can need at most, None where no number is enough.

    Novikoff's argument (1962), for any start w₀: with a separator u of margin 1, each correction brings the weights
    nearer to ηR²u, in the square of the distance by at least η²R². So there are at most ‖w₀ − ηR²u‖² / (η²R²).
    """
    found = separators(targets)
    if not len(found):
        return None
    origin = np.array([start[0], start[1], start[2] - THRESHOLDS[activation]])
    goals = learning_rate * LONGEST * found
    nearest = float(((origin - goals) ** 2).sum(1).min())
    return math.floor(nearest / (learning_rate**2 * LONGEST) + 1e-9)
