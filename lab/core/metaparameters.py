"""Parameters that many experiments share: how a model is trained, with which seed, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.core.params import ParamError, Params, choice, integer, real

DEVICES = {"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA graphics card"}


SEED = "Where the random numbers begin. The same seed gives the same numbers again."
RATE = "How far one step goes along the gradient."


def seed_field(default: int = 7, *, group: str = "Run", help: str = SEED) -> Any:
    """Declare where the random numbers begin."""
    return integer(default, 0, 2**31 - 1, label="Seed", help=help, group=group)


def rate_field(
    default: float = 0.01, low: float = 1e-5, high: float = 10.0, *, group: str = "Training", help: str = RATE
) -> Any:
    """Declare the learning rate of plain gradient descent."""
    return real(default, low, high, scale="log", slider=True, label="Learning rate", help=help, group=group)


def epochs_field(
    default: int = 1000, most: int = 100_000, help: str = "How many times the network sees all examples."
) -> Any:
    """Declare the epochs of plain gradient descent."""
    return integer(default, 1, most, scale="log", label="Epochs", help=help, group="Training")


@dataclass(frozen=True, kw_only=True)
class SeedParams(Params):
    """Where the random numbers begin."""

    seed: int = seed_field()


@dataclass(frozen=True, kw_only=True)
class RunParams(SeedParams):
    """Seed and device."""

    device: str = choice(
        "auto",
        DEVICES,
        label="Device",
        help="Where the arithmetic is done. Automatic takes the graphics card if there is one.",
        group="Run",
    )


@dataclass(frozen=True, kw_only=True)
class DescentParams(SeedParams):
    """Plain gradient descent over all examples at once."""

    learning_rate: float = rate_field()
    epochs: int = epochs_field()


@dataclass(frozen=True, kw_only=True)
class RateRangeParams(Params):
    """Between which learning rates."""

    lowest: float = real(
        0.001, 1e-6, 1.0, scale="log", slider=True, label="Lowest rate", help="The smallest learning rate.",
        group="Sweep",
    )  # fmt: skip
    highest: float = real(
        0.1, 1e-6, 10.0, scale="log", slider=True, label="Highest rate", help="The largest learning rate.",
        group="Sweep",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse rates that do not follow each other."""
        super().check()
        if not self.lowest < self.highest:
            raise ParamError(
                "highest",
                "{field}: {value} is not allowed; allowed is a number above {low}, the lowest rate",
                value=self.highest,
                low=self.lowest,
            )
