"""Images that are moved by whole pixels. Needs no torch."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array


def moved(images: Array, rows: Array, columns: Array, wraps: bool) -> Array:
    """Return images (N, H, W), each moved down by its number of `rows` (N,), and to the right by its `columns`.

    What leaves on one side comes in on the other where it `wraps`; else zeros do.
    """
    height, width = images.shape[1:]
    row, column = np.arange(height) - rows[:, None], np.arange(width) - columns[:, None]
    places = np.arange(len(images))[:, None, None]
    found = images[places, row[:, :, None] % height, column[:, None, :] % width]
    if not wraps:
        inside = (row >= 0) & (row < height), (column >= 0) & (column < width)
        found = found * (inside[0][:, :, None] & inside[1][:, None, :])
    return np.asarray(found)


def distances(count: int, most: int, direction: str, seed: list[int]) -> Array:
    """Return by how many rows and columns (2, count) images are moved: −most … most, each as probable as the other."""
    drawn = np.random.default_rng(seed).integers(-most, most + 1, (2, count))
    return np.asarray(drawn * np.array([[direction != "columns"], [direction != "rows"]]))
