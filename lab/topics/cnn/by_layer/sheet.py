"""Numbers of a layer laid out on a plane: its channels beside each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lab.core.events import Array

Place = tuple[int, int, int]
"""(channel, row, column) of a number; a vector has rows and columns 0."""
_WIDE = 1.5
"""How much wider than high the whole is, about."""


@dataclass(frozen=True)
class Sheet:
    """Where each number of a layer (C, H, W), read in this order, stands: channel by channel, with gaps between."""

    shape: tuple[int, int, int]

    @property
    def gap(self) -> int:
        """The pixels between two channels; single numbers and lines need none."""
        return 1 if min(self.shape[1:]) > 1 else 0

    @property
    def columns(self) -> int:
        """Channels side by side."""
        count, height, width = self.shape
        wanted = math.sqrt(_WIDE * count * (height + self.gap) / (width + self.gap))
        near = range(max(math.ceil(0.7 * wanted), 1), min(math.floor(1.6 * wanted), count) + 1)
        # Full rows, where there can be.
        full = [columns for columns in near if count % columns == 0]
        return min(full or [min(max(round(wanted), 1), count)], key=lambda columns: abs(columns - wanted))

    @cached_property
    def numbers(self) -> Array:
        """Which number stands where, (rows, columns); −1 between."""
        count, height, width = self.shape
        rows = math.ceil(count / self.columns)
        found = np.full((rows * (height + self.gap) - self.gap, self.columns * (width + self.gap) - self.gap), -1)
        for channel in range(count):
            top, left = self.corner(channel)
            number = channel * height * width + np.arange(height * width).reshape(height, width)
            found[top : top + height, left : left + width] = number
        return found

    def corner(self, channel: int) -> tuple[int, int]:
        """Return the row and column where a channel begins."""
        row, column = divmod(channel, self.columns)
        return row * (self.shape[1] + self.gap), column * (self.shape[2] + self.gap)

    def lay(self, values: Array) -> Array:
        """Return numbers in their places, NaN between."""
        return np.where(self.numbers >= 0, np.asarray(values, float).ravel()[self.numbers], np.nan)

    def indices(self, layer: int, shape: tuple[int, ...]) -> Array:
        """Return (layer, channel, row, column) of each, by the shape that the layer itself has; −1 between."""
        found = np.stack([np.full(self.numbers.shape, layer), *np.unravel_index(self.numbers.clip(0), shape)], -1)
        found[self.numbers < 0] = -1
        return found

    def where(self, number: int) -> tuple[int, int]:
        """Return the row and column at which a number stands."""
        channel, row, column = (int(at) for at in np.unravel_index(number, self.shape))
        top, left = self.corner(channel)
        return top + row, left + column


@lru_cache(maxsize=32)
def sheet(*shape: int) -> Sheet:
    """Return the sheet of a shape; its places are worked out once."""
    channels, height, width = shape
    return Sheet((channels, height, width))
