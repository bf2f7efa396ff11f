"""The outputs of units over the plane, as pictures on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage

from app.core import theme
from app.views.mosaic import GAP_LEVEL, Bytes, levels
from lab.core.events import Array


def usual_size(maps: Sequence[Array | None]) -> float:
    """Return how large outputs usually are: the middle one of the largest magnitudes of all hidden units.

    Not the largest of all, which would leave most pictures pale; what is larger is shown as the end of the scale. Of
    a network without hidden units it is that of its outputs. 0.0 where all are zero or there are none.
    """
    hidden = [each for each in maps[1:-1] if each is not None and each.size]
    chosen = hidden or [each for each in maps[1:] if each is not None and each.size]
    with np.errstate(invalid="ignore"):
        tops = np.concatenate([np.abs(each).max(axis=(1, 2)) for each in chosen]) if chosen else np.zeros(0)
    tops = tops[np.isfinite(tops) & (tops > 0)]
    return float(np.median(tops)) if len(tops) else 0.0


@lru_cache(maxsize=64)
def _between(count: int, pixels: int, flipped: bool) -> Array:
    """Return the matrix (pixels, count) that interpolates between the middles of `count` cells."""
    places = np.clip((np.arange(pixels) + 0.5) * count / pixels - 0.5, 0, count - 1)
    low = np.minimum(places.astype(int), max(count - 2, 0))
    share = places - low
    matrix = np.zeros((pixels, count), np.float32)
    matrix[np.arange(pixels), low] = 1 - share
    matrix[np.arange(pixels), np.minimum(low + 1, count - 1)] += share
    return matrix[::-1] if flipped else matrix


def stretched(maps: Array, height: int, width: int) -> Array:
    """Return maps (U, h, w) with row 0 lowest as pictures (U, height, width) with row 0 uppermost."""
    _, rows, columns = maps.shape
    if np.isfinite(maps).all():
        result: Array = _between(rows, height, True) @ maps.astype(np.float32) @ _between(columns, width, False).T
        return result
    # Between a number and what is none there is nothing.
    row = ((np.arange(height) + 0.5) * rows / height).astype(int)[::-1]
    column = ((np.arange(width) + 0.5) * columns / width).astype(int)
    return maps[:, row][:, :, column]


def column_images(
    maps: Sequence[Array | None], shown: Sequence[int], pitches: Sequence[int], side: int, scale: float, ratio: float
) -> list[QImage | None]:
    """Return for each column its first `shown` maps under each other, as one image; None where it has none.

    A map is side × side pixels of the screen, and it is `pitches` of them from one to the next.
    """
    images: list[QImage | None] = []
    for each, count, pitch in zip(maps, shown, pitches, strict=True):
        if each is None or not each.size:
            images.append(None)
            continue
        canvas = np.full((count, max(pitch, side), side), GAP_LEVEL, np.uint8)
        canvas[:, :side] = levels(stretched(each[:count], side, side), scale, signed=True)
        images.append(_image(canvas.reshape(-1, side), ratio))
    return images


def single_image(values: Array, side: int, scale: float, ratio: float) -> QImage:
    """Return one map (h, w), enlarged."""
    return _image(levels(stretched(values[None], side, side)[0], scale, signed=True), ratio)


def _image(pixels: Bytes, ratio: float) -> QImage:
    """Return levels (H, W) as an image in the form that Qt paints fastest: not one with a table of colours."""
    height, width = pixels.shape
    colours = _colours(theme.colours().dark)[pixels]
    image = QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image


@lru_cache(maxsize=2)
def _colours(dark: bool) -> Array:
    """Return the colours of levels, 0xAARRGGBB (256,) uint32; `dark` is the key, for the table follows the theme."""
    chosen = theme.signed_table()[np.linspace(0, 255, GAP_LEVEL).round().astype(int)].astype(np.uint32)
    colours = np.zeros(GAP_LEVEL + 1, np.uint32)
    colours[:GAP_LEVEL] = 0xFF000000 + (chosen[:, 0] << 16) + (chosen[:, 1] << 8) + chosen[:, 2]
    return colours


def at_point(values: Array, across: float, up: float) -> float:
    """Return the value of a map (h, w) at shares of its width and height, the latter from the lowest row."""
    rows, columns = values.shape
    row, column = int(np.clip(up * rows, 0, rows - 1)), int(np.clip(across * columns, 0, columns - 1))
    return float(values[row, column])
