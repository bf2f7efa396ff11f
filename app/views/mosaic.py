"""Arrays as images: values to 8-bit levels, many small maps to one mosaic, and how large each can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.core import theme
from lab.core.events import Array

Bytes = NDArray[np.uint8]

GAP_LEVEL = 255
"""The level of what is no value: between maps, and for values that are not finite. It is transparent."""
_TOP, _ZERO = 254, 127


def largest(values: Array) -> float:
    """Return the largest finite magnitude, 1.0 where there is none or all are zero."""
    size = np.abs(values)
    top = float(size.max(initial=0))
    if not np.isfinite(top):
        top = float(size.max(initial=0, where=np.isfinite(size)))
    return top or 1.0


def levels(values: Array, scale: float, signed: bool) -> Bytes:
    """Return levels 0 … 254 of values 0 … scale, or -scale … scale with 127 for zero; 255 if not finite."""
    scaled = values * (_ZERO / scale) + (_ZERO + 0.5) if signed else values * (_TOP / scale) + 0.5
    finite = np.isfinite(scaled)
    if finite.all():
        return np.clip(scaled, 0, _TOP).astype(np.uint8)
    result = np.clip(np.where(finite, scaled, 0), 0, _TOP).astype(np.uint8)
    result[~finite] = GAP_LEVEL
    return result


def shrunk(maps: Array, by: int) -> Array:
    """Return maps (C, h, w) as means of by × by values, of fewer at the ends."""
    if by == 1:
        return maps
    rows, columns = np.arange(0, maps.shape[1], by), np.arange(0, maps.shape[2], by)
    sums = np.add.reduceat(np.add.reduceat(maps, rows, axis=1), columns, axis=2)
    counts = np.outer(np.diff([*rows, maps.shape[1]]), np.diff([*columns, maps.shape[2]]))
    result: Array = sums / counts
    return result


def tiled(maps: Bytes, columns: int, zoom: int, gap: int) -> Bytes:
    """Return maps (C, h, w) as one image, each value as zoom × zoom pixels, with `gap` pixels between."""
    count, height, width = maps.shape
    rows = -(-count // columns)
    large = maps.repeat(zoom, axis=1).repeat(zoom, axis=2)
    canvas = np.full((rows * columns, height * zoom + gap, width * zoom + gap), GAP_LEVEL, np.uint8)
    canvas[:count, : height * zoom, : width * zoom] = large
    grid = canvas.reshape(rows, columns, *canvas.shape[1:]).swapaxes(1, 2)
    image = grid.reshape(rows * canvas.shape[1], columns * canvas.shape[2])
    return image[: image.shape[0] - gap, : image.shape[1] - gap]


def coloured(pixels: Bytes, kind: str) -> NDArray[np.uint32]:
    """Return levels (H, W) as 0xAARRGGBB (H, W) in the colours of `kind`: "magnitude", "signed" or "grey"."""
    return _colour_table(kind, theme.colours().dark).take(pixels)


def painted(colours: NDArray[np.uint32], ratio: float = 1.0) -> QImage:
    """Return colours 0xAARRGGBB (H, W), whole or transparent, as an image."""
    colours = np.ascontiguousarray(colours)
    height, width = colours.shape
    image = QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image


def photograph(pixels: Bytes) -> QImage:
    """Return grey (H, W) or colour (H, W, 3) bytes as an image."""
    pixels = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], form).copy()


@cache
def _colour_table(kind: str, dark: bool) -> NDArray[np.uint32]:
    """Return 256 colours as 0xAARRGGBB; `dark` is part of the key, since the table follows the theme."""
    if kind == "grey":
        table = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[:, None], 3, axis=1)
    else:
        table = theme.signed_table() if kind == "signed" else theme.magnitude_table()
    chosen = table[np.round(np.linspace(0, 255, _TOP + 1)).astype(int)].astype(np.uint32)
    colours = 0xFF000000 + (chosen[:, 0] << 16) + (chosen[:, 1] << 8) + chosen[:, 2]
    return np.append(colours, 0).astype(np.uint32)


@dataclass(frozen=True)
class Block:
    """Maps that stand together: `count` of `height` × `width` values; `columns` fixes the columns of the grid.

    `weight` is how much larger than the others it may be; `limit` the largest side of a map, `least` the
    smallest width of the block, both in pixels of the screen.
    """

    count: int
    height: int
    width: int
    columns: int | None = None
    weight: float = 1.0
    limit: int = 96
    least: int = 0


@dataclass(frozen=True)
class Fit:
    """How a block is drawn: in pixels of the screen; `shrink` values are averaged where `zoom` is 1."""

    count: int
    columns: int
    zoom: int
    shrink: int
    gap: int
    width: int
    height: int


def arrange(blocks: Sequence[Block], width: int, height: int, between: int, ratio: float = 1.0) -> list[Fit]:
    """Return how large blocks can be beside each other in width × height pixels of the screen.

    There are `between` pixels among the blocks, and `ratio` pixels in a logical one.

    All start as small as can be; then the one whose maps are smallest grows, while there is room. Blocks
    that do not fit even at their smallest show only their first maps.
    """
    if not blocks:
        return []
    blocks = list(blocks)
    room = width - between * (len(blocks) - 1)
    while True:
        sizes = [_smallest(block, height, ratio) for block in blocks]
        fits = [_fit(block, size, height, ratio) for block, size in zip(blocks, sizes, strict=True)]
        used = [room + 1 if fit is None else fit.width for fit in fits]
        widest = max(range(len(blocks)), key=lambda place: used[place] if blocks[place].count > 1 else -1)
        if sum(used) <= room or blocks[widest].count == 1:
            break
        blocks[widest] = _halved(blocks[widest])
    result = [fit or _tiny(block) for fit, block in zip(fits, blocks, strict=True)]
    growing = set(range(len(blocks)))
    while growing:
        place = min(growing, key=lambda each: _side(blocks[each], sizes[each]) / blocks[each].weight)
        size = _next(sizes[place])
        larger = _fit(blocks[place], size, height, ratio)
        others = sum(fit.width for at, fit in enumerate(result) if at != place)
        too_large = _side(blocks[place], size) > max(blocks[place].limit, 1)
        if larger is None or others + larger.width > room or too_large:
            growing.discard(place)
        else:
            sizes[place], result[place] = size, larger
    return result


# A size is (zoom, shrink), one of which is 1.
_SIZES_DOWN = ((1, 4), (1, 3), (1, 2), (1, 1))


def _next(size: tuple[int, int]) -> tuple[int, int]:
    return (size[0] + 1, 1) if size[1] == 1 else (1, size[1] - 1)


def _side(block: Block, size: tuple[int, int]) -> float:
    return max(block.height, block.width) * size[0] / size[1]


def _smallest(block: Block, height: int, ratio: float) -> tuple[int, int]:
    """Return the smallest size worth drawing: a map of at least 8 pixels, if it has as many values."""
    for size in _SIZES_DOWN:
        if _side(block, size) >= 8 and _fit(block, size, height, ratio) is not None:
            return size
    return (1, 1)


def _fit(block: Block, size: tuple[int, int], height: int, ratio: float) -> Fit | None:
    zoom, shrink = size
    map_height, map_width = -(-block.height // shrink) * zoom, -(-block.width // shrink) * zoom
    side = max(map_height, map_width) / ratio
    gap = round(ratio * (1 if side < 12 else 2 if side < 24 else 3))
    most = (height + gap) // (map_height + gap)
    if block.columns is not None:
        columns, rows = block.columns, -(-block.count // block.columns)
        if rows > most:
            return None
    else:
        if most < 1:
            return None
        columns = -(-block.count // most)
        rows = -(-block.count // columns)
    width = max(columns * (map_width + gap) - gap, block.least)
    return Fit(block.count, columns, zoom, shrink, gap, width, rows * (map_height + gap) - gap)


def _halved(block: Block) -> Block:
    """Return the block with half of its maps: of fixed columns, half of the longer side of its grid."""
    if block.columns is None:
        return replace(block, count=max(block.count // 2, 1))
    rows = block.count // block.columns
    if block.columns >= rows:
        return replace(block, columns=max(block.columns // 2, 1), count=max(block.columns // 2, 1) * rows)
    return replace(block, count=block.columns * (rows // 2))


def _tiny(block: Block) -> Fit:
    return Fit(block.count, 1, 1, 1, 0, max(block.width, block.least), block.height)
