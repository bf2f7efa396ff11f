"""Numbers of any kind as grey levels of 28 × 28 pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.formats.labelled import SIDE, Bytes


def to_images(values: NDArray[Any], where: str) -> Bytes:
    """Return images (N, 28, 28) uint8 of numbers (N, 784), (N, 28, 28), (N, 28, 28, 1) or (N, 1, 28, 28).

    Numbers from 0 to 255 are grey levels; where none is above 1, 1 is white. Raises DataError.
    """
    shape = values.shape[1:]
    if shape not in ((SIDE * SIDE,), (SIDE, SIDE), (SIDE, SIDE, 1), (1, SIDE, SIDE)):
        raise DataError(
            "The images in {where} have the size {found}; grey images of {expected} pixels are needed.",
            where=where,
            found=" × ".join(map(str, shape)) or "1",
            expected=f"{SIDE} × {SIDE}",
        )
    if len(values) == 0:
        raise DataError("{where} has no images in it.", where=where)
    lowest, highest = values.min(), values.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)) or lowest < 0 or highest > 255:
        raise DataError(
            "The pixels in {where} run from {lowest} to {highest}; 0 to 255 are allowed, or 0 to 1.",
            where=where,
            lowest=f"{lowest:g}",
            highest=f"{highest:g}",
        )
    if values.dtype != np.uint8 or highest <= 1:
        values = np.round(values.astype(np.float32) * (255 if highest <= 1 else 1)).astype(np.uint8)
    return np.ascontiguousarray(values.reshape(len(values), SIDE, SIDE))
