"""The parameters of a training with a dev set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.metaparameters import DescentParams, epochs_field, seed_field
from lab.core.params import choice, flag, integer, real
from lab.nets.dense.params import DenseNetParams, hidden_field
from lab.nets.registry.optimisers import IN_NUMPY


def _count(default: int, label: str, help: str) -> int:
    given: int = integer(
        default, 10, 5000, scale="log", slider=True, unit="points", label=label, help=help, group="Data"
    )
    return given


@dataclass(frozen=True, kw_only=True)
class EarlyStoppingParams(DenseNetParams, DescentParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("measure", "patience", "keep", "train", "dev", "hidden")

    seed: int = seed_field(12)
    train: int = _count(500, "Training points", "What the network learns from.")
    dev: int = _count(200, "Dev points", "What decides when to stop and which weights to keep.")
    test: int = _count(200, "Test points", "What decides nothing, and is asked at the end.")
    blur: float = real(
        1.0, 0.1, 5.0, slider=True, label="Blur", group="Data",
        help="The standard deviation of the points about the middle of their cluster, along x and along y.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((8, 8), most=128)
    optimiser: str = choice(
        "sgd", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    batch_size: int = integer(
        30, 1, 5000, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    epochs: int = epochs_field(100, 5000)
    measure: str = choice(
        "accuracy", {"accuracy": "Dev accuracy", "loss": "Dev loss"}, label="Decided by", group="Stopping",
        help="What says, after each epoch, how good the weights are: highest accuracy, or lowest loss, is best.",
    )  # fmt: skip
    patience: int = integer(
        0, 0, 1000, unit="epochs", label="Patience", group="Stopping",
        help="The run ends when so many epochs in a row were not better than the best one; 0 for never.",
    )  # fmt: skip
    keep: bool = flag(
        True, label="Keep the best", group="Stopping",
        help="At the end the network gets back the weights of its best epoch, else it has those of the last one.",
    )  # fmt: skip
