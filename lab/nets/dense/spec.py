"""What a dense network is made of, without its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Layer:
    """`units` sums of the layer before it; [batch norm;] `activation`; in training a share `dropout` set to zero.

    With `norm_after`, batch norm comes behind the activation and normalises that.
    """

    units: int
    activation: str = "relu"
    batch_norm: bool = False
    dropout: float = 0.0
    norm_after: bool = False

    @property
    def biasless(self) -> bool:
        """Whether its biases do nothing: a batch norm right behind the sums takes away what they add."""
        return self.batch_norm and not self.norm_after


@dataclass(frozen=True)
class MLPSpec:
    """`inputs` numbers go through the layers, of which the last is the output."""

    inputs: int
    layers: tuple[Layer, ...]

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Return (units before, units) of each layer."""
        widths = (self.inputs, *(layer.units for layer in self.layers))
        return tuple(pairwise(widths))

    @property
    def outputs(self) -> int:
        """Return the number of outputs."""
        return self.layers[-1].units

    @property
    def parameters(self) -> int:
        """Return how many numbers are learned: weights, biases, and two a unit for batch norm."""
        norms = sum(2 * layer.units for layer in self.layers if layer.batch_norm)
        return sum(before * units + units for before, units in self.shapes) + norms


def dense(
    inputs: int, hidden: tuple[int, ...], outputs: int, activation: str = "relu", output: str = "identity"
) -> MLPSpec:
    """Return a plan of hidden layers of one kind and an output layer."""
    return MLPSpec(inputs, (*(Layer(units, activation) for units in hidden), Layer(outputs, output)))
