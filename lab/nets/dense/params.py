"""Parameters of dense networks that experiments share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.core.params import Params, choice, flag, integers, real
from lab.nets.registry.activations import HIDDEN


def hidden_field(default: tuple[int, ...] = (64, 64), most: int = 512) -> Any:
    """Declare the units of the hidden layers."""
    return integers(
        default, 1, most, length=(0, 6), label="Units", group="Network",
        help="Units of each hidden layer, one number a layer; leave it empty for none.",
    )  # fmt: skip


def activation_field(default: str = "relu") -> Any:
    """Declare the activation of hidden units."""
    return choice(
        default, HIDDEN, label="Activation", help="The non-linearity after each hidden layer.", group="Network"
    )


def batch_norm_field() -> Any:
    """Declare whether hidden sums are normalised."""
    return flag(
        False, label="Batch norm", group="Network",
        help="Each hidden sum is normalised over its batch, then scaled and shifted.",
    )  # fmt: skip


def dropout_field(default: float = 0.0) -> Any:
    """Declare the share of hidden outputs that is left out in training."""
    return real(
        default, 0.0, 0.9, slider=True, label="Dropout", group="Network",
        help="The share of each hidden layer's outputs that is set to zero at random in training.",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DenseNetParams(Params):
    """Hidden layers of one kind."""

    hidden: tuple[int, ...] = hidden_field()
    activation: str = activation_field()
