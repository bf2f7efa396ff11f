"""What the autoencoder is given and what it is to give back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.data.base import ImageDataset
from lab.data.blobs import barred, noisy, occluded

BORDER = (1, 2)
"""Black pixels before and behind the 28 of digits and clothes: 31 = 2·(2·7 + 1) + 1, as 91 = 2·(2·22 + 1) + 1."""
STARTS = {91: (10, 80), 31: (4, 25)}
"""Between which rows or columns bars begin, by the side of the images."""
WIDTHS = {91: (2, 5), 31: (1, 2)}
"""How wide they are."""


@dataclass(frozen=True)
class Given:
    """Images (N, H, W) float32: what is given, the same without bars, and without noise too."""

    given: Array
    unbarred: Array
    clean: Array

    def aim(self, target: str) -> Array:
        """Return what is to be given back, by the name of a target."""
        return {"same": self.given, "noisy": self.unbarred, "clean": self.clean}[target]


def bordered(images: Array) -> Array:
    """Return grey levels (N, 28, 28) uint8 as (N, 31, 31) from 0 to 1, with black around them."""
    return np.pad(images.astype(np.float32) / np.float32(255), ((0, 0), BORDER, BORDER))


def spoiled(clean: Array, noise: float, bars: bool, seed: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Return images (N, 31, 31) with noise and a bar each, with noise alone, and as they are."""
    generator, side = np.random.default_rng(seed), clean.shape[1]
    unbarred = noisy(clean, noise, generator)
    return (barred(unbarred, generator, STARTS[side], WIDTHS[side]) if bars else unbarred), unbarred, clean


@lru_cache(maxsize=2)
def blobs_of(count: int, seed: tuple[int, int], noise: float, bars: bool) -> Given:
    """Return the course's blobs behind bars, or before them."""
    given, unbarred, clean = occluded(count, seed, noise)
    return Given(given if bars else unbarred, unbarred, clean)


@lru_cache(maxsize=2)
def pictures_of(
    dataset: ImageDataset, test: bool, count: int, seed: tuple[int, int], noise: float, bars: bool
) -> Given:
    """Return the first images of a data set, spoiled."""
    images = (dataset.test if test else dataset.train).images[:count]
    return Given(*spoiled(bordered(images), noise, bars, seed))
