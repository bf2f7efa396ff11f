"""Examples of two classes, of which one is rare, and what is done about it. The program of the page shows these lines.

Features are (N, F); `rare` (N,) bool tells the rare ones.
"""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.data.planar import split

APART = 2.0
"""Between the middles of the two clusters, along x."""
FRESH = 1000
"""Points of each cluster by which is judged."""
LEAST = 5
"""Of the rare ones there are as many at least: four to learn from, and one that is held back."""
HELD = 0.2
"""The share that is held back."""


def counts(count: int, share: float, many: int, few: int) -> tuple[int, int]:
    """Return how many of both classes there are of about `count`, of which a share is rare, where so many are there."""
    whole = min(count, many / (1 - share), few / share)
    return round(whole * (1 - share)), min(few, max(LEAST, round(whole * share)))


def two_clusters(many: int, few: int, blur: float, random: np.random.Generator) -> tuple[Array, Array]:
    """Draw points about (0, 0), and rare ones about (APART, 0)."""
    rare = np.arange(many + few) >= many
    x = blur * random.standard_normal((many + few, 2))
    x[:, 0] += APART * rare
    return x, rare


def thinned(rare: Array, count: int, share: float, random: np.random.Generator) -> Array:
    """Return the places of about `count` examples, of which a share is rare, drawn by chance."""
    many, few = counts(count, share, int((~rare).sum()), int(rare.sum()))
    common = random.permutation(np.flatnonzero(~rare))[:many]
    return np.concatenate([common, random.permutation(np.flatnonzero(rare))[:few]])


def resampled(x: Array, rare: Array, remedy: str, neighbours: int, seed: int) -> tuple[Array, Array]:
    """Return as many of both classes: fewer of the common ones, copies of the rare ones, or new ones between these."""
    random = np.random.default_rng((seed, 4))
    common, few = np.flatnonzero(~rare), np.flatnonzero(rare)
    if remedy == "smote" and len(few) < len(common):
        from imblearn.over_sampling import SMOTE

        near = min(neighbours, len(few) - 1)
        made, labels = SMOTE(k_neighbors=near, random_state=seed).fit_resample(x, rare.astype(int))
        return made, labels == 1
    if remedy == "fewer":
        common = random.permutation(common)[: len(few)]
    if remedy == "copies":
        few = np.concatenate([few, random.choice(few, max(0, len(common) - len(few)))])
    chosen = np.concatenate([common, few])
    return x[chosen], rare[chosen]


def prepared(
    x: Array, rare: Array, remedy: str, before: bool, neighbours: int, seed: int, random: np.random.Generator
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return features and labels to learn from and those that are held back; and the means and deviations of scaling.

    `before`: the leak. What is scaled and resampled is all, and then it is split.
    """
    train = split(rare, 1 - HELD, random)
    known = x if before else x[train]
    middle, spread = known.mean(0), known.std(0)
    spread = np.where(spread > 0, spread, 1.0)
    x = (x - middle) / spread
    if before:
        x, rare = resampled(x, rare, remedy, neighbours, seed)
        train = split(rare, 1 - HELD, random)
    inputs, labels = x[train], rare[train]
    if not before:
        inputs, labels = resampled(inputs, labels, remedy, neighbours, seed)
    return inputs, labels, x[~train], rare[~train], middle, spread
