"""The values of a field as an image, in the colours of its scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.core import theme
from app.core.language import words
from app.views.painted import blend
from lab.core.events import Array
from lab.core.figures import Field, Words

_LEAST = 1e-300
"""Ranges of values below this cannot be divided by; they are shown as one value."""
_COARSE = 96
"""Cells along a side of the grid on which the places of letters are looked for."""


@dataclass(frozen=True)
class Shading:
    """A field in colours: `image` has the highest row at the top and is transparent where there is no number.

    `low` and `high` are the values at the ends of the colours, which mean something where anything is `known`. `gaps`
    tells whether some values are not there yet; `infinite` is opaque where they are infinite, None where they nowhere
    are.
    """

    image: QImage
    low: float
    high: float
    known: bool
    gaps: bool
    infinite: QImage | None

    def colour(self, value: float, table: Array) -> QColor:
        """Return the colour of a value in a table (256, 3)."""
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        place = round(255 * min(max(share, 0.0), 1.0))
        return QColor(*(int(channel) for channel in table[place]))


def colour_table(scale: str) -> Array:
    """Return the colours (256, 3) of a scale."""
    return theme.signed_table() if scale == "signed" else theme.magnitude_table()


def shade(field: Field) -> Shading:
    """Return the image of a field in the colours of the theme."""
    values = np.asarray(field.values)
    if values.dtype.kind != "f":
        values = values.astype(np.float64)
    finite = np.isfinite(values)
    if field.scale == "classes":
        indices = np.where(finite, values, -1)
        known = finite & (indices >= 0) & (indices < len(field.classes)) & (indices == np.floor(indices))
        table = _packed(np.array([_channels(class_colour(place)) for place in range(max(len(field.classes), 1))]))
        pixels = table[np.where(known, indices, 0).astype(np.intp)]
        return Shading(_image(pixels, known), 0.0, 1.0, bool(known.any()), not known.all(), None)
    low, high = field.limits or _limits(values, finite, field.scale == "signed")
    # Halves, since the whole range may be larger than any float.
    scaled = (values * 0.5 - low / 2) * (255 / (high / 2 - low / 2))
    whole = bool(finite.all())
    if not whole:
        scaled = np.where(finite, scaled, 0)
    # Rounded; what lies beyond limits that are given has the colour of their ends.
    pixels = _packed(colour_table(field.scale))[np.clip(scaled + 0.5, 0, 255).astype(np.uint8)]
    infinite = np.isinf(values) if not whole else finite[:0]
    mask = _image(np.full(values.shape, 0xFF000000, np.uint32), infinite) if infinite.any() else None
    return Shading(_image(pixels, finite), low, high, bool(finite.any()), bool(np.isnan(values).any()), mask)


def _limits(values: Array, finite: Array, signed: bool) -> tuple[float, float]:
    """Return the values at the ends of the colours, never equal; zero in the middle where they are signed."""
    if not finite.any():
        return (-1.0, 1.0) if signed else (0.0, 1.0)
    low = float(values.min(initial=np.inf, where=finite))
    high = float(values.max(initial=-np.inf, where=finite))
    if signed:
        size = max(-low, high)
        return (-size, size) if size > _LEAST else (-1.0, 1.0)
    room = max(0.5 * abs(low), 0.5)
    return (low, high) if high / 2 - low / 2 > _LEAST else (low - room, high + room)


def _packed(table: Array) -> Array:
    """Return colours (N, 3) as 0xffrrggbb."""
    channels = table.astype(np.uint32)
    result: Array = 0xFF000000 + (channels[:, 0] << 16) + (channels[:, 1] << 8) + channels[:, 2]
    return result.astype(np.uint32)


def _image(pixels: Array, shown: Array) -> QImage:
    """Return 0xffrrggbb (H, W), transparent where it is not shown, turned so that row 0 is at the bottom."""
    if not shown.all():
        pixels = np.where(shown, pixels, np.uint32(0))
    turned = np.ascontiguousarray(pixels[::-1], dtype=np.uint32)
    height, width = turned.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(turned.data, width, height, 4 * width, form).copy()


def _channels(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def class_colour(place: int) -> QColor:
    """Return the colour of a class; after the colours of the theme, paler ones follow."""
    colours = theme.colours()
    shade = colours.series[place % len(colours.series)]
    paler = place // len(colours.series)
    return blend(shade, colours.surface, 0.82 if paler == 0 else 0.45)


def class_marks(classes: Sequence[Words]) -> list[str]:
    """Return a letter or number for each class: its own words where all are that short, else A, B, C …"""
    said = [words(each) for each in classes]
    if all(0 < len(each) <= 2 for each in said):
        return said
    return [chr(ord("A") + place % 26) + ("" if place < 26 else str(place // 26)) for place in range(len(said))]


def class_places(values: Array, count: int) -> list[tuple[int, float, float, float]]:
    """Return for each class on the grid (H, W) where its largest square lies.

    As class, fractions across and up of the middle of the square, and its side as a fraction of the height.
    """
    height, width = values.shape
    stride = max(-(-max(height, width) // _COARSE), 1)
    coarse = values[stride // 2 :: stride, stride // 2 :: stride]
    places = []
    for each in range(count):
        square = _largest_square(coarse == each)
        if square is not None:
            row, column, side = square
            across = (column + side / 2) * stride / width
            up = (row + side / 2) * stride / height
            places.append((each, min(across, 1.0), min(up, 1.0), side * stride / height))
    return places


def _largest_square(mask: Array) -> tuple[int, int, int] | None:
    """Return row, column and side of a largest square of the mask, None where it is empty."""
    if not mask.any():
        return None
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int64)
    sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)

    def full(side: int) -> Array:
        inside = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
        result: Array = inside == side * side
        return result

    least, most = 1, min(mask.shape)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if full(middle).any() else (least, middle - 1)
    row, column = np.unravel_index(int(np.argmax(full(least))), full(least).shape)
    return int(row), int(column), least
