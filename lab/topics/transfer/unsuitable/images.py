"""Gaussians as images like others, and colours for images that have none. Needs no torch."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.text import message
from lab.data.base import ImageDataset, read_only
from lab.data.blobs import gaussians

TRAIN, TEST = 1800, 500
CLASSES = "narrow", "wide"
TINT = 2
"""With the seed, where the random numbers begin by which images are tinted."""


@lru_cache(maxsize=2)
def blobs(side: int, seed: int) -> ImageDataset:
    """Return narrow and wide Gaussians of `side` pixels."""
    parts = []
    for part, count in enumerate((TRAIN, TEST)):
        images, labels, _ = gaussians(count, (seed, part), side=side)
        parts.append(read_only(grey(images), labels))
    title, source = message("Gaussians, narrow and wide"), message("Made by Descent for this page.")
    return ImageDataset("gaussians", title, CLASSES, parts[0], parts[1], source)


def grey(images: Array) -> Array:
    """Return images as grey levels (N, H, W) uint8: black is −0.5, white 1.5."""
    return np.asarray((np.clip(images + 0.5, 0, 2) * np.float32(127.5)).astype(np.uint8))


def tints(count: int, seed: int) -> Array:
    """Return a colour for each image (N, 3, 1, 1) float32: how much of it is in red, green and blue."""
    return np.random.default_rng([seed, TINT]).random((count, 3, 1, 1), dtype=np.float32)
