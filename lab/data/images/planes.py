"""Photographs as numbers that kernels work on."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array

LUMINANCE = (0.299, 0.587, 0.114)
"""The shares of red, green and blue in brightness, as the eye sees it (ITU-R BT.601)."""
GREY_LINE = "x = (0.299 * x[0] + 0.587 * x[1] + 0.114 * x[2])[None]"
"""The same in torch, for x (3, H, W)."""


def unit_planes(pixels: Array, grey: bool = False) -> Array:
    """Return a picture (H, W, 3) uint8 as float32 in [0, 1]: (H, W, 3), or its brightness (H, W, 1)."""
    image = pixels.astype(np.float32) / np.float32(255)
    if grey:
        image = (image @ np.array(LUMINANCE, np.float32))[:, :, None]
    return np.ascontiguousarray(image)


def window_at(plane: Array, row: int, column: int, size: tuple[int, int]) -> Array:
    """Return the window (kh, kw) of a plane (H, W) that begins at (row, column), with zeros where it sticks out."""
    window = np.zeros(size, plane.dtype)
    top, left = max(row, 0), max(column, 0)
    part = plane[top : max(row + size[0], 0), left : max(column + size[1], 0)]
    window[top - row : top - row + part.shape[0], left - column : left - column + part.shape[1]] = part
    return window
