"""Few images, and twice as many made of them. The programs of the pages show these lines."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array

HELD = 0.1
"""The share that is held back."""


def doubled(
    x: Array, y: Array, way: str, noise: float, random: np.random.Generator
) -> tuple[Array, Array, Array, Array, float]:
    """Return images (N, F) and labels to learn from and those held back, and how many of these have their twin there.

    `noise`: what is added to each number of a copy is at most that. "train": copies of what is learned from are added
    to it. "leak": all is copied, and then it is split.
    """
    order, count = random.permutation(len(x)), len(x)
    changed = x + noise * random.random(x.shape) if noise else x
    if way == "leak":
        x, y = np.concatenate([x, changed]), np.concatenate([y, y])
        order = random.permutation(len(x))
    held, learned = np.split(order, [round(HELD * len(x))])
    seen = np.isin(held % count, learned % count).mean()
    inputs, targets = x[learned], y[learned]
    if way == "train":
        inputs, targets = np.concatenate([inputs, changed[learned]]), np.concatenate([targets, targets])
    return inputs, targets, x[held], y[held], float(seen)
