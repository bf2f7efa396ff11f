"""The course's blobs: images of one two-dimensional Gaussian each, with noise. Programs show these functions.

- `gaussians(count, seed)`: narrow and wide ones in turns, to be told apart (0 is narrow, 1 is wide).
- `placed(count, seed)`: of any width between two, of which place and width are to be found.
- `occluded(count, seed)`: of growing width, with a white bar across each, to be seen behind it.
- `blobs(centres, denominators, side)`: exp(−r²/denominator) about given centres, without noise.
- `barred(images, generator)`: any images with a bar across each.

Images are float32 (N, side, side), of side 91 where no other is given; rows are y and columns x, both from −4 to 4. A
blob is 1 in its middle, and noise goes beyond that: nothing is cut off. The same seed gives the same images; `seed` may
be several numbers, such as (seed, 1) for a test. A program has `from numpy import ndarray as Array` before them.
"""

from __future__ import annotations

import numpy as np

from lab.core.events import Array

SIDE = 91


def blobs(centres: Array, denominators: Array, side: int = SIDE) -> Array:
    """Return images (N, side, side) of exp(−((x − cx)² + (y − cy)²)/denominator), of centres (N, 2) as (x, y)."""
    grid = np.linspace(-4, 4, side)
    x, y = (np.exp(-((grid - c[:, None]) ** 2) / denominators[:, None]).astype(np.float32) for c in centres.T)
    images: Array = y[:, :, None] * x[:, None, :]
    return images


def noisy(images: Array, noise: float, generator: np.random.Generator) -> Array:
    """Return images with normal noise of that standard deviation."""
    with_noise: Array = images + np.float32(noise) * generator.standard_normal(images.shape, dtype=np.float32)
    return with_noise


def barred(
    images: Array, generator: np.random.Generator, starts: tuple[int, int] = (10, 80), widths: tuple[int, int] = (2, 5)
) -> Array:
    """Return images (N, H, W) with a bar of value 1 across each, lying or standing with equal chance. The row or column
    where it begins, and how many it covers, are whole numbers from the first to the last of `starts` and of `widths`.
    """
    count = len(images)
    first = generator.integers(starts[0], starts[1] + 1, count)
    last = first + generator.integers(widths[0], widths[1] + 1, count)
    lying = generator.random(count) < 0.5
    found = images.copy()
    for image, begins, ends, lies in zip(found, first, last, lying, strict=True):
        image[(slice(begins, ends), slice(None)) if lies else (slice(None), slice(begins, ends))] = 1
    return found


def gaussians(
    count: int,
    seed: int | tuple[int, ...],
    widths: tuple[float, float] = (1.8, 2.4),
    noise: float = 0.2,
    side: int = SIDE,
) -> tuple[Array, Array, Array]:
    """Return images, labels (N,) int64, 0 of the first and 1 of the second of `widths` in turns, and of each image cx,
    cy and the width w of exp(−r²/2w²), (N, 3) float32. Centres are normal with deviation 2 about the middle.
    """
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    centres, w = 2 * generator.standard_normal((count, 2)), np.array(widths)[labels]
    images = noisy(blobs(centres, 2 * w**2, side), noise, generator)
    return images, labels, np.column_stack([centres, w]).astype(np.float32)


def placed(count: int, seed: int | tuple[int, ...], noise: float = 0.1, side: int = SIDE) -> tuple[Array, Array]:
    """Return images and of each, (N, 3) float32, cx, cy and the width W of exp(−r²/W), evenly spread from 5 to 15."""
    generator = np.random.default_rng(seed)
    centres, width = 2 * generator.standard_normal((count, 2)), 5 + 10 * generator.random(count)
    images = noisy(blobs(centres, width, side), noise, generator)
    return images, np.column_stack([centres, width]).astype(np.float32)


def occluded(
    count: int,
    seed: int | tuple[int, ...],
    noise: float = 0.2,
    starts: tuple[int, int] = (10, 80),
    side: int = SIDE,
) -> tuple[Array, Array, Array]:
    """Return images behind a bar, the same images with their noise alone, and the same without noise.

    Denominators of exp(−r²/denominator) grow evenly from 2 to 20; centres are normal with deviation 1.5.
    """
    generator = np.random.default_rng(seed)
    clean = blobs(1.5 * generator.standard_normal((count, 2)), np.linspace(2, 20, count), side)
    with_noise = noisy(clean, noise, generator)
    return barred(with_noise, generator, starts), with_noise, clean
