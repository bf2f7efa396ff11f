"""Principal components: what a linear autoencoder of as many units would keep. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.data.base import ImageSet


@dataclass(frozen=True, eq=False)
class Components:
    """The principal components of rows (N, F): `axes` (F, F), a component a column, the widest first; `shares` (F,)
    of the variance lie along each, 0 where nothing varies. The largest number of a component is positive.
    """

    mean: Array
    axes: Array
    shares: Array

    def codes(self, rows: Array, count: int) -> Array:
        """Return where rows lie along the first components (N, count)."""
        return np.asarray((rows - self.mean) @ self.axes[:, :count])

    def error(self, rows: Array, count: int) -> float:
        """Return the mean squared error of rows that are given back by the first components."""
        given = self.mean + self.codes(rows, count) @ self.axes[:, :count].T
        return float(((given - rows) ** 2).mean())


def components(rows: Array) -> Components:
    """Return the principal components of rows (N, F), F at most some hundreds."""
    mean = rows.mean(0)
    away = rows - mean
    spread, axes = np.linalg.eigh(away.T @ away)
    spread, axes = np.maximum(spread[::-1], 0.0), axes[:, ::-1]
    axes = axes * np.where(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    total = float(spread.sum())
    return Components(mean, axes, spread / total if total > 0 else spread)


@lru_cache(maxsize=2)
def of_images(images: ImageSet) -> Components:
    """Return the components of images, as rows of pixels in [0, 1]."""
    return components(rows_of(images.images))


def rows_of(images: Array) -> Array:
    """Return images (N, H, W) uint8 as rows (N, pixels) in [0, 1]."""
    return np.asarray(images.reshape(len(images), -1) / 255)
