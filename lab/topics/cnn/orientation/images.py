"""Bars in noise to learn from, and lines of any angle to ask about. Programs show these functions. Needs no torch."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.data.blobs import barred, noisy

SIDE = 30


def bars(count: int, seed: int | tuple[int, ...], noise: float) -> tuple[Array, Array]:
    """Return images (N, 30, 30) float32 of normal noise, each with a bar of 1 that is 2 to 5 pixels thick, and whether
    the bar stands (N,). The same seed gives the same images.
    """
    generator = np.random.default_rng(seed)
    plain = noisy(np.zeros((count, 30, 30), np.float32), noise, generator)
    images = barred(plain, generator, (2, 27))
    return images, (images == 1).all(axis=1).any(axis=1)


def lines(degrees: Array, thickness: float) -> Array:
    """Return images (N, 30, 30) float32 of lines of 1 on 0, at angles `degrees` (N,): 0 lies, 90 stands.

    Each goes through the pixel (15, 15), and fades away over one pixel at its edges.
    """
    turned = np.radians(degrees)[:, None, None]
    down, right = np.mgrid[-15:15, -15:15]
    distances = np.abs(right * np.sin(turned) + down * np.cos(turned))
    covered: Array = np.clip((thickness + 1) / 2 - distances, 0, 1).astype(np.float32)
    return covered


def in_noise(images: Array, noise: float, draws: int, seed: int | tuple[int, ...]) -> Array:
    """Return each image so many times (N · draws, 30, 30), with other noise behind its line each time."""
    generator = np.random.default_rng(seed)
    several = np.repeat(images, draws, axis=0)
    found: Array = several + (1 - several) * noisy(np.zeros_like(several), noise, generator)
    return found
