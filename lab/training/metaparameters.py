"""Parameters of a training in torch: optimiser, rate, weight decay, batches and epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.metaparameters import RunParams
from lab.core.params import Migration, choice, integer, real
from lab.nets.registry.optimisers import ALL, MOMENTUM


def _one_word_one_meaning(values: dict[str, Any]) -> dict[str, Any]:
    """What was called SGD and RMSprop had a momentum, and weight decay pulled at everything."""
    names = {"sgd": "momentum", "rmsprop": "rmsprop_momentum"}
    given = {"optimiser": names.get(values["optimiser"], values["optimiser"])} if "optimiser" in values else {}
    return {"decay_on": "everything"} | values | given


@dataclass(frozen=True, kw_only=True)
class TrainingParams(RunParams):
    """Optimiser, rate, batches and epochs."""

    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_one_word_one_meaning),)

    optimiser: str = choice("adam", ALL, label="Optimiser", help="How the gradient becomes a step.", group="Training")
    learning_rate: float = real(
        0.001,
        1e-7,
        10.0,
        scale="log",
        label="Learning rate",
        help="How far one step goes along the gradient.",
        group="Training",
    )
    momentum: float = real(
        0.9,
        0.0,
        0.999,
        label="Momentum",
        help="The share of the last step that is kept in the next one.",
        group="Training",
        when=("optimiser", MOMENTUM),
    )
    weight_decay: float = real(
        0.0,
        0.0,
        1.0,
        label="Weight decay λ",
        help="How strongly weights are pulled towards zero: λ/2·Σw² is added to the loss (L2). With AdamW, λ times the "
        "learning rate is taken off each weight instead.",
        group="Training",
    )
    decay_on: str = choice(
        "weights",
        {"weights": "Weights only", "everything": "Biases and norms too"},
        label="Decay of",
        help="What weight decay pulls at.",
        group="Training",
    )
    schedule: str = choice(
        "constant",
        {"constant": "Constant", "cosine": "Cosine", "one_cycle": "One cycle"},
        label="Schedule",
        help="How the learning rate changes over the run.",
        group="Training",
    )
    batch_size: int = integer(
        32,
        1,
        4096,
        scale="log",
        unit="images",
        label="Batch size",
        help="How many images one step looks at.",
        group="Training",
    )
    epochs: int = integer(
        10,
        1,
        1000,
        scale="log",
        label="Epochs",
        help="How many times the network sees every training image.",
        group="Training",
    )
