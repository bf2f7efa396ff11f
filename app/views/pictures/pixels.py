"""The seen part of a panel as colours: enlarged pixel by pixel, or made smaller without touching all of a large one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.core import theme
from app.views.pictures.frame import Frame
from lab.core.events import Array
from lab.core.pictures import PicturePanel

Colours = NDArray[np.uint32]
"""(H, W) of 0xAARRGGBB; 0 where there is no finite value."""

_GRID_FROM = 6.0
"""Logical pixels for a pixel of the picture from which on there are lines between them."""
_MOST = 1_500_000
"""Pixels that are converted at once, but where the screen shows more."""


@dataclass(frozen=True)
class Seen:
    """What is seen of a panel, in pixels of the screen: from (left, top) to (right, bottom)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.right - self.left, self.bottom - self.top


def seen_of(frame: Frame) -> Seen | None:
    """Return what is seen of a panel; None for nothing."""
    ratio = frame.ratio
    whole, room = frame.whole(), frame.room
    left = max(round(whole.left() * ratio), math.floor(room.left() * ratio))
    top = max(round(whole.top() * ratio), math.floor(room.top() * ratio))
    right = min(max(round(whole.right() * ratio), left + 1), math.ceil(room.right() * ratio))
    bottom = min(max(round(whole.bottom() * ratio), top + 1), math.ceil(room.bottom() * ratio))
    return Seen(left, top, right, bottom) if right > left and bottom > top else None


def indices(first: int, last: int, start: float, step: float, count: int) -> NDArray[np.intp]:
    """Return which of `count` pixels, `step` long and from `start` on, each pixel of the screen shows."""
    places = (np.arange(first, last) + (0.5 - start)) / step
    found: NDArray[np.intp] = np.clip(np.floor(places), 0, count - 1).astype(np.intp)
    return found


def rows_and_columns(frame: Frame, seen: Seen) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the row of each line of the screen, and the column of each of its pixels."""
    ratio, grid = frame.ratio, frame.grid
    return (
        indices(seen.top, seen.bottom, frame.top * ratio, frame.down * ratio, grid.rows),
        indices(seen.left, seen.right, frame.left * ratio, frame.across * ratio, grid.columns),
    )


def coloured(panel: PicturePanel, rows: slice, columns: slice) -> Colours:
    """Return the colours of a part of a panel."""
    levels = panel.levels[rows, columns]
    if panel.colours == "colour":
        result = np.empty((*levels.shape[:2], 4), np.uint8)
        for place in range(3):
            result[..., 2 - place] = levels[..., place]
        result[..., 3] = 255
        found: Colours = result.view(np.uint32)[..., 0]
    else:
        found = _table(panel.colours, theme.colours().dark)[levels]
    missing = not_finite(panel, rows, columns)
    if missing is not None:
        found[missing] = 0
    return found


def not_finite(panel: PicturePanel, rows: slice, columns: slice) -> Array | None:
    """Return where a part of a panel has no finite value, (H, W) bool; None where it has everywhere."""
    values = panel.values[rows, columns]
    if values.dtype.kind != "f":
        return None
    finite = np.isfinite(values)
    if finite.all():
        return None
    known = np.asarray(finite.all(axis=2)) if finite.ndim == 3 else finite
    return ~known


@cache
def _table(kind: str, dark: bool) -> Colours:
    """Return the 256 colours of levels; `dark` is part of the key, since tables follow the theme."""
    if kind == "grey":
        chosen = np.repeat(np.arange(256, dtype=np.uint32)[:, None], 3, axis=1)
    else:
        # The levels of maps of colours go to 254.
        table = theme.signed_table() if kind == "signed" else theme.magnitude_table()
        places = np.minimum(np.round(np.arange(256) * (255 / 254)), 255).astype(np.intp)
        chosen = table[places].astype(np.uint32)
    colours = 0xFF000000 | (chosen[:, 0].astype(np.int64) << 16) | (chosen[:, 1] << 8) | chosen[:, 2]
    return colours.astype(np.uint32)


def scale_colours(kind: str, count: int) -> Colours:
    """Return `count` colours from the lowest to the highest level of a map of colours, (1, count)."""
    levels = np.round(np.linspace(0, 254, count)).astype(np.uint8)
    return np.ascontiguousarray(_table(kind, theme.colours().dark)[levels][None])


def image_of(colours: Colours, opaque: bool) -> QImage:
    """Return colours as an image; it has a copy of them."""
    height, width = colours.shape
    kind = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(np.ascontiguousarray(colours).data, width, height, 4 * width, kind).copy()


def picture_of(panel: PicturePanel, frame: Frame, seen: Seen) -> QImage:
    """Return what is seen of a panel, one pixel for each of the screen; transparent where there is no finite value."""
    across, down = frame.across * frame.ratio, frame.down * frame.ratio
    return _enlarged(panel, frame, seen) if sharp(across) and sharp(down) else _smooth(panel, frame, seen)


def sharp(step: float) -> bool:
    """Tell whether pixels of this size are painted as squares: a little larger than one, they would be of two sizes."""
    return step >= 2 or (step >= 1 and abs(step - round(step)) < 1e-6)


def _enlarged(panel: PicturePanel, frame: Frame, seen: Seen) -> QImage:
    rows, columns = rows_and_columns(frame, seen)
    part = coloured(panel, slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    large = part.take(columns - columns[0], axis=1).take(rows - rows[0], axis=0)
    if min(frame.across, frame.down) >= _GRID_FROM:
        lines = np.flatnonzero(np.diff(columns)) + 1
        large[:, lines] = _faded(large[:, lines])
        lines = np.flatnonzero(np.diff(rows)) + 1
        large[lines] = _faded(large[lines])
    return image_of(large, bool((part >> 24).all()))


def _faded(colours: Colours) -> Colours:
    """Return colours mixed with 3 parts in 8 of grey: lines between pixels, much faster than painting these."""
    mixed = ((colours >> 1) & 0x7F7F7F) + ((colours >> 3) & 0x1F1F1F) + 0xFF303030
    return np.where(colours == 0, np.uint32(0x60303030), mixed).astype(np.uint32)


def stride(step: float, count: int, other: int) -> int:
    """Return of how many pixels one is taken, for pixels `step` long: so that twice as many as are shown remain."""
    by = max(math.ceil(0.5 / step - 1e-9), 1)
    while count * other > _MOST * by * by and (by + 1) * step <= 1.5:
        by += 1
    return by


def _smooth(panel: PicturePanel, frame: Frame, seen: Seen) -> QImage:
    rows, columns = rows_and_columns(frame, seen)
    first, last = (int(rows[0]), int(columns[0])), (int(rows[-1]) + 1, int(columns[-1]) + 1)
    steps = frame.down * frame.ratio, frame.across * frame.ratio
    counts = last[0] - first[0], last[1] - first[1]
    by = stride(steps[0], *counts), stride(steps[1], *counts)
    taken = [
        slice(low + min(each // 2, (high - low - 1) // 2), high, each)
        for low, high, each in zip(first, last, by, strict=True)
    ]
    part = coloured(panel, taken[0], taken[1])
    image = image_of(part, bool((part >> 24).all()))
    # What the part covers of the screen: whole pixels of the picture, a little more than is seen.
    left, top = (
        round(frame.left * frame.ratio + first[1] * steps[1]),
        round(frame.top * frame.ratio + first[0] * steps[0]),
    )
    right = max(round(frame.left * frame.ratio + last[1] * steps[1]), left + 1)
    bottom = max(round(frame.top * frame.ratio + last[0] * steps[0]), top + 1)
    image = image.scaled(
        right - left,
        bottom - top,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return image.copy(seen.left - left, seen.top - top, *seen.size)
