"""Pooling of small images in NumPy, with the way back: which cell of a window gets how much of its gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.nets.convolution.numbers import Pooling, padded, windows


@dataclass(frozen=True)
class Way:
    """How to pool: what a window becomes, and its side, stride and padding, for rows and columns alike.

    With `across`, a window spans all channels and leaves one.
    """

    how: Pooling
    kernel: int
    stride: int
    padding: int = 0
    across: bool = False


@dataclass(frozen=True)
class Pooled:
    """An image (C, H, W) and what pooling makes of it.

    result: (C, rows, columns), or (1, rows, columns) across channels.
    cells: (C or 1, rows, columns, N), the numbers of each window, NaN in the padding.
    gradient: (C, H, W), ∂loss/∂image where ∂loss/∂result is 1 everywhere.
    visits: (C, H, W), how many windows a cell lies in.
    """

    image: Array
    way: Way
    result: Array
    cells: Array
    gradient: Array
    visits: Array

    @property
    def window_size(self) -> int:
        """How many numbers become one, padding included."""
        return int(self.cells.shape[-1])


def pool(image: Array, way: Way) -> Pooled:
    """Pool an image (C, H, W) float64 with square windows, as torch does.

    Padding is never the largest or least, and counts as zero in a mean. Of equal numbers the first gets the gradient,
    in the order of channels, rows and columns. Raises ValueError where the window fits nowhere.
    """
    cells = _by_window(image, way, np.nan)
    # Where the numbers lie in the image read row by row, channel by channel; −1 is padding.
    places = _by_window(np.arange(image.size).reshape(image.shape), way, -1)
    inside = places >= 0
    visits = np.bincount(places[inside], minlength=image.size)
    match way.how:
        case "mean":
            result = np.where(inside, cells, 0.0).mean(-1)
            gradient = visits / cells.shape[-1]
        case "max" | "min":
            rank = np.where(inside, cells if way.how == "max" else -cells, -np.inf)
            winners = rank.argmax(-1)[..., np.newaxis]
            result = np.take_along_axis(cells, winners, -1)[..., 0]
            won = np.take_along_axis(places, winners, -1).ravel()
            gradient = np.bincount(won, minlength=image.size).astype(np.float64)
    return Pooled(image, way, result, cells, gradient.reshape(image.shape), visits.reshape(image.shape))


def _by_window(image: Array, way: Way, around: float) -> Array:
    """Return the numbers of each window of an image (C, H, W): (C or 1, rows, columns, N)."""
    surrounded = padded(image, (way.padding, way.padding), around)
    taken = windows(surrounded, (way.kernel, way.kernel), (way.stride, way.stride))
    if way.across:
        taken = np.moveaxis(taken, 0, 2)[np.newaxis]
    return taken.reshape(*taken.shape[:3], -1)
