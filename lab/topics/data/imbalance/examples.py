"""What is learned from, held back and judged by, of the data and with the remedy that the parameters name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.streams import streams
from lab.core.text import message
from lab.data.classical import load_table
from lab.data.planar import split
from lab.topics.data.imbalance.sampling import APART, FRESH, HELD, LEAST, counts, prepared, thinned, two_clusters

if TYPE_CHECKING:
    from lab.topics.data.imbalance import ImbalanceParams

MORE = 4
"""The remedy of more data has so many times as many."""
DIGITS = 3, 8
"""The common and the rare one of the digits."""


@dataclass(frozen=True, eq=False)
class Made:
    """Scaled features and labels, rare or not, of three parts; `middle` and `spread` are what scaled them."""

    inputs: Array
    rare: Array
    dev_inputs: Array
    dev_rare: Array
    test_inputs: Array
    test_rare: Array
    middle: Array
    spread: Array
    classes: tuple[Words, Words]

    @property
    def axes(self) -> Array:
        """The directions (2, F) of the plane in which examples are shown: of the two largest variances."""
        if self.inputs.shape[1] == 2:
            return np.eye(2)
        return np.asarray(np.linalg.svd(self.inputs - self.inputs.mean(0), full_matrices=False)[2][:2])


def table_of(params: ImbalanceParams) -> tuple[Array, Array, tuple[Words, Words]]:
    """Return features (N, F), which are rare (N,), and the names of the common and the rare class. Raises LabError."""
    if params.data == "own":
        found = params.examples()
        rarer = int(np.bincount(found.labels, minlength=2).argmin())
        return found.features, found.labels == rarer, (found.class_names[1 - rarer], found.class_names[rarer])
    if params.data == "breast_cancer":
        table = load_table("breast_cancer")
        return table.features, table.target == 0, (message("benign"), message("malignant"))
    digits = load_table("digits8x8")
    kept = np.isin(digits.target, DIGITS)
    return digits.features[kept], digits.target[kept] == DIGITS[1], (str(DIGITS[0]), str(DIGITS[1]))


def made(params: ImbalanceParams) -> Made:
    """Return the examples. Raises LabError."""
    random = streams(params.seed).data
    count = params.count * (MORE if params.remedy == "more" else 1)
    classes: tuple[Words, Words]
    if params.data == "clusters":
        classes = message("common"), message("rare")
        fresh, fresh_rare = two_clusters(FRESH, FRESH, params.blur, random)
        x, rare = two_clusters(*counts(count, params.rare, count, count), params.blur, random)
    else:
        x, rare, classes = table_of(params)
        half = split(rare, 0.5, random)
        fresh, fresh_rare = x[~half], rare[~half]
        places = np.flatnonzero(half)[thinned(rare[half], count, params.rare, random)]
        x, rare = x[places], rare[places]
    x, rare, dev, dev_rare, middle, spread = prepared(
        x, rare, params.remedy, params.leaks, params.neighbours, params.seed, random
    )
    fresh = (fresh - middle) / spread
    return Made(x, rare, dev, dev_rare, fresh, fresh_rare, middle, spread, classes)


def data_lines(params: ImbalanceParams) -> tuple[str, ...]:
    """Return the lines of the program that make the same; the functions of `sampling` are there."""
    count = params.count * (MORE if params.remedy == "more" else 1)
    if params.data == "clusters":
        many, few = counts(count, params.rare, count, count)
        source: tuple[str, ...] = (
            f"fresh, fresh_rare = two_clusters({FRESH}, {FRESH}, {params.blur!r}, random)",
            f"x, rare = two_clusters({many}, {few}, {params.blur!r}, random)",
        )
    else:
        if params.data == "breast_cancer":
            source = ("from sklearn.datasets import load_breast_cancer", "",
                      "x, y = load_breast_cancer(return_X_y=True)", "rare = y == 0")  # fmt: skip
        else:
            source = ("from sklearn.datasets import load_digits", "", "x, y = load_digits(return_X_y=True)",
                      f"x, y = x[np.isin(y, {DIGITS})], y[np.isin(y, {DIGITS})]",
                      f"rare = y == {DIGITS[1]}")  # fmt: skip
        source = (
            *source,
            "half = split(rare, 0.5, random)",
            "fresh, fresh_rare = x[~half], rare[~half]",
            f"places = np.flatnonzero(half)[thinned(rare[half], {count}, {params.rare!r}, random)]",
            "x, rare = x[places], rare[places]",
        )
    given = f"{params.remedy!r}, {params.leaks}, {params.neighbours}, {params.seed}, random"
    return (
        f"LEAST, HELD, APART = {LEAST}, {HELD}, {APART}",
        "random = np.random.default_rng(seeds[0])",
        *source,
        f"x, rare, dev, dev_rare, middle, spread = prepared(x, rare, {given})",
        "inputs, targets = torch.tensor(x), torch.tensor(rare[:, None]).double()",
        "test_inputs = torch.tensor((fresh - middle) / spread)",
    )
