"""Kernels that everybody should have seen, and reading one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lab.core.events import Array
from lab.core.text import Message, message
from lab.maths.matrices import parse_matrix

LARGEST_KERNEL = 15


@dataclass(frozen=True)
class Kernel:
    """A kernel of the gallery: what it is called, and what it is for."""

    label: str
    rows: tuple[tuple[float, ...], ...]
    help: Message

    @property
    def array(self) -> Array:
        """Return it as (kh, kw) float64."""
        return np.array(self.rows, np.float64)


def gaussian(side: int, width: float) -> Array:
    """Return exp(−(x² + y²)/width) on a square of `side` whole steps about its centre, unscaled: (side, side)."""
    steps = np.arange(side) - (side - 1) / 2
    return np.exp(-(steps[:, None] ** 2 + steps[None, :] ** 2) / width)


def _rounded(array: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(entry, 4) for entry in row) for row in array.tolist())


_BLUR = gaussian(5, 2.0)

GALLERY: Mapping[str, Kernel] = MappingProxyType(
    {
        "vertical": Kernel(
            "Vertical edges", ((1, 0, -1),) * 3, message("Left minus right: large where it gets darker.")
        ),
        "horizontal": Kernel(
            "Horizontal edges",
            ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
            message("Above minus below: large where it gets darker."),
        ),
        "sobel_x": Kernel(
            "Sobel, vertical edges",
            ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
            message("Right minus left, the middle row counted twice."),
        ),
        "sobel_y": Kernel(
            "Sobel, horizontal edges",
            ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
            message("Below minus above, the middle column counted twice."),
        ),
        "laplacian": Kernel(
            "Laplacian", ((0, 1, 0), (1, -4, 1), (0, 1, 0)), message("The neighbours minus four times the pixel.")
        ),
        "gaussian": Kernel(
            "Gaussian blur", _rounded(_BLUR / _BLUR.sum()), message("A mean that counts what is near for more.")
        ),
        "mean": Kernel("Mean", ((1 / 9,) * 3,) * 3, message("Each pixel becomes the mean of its neighbourhood.")),
        "sharpen": Kernel(
            "Sharpen",
            ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
            message("The pixel plus what it differs by from its neighbours."),
        ),
        "emboss": Kernel("Emboss", ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)), message("As if lit from one corner.")),
        "identity": Kernel("Identity", ((0, 0, 0), (0, 1, 0), (0, 0, 0)), message("Nothing happens.")),
    }
)


def own_kernel(field: str, text: str) -> Array:
    """Return the kernel (kh, kw) that is written in `text`. Raises ParamError for `field`."""
    return parse_matrix(field, text, LARGEST_KERNEL)


def written_rows(array: Array) -> str:
    """Return a matrix as `parse_matrix` reads it, exactly."""
    return "; ".join(
        " ".join(f"{entry:.0f}" if entry.is_integer() else repr(entry) for entry in row) for row in array.tolist()
    )
