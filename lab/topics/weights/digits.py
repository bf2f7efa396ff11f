"""What the pages on the first weights of the course's network have in common: digits in NumPy, and the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import indent
from typing import Any

import numpy as np

from lab.core.events import Array
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import integer, redeclared
from lab.data.base import ImageDataset
from lab.data.params import ImageDataParams, count_field
from lab.data.store import DataStore
from lab.nets.dense.first_weights import FirstWeights
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import dense
from lab.training.dense.params import LearnerParams
from lab.training.dense.spec import TrainingSpec

PIXELS, CLASSES = 784, 10


@dataclass(frozen=True, kw_only=True)
class FirstDigitsParams(ImageDataParams, DescentParams):
    """784–64–32–32–10 with ReLU, learned by Adam at 0.01 in batches of 32 for 10 epochs, as in the course."""

    count: int = count_field(2000)
    hidden: tuple[int, ...] = hidden_field((64, 32, 32))
    optimiser: str = redeclared(LearnerParams, "optimiser", "adam")
    learning_rate: float = rate_field(0.01)
    batch_size: int = redeclared(LearnerParams, "batch_size", 32)
    epochs: int = epochs_field(10, 1000)
    networks: int = integer(
        1, 0, 20, label="Networks each", group="Comparison",
        help="When the run has ended, so many networks are trained of each kind, each from another seed; 0 for none.",
    )  # fmt: skip

    def digits(self, data: DataStore, first: FirstWeights) -> TrainingSpec:
        """Return the training of the network with these first weights."""
        inputs, labels, test_inputs, test_labels = _arrays(self.images(data))
        return TrainingSpec(
            dense(PIXELS, self.hidden, CLASSES), "cross_entropy", inputs[: self.count], labels[: self.count],
            self.learning_rate, self.epochs, self.seed, test_inputs, test_labels, self.optimiser,
            batch_size=self.batch_size, first=first,
        )  # fmt: skip

    def digit_lines(self, data: DataStore) -> str:
        """Return lines of Python that read the same images, as exact as they are here."""
        # In a function of its own: what is read has the name of the function that trains.
        lines = (
            "def digits():",
            indent("\n".join(self.reading_lines(data)), "    "),
            f"    learned = train[:{self.count}].flatten(1).double(), train_labels[:{self.count}]",
            "    return *learned, test.flatten(1).double(), test_labels",
            "",
            "",
            "inputs, targets, test_inputs, test_targets = digits()",
        )
        return "\n".join(lines)


@lru_cache(maxsize=1)
def _arrays(dataset: ImageDataset) -> tuple[Array, Array, Array, Array]:
    """Return images (N, 784) in [0, 1] and their classes (N,), to learn from and for testing."""
    found: list[Any] = []
    for part in (dataset.train, dataset.test):
        # Rounded as torch's are.
        pixels = part.images.reshape(len(part.images), -1).astype(np.float32) / np.float32(255)
        found += [pixels.astype(np.float64), part.labels.astype(np.int64)]
    return tuple(found)


def layer_names(hidden: tuple[int, ...]) -> tuple[str, ...]:
    """Return what the layers are called, as in ann.mnist."""
    return (*(f"hidden{place}" for place in range(1, len(hidden) + 1)), "output")


def by_layer(name: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return measures of layers by the names of their scalars."""
    return {f"{name}_{layer}": value for layer, value in values.items()}
