"""Which rows are learned from and which are for testing: honestly, and with each of the leaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lab.core.events import Array
from lab.data.classical import load_table

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "epochs": "A new split in each epoch",
        "copies": "Copies made before splitting",
        "zscores": "z-scores before splitting",
    }
)
DATA: Mapping[str, str] = MappingProxyType({"iris": "Iris: 150 flowers", "made": "Three classes, 20 numbers a row"})
EACH, WIDE, APART = 50, 20, 2.0
"""Of the made rows: so many of each class, so many numbers, of which two have middles so far apart."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What one network learns from and is tested on: numbers of rows, perhaps several times, and their features."""

    features: Array
    train: Array
    test: Array

    @property
    def seen(self) -> Array:
        """Which of the test rows (T,) are learned from as well."""
        return np.isin(self.test, self.train)


def data_of(name: str, seed: int) -> tuple[Array, Array]:
    """Return features (150, F) and classes (150,); the made ones are others with each seed."""
    if name == "iris":
        table = load_table("iris")
        return table.features, table.target
    labels = np.repeat(np.arange(3), EACH)
    features = np.random.default_rng((seed, 0)).standard_normal((3 * EACH, WIDE))
    turns = 2 * np.pi * labels / 3
    features[:, 0] += APART / 3**0.5 * np.cos(turns)
    features[:, 1] += APART / 3**0.5 * np.sin(turns)
    return features, labels


def honest(features: Array, way: str, share: float, copies: int, seed: int) -> Rows:
    """Return one split, drawn once; copies are made of what is for training, and it alone gives mean and deviation."""
    order = np.random.default_rng((seed, 1)).permutation(len(features))
    count = trained(len(order), share)
    train, test = order[:count], order[count:]
    if way == "zscores":
        features = scaled(features, train)
    return Rows(features, np.tile(train, copies) if way == "copies" else train, test)


def leaking(features: Array, way: str, share: float, copies: int, seed: int, epoch: int) -> Rows:
    """Return what is learned from and tested on in an epoch, with the leak."""
    if way == "copies":
        order = np.random.default_rng((seed, 1)).permutation(copies * len(features)) % len(features)
    elif way == "epochs":
        order = np.random.default_rng((seed, 2, epoch)).permutation(len(features))
    else:
        order = np.random.default_rng((seed, 1)).permutation(len(features))
        features = scaled(features, order)
    count = trained(len(order), share)
    return Rows(features, order[:count], order[count:])


def trained(count: int, share: float) -> int:
    """Return how many of `count` rows are learned from: as scikit-learn does, rounded down, but two at least."""
    return max(2, int(share * count))


def scaled(features: Array, known: Array) -> Array:
    """Return features shifted and scaled by mean and deviation of the `known` rows."""
    mean, deviation = features[known].mean(axis=0), features[known].std(axis=0)
    return np.asarray((features - mean) / np.where(deviation > 0, deviation, 1.0))
