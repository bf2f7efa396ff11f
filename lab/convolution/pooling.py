"""Pooling of small images in NumPy, with the way back: which cell of a window gets how much of its gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.convolution.numbers import Pooling, padded, windows
from lab.events import Array


@dataclass(frozen=True)
class Pooled:
    """An image (C, H, W) and what pooling makes of it. With `across`, a window spans all channels.

    kernel, stride, padding: of rows and columns alike.
    result: (C, rows, columns), or (1, rows, columns) across channels.
    cells: (C or 1, rows, columns, N), the numbers of each window, NaN in the padding.
    places: as `cells`, where these lie in the image read row by row, channel by channel; −1 in the padding.
    gradient: (C, H, W), ∂loss/∂image where ∂loss/∂result is 1 everywhere.
    visits: (C, H, W), how many windows a cell lies in.
    """

    image: Array
    how: Pooling
    across: bool
    kernel: int
    stride: int
    padding: int
    result: Array
    cells: Array
    places: Array
    gradient: Array
    visits: Array

    @property
    def window_size(self) -> int:
        """How many numbers become one, padding included."""
        return int(self.places.shape[-1])


def pool(image: Array, how: Pooling, kernel: int, stride: int, padding: int = 0, across: bool = False) -> Pooled:
    """Pool an image (C, H, W) float64 with square windows, as torch does.

    Padding is never the largest or least, and counts as zero in a mean. Of equal numbers the first gets the gradient,
    in the order of channels, rows and columns. Raises ValueError where the window fits nowhere.
    """
    around, size, step = (padding, padding), (kernel, kernel), (stride, stride)
    cells = _by_window(windows(padded(image, around, np.nan), size, step), across)
    numbered = np.arange(image.size).reshape(image.shape)
    places = _by_window(windows(padded(numbered, around, -1), size, step), across)
    inside = places >= 0
    visits = np.bincount(places[inside], minlength=image.size)
    match how:
        case "mean":
            result = np.where(inside, cells, 0.0).mean(-1)
            gradient = visits / cells.shape[-1]
        case "max" | "min":
            least = np.where(inside, cells if how == "max" else -cells, -np.inf)
            winners = least.argmax(-1)[..., np.newaxis]
            result = np.take_along_axis(cells, winners, -1)[..., 0]
            gradient = np.bincount(np.take_along_axis(places, winners, -1).ravel(), minlength=image.size).astype(float)
    return Pooled(
        image,
        how,
        across,
        kernel,
        stride,
        padding,
        result,
        cells,
        places,
        gradient.reshape(image.shape),
        visits.reshape(image.shape),
    )


def _by_window(taken: Array, across: bool) -> Array:
    """Return windows (C, rows, columns, kh, kw) as rows of numbers: (C or 1, rows, columns, N)."""
    if across:
        taken = np.moveaxis(taken, 0, 2)[np.newaxis]
    return taken.reshape(*taken.shape[:3], -1)
