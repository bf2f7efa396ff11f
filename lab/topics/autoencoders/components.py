"""Principal components: what a linear autoencoder of as many units would keep. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.data.base import ImageDataset, ImageSet

AT_ONCE = 5000
"""Images whose products are summed at once."""


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

    def errors(self, rows: Array, count: int) -> Array:
        """Return the mean squared error (N,) of each row that is given back by the first components."""
        given = self.mean + self.codes(rows, count) @ self.axes[:, :count].T
        return np.asarray(((given - rows) ** 2).mean(1))


def components(rows: Array) -> Components:
    """Return the principal components of rows (N, F), F at most some hundreds."""
    mean = rows.mean(0)
    away = rows - mean
    return _of_products(mean, away.T @ away)


def _of_products(mean: Array, products: Array) -> Components:
    """Return the components of rows with the mean (F,), away from which their products (F, F) were summed up."""
    spread, axes = np.linalg.eigh(products)
    spread, axes = np.maximum(spread[::-1], 0.0), axes[:, ::-1]
    axes = axes * np.where(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    total = float(spread.sum())
    return Components(mean, axes, spread / total if total > 0 else spread)


@lru_cache(maxsize=2)
def of_images(images: ImageSet) -> Components:
    """Return the components of images, as rows of pixels in [0, 1]; some images at a time."""
    count, pixels = len(images), images.images[0].size
    mean = images.images.sum(0, dtype=np.int64).ravel() / (255 * count)
    products = np.zeros((pixels, pixels))
    for rows in parts_of(images.images):
        rows -= mean
        products += rows.T @ rows
    return _of_products(mean, products)


@lru_cache(maxsize=2)
def spectrum(dataset: ImageDataset) -> Array:
    """Return the mean squared errors (F + 1,) of all test images that are given back by 0, 1, …, F components of the
    training images.
    """
    found = of_images(dataset.train)
    whole, power = 0.0, np.zeros(len(found.mean))
    for rows in parts_of(dataset.test.images):
        rows -= found.mean
        whole += float((rows**2).sum())
        power += ((rows @ found.axes) ** 2).sum(0)
    left = whole - np.concatenate([[0.0], np.cumsum(power)])
    return np.maximum(left, 0.0) / dataset.test.images.size


def parts_of(images: Array) -> Iterator[Array]:
    """Yield images (N, H, W) uint8, some at a time, as new rows (n, pixels) in [0, 1]."""
    for start in range(0, len(images), AT_ONCE):
        yield rows_of(images[start : start + AT_ONCE])


def rows_of(images: Array) -> Array:
    """Return images (N, H, W) uint8 as rows (N, pixels) in [0, 1]."""
    return np.asarray(images.reshape(len(images), -1) / 255)
