"""One axis of a convolution: its size, its windows, and what they miss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.events import Array
from lab.nets.convolution.sizes import Size, convolved, reach


@dataclass(frozen=True)
class AxisSizes:
    """An axis of `size` pixels and what goes over it; places are counted from the first pixel of the padding."""

    size: int
    kernel: int
    padding: int = 0
    stride: int = 1
    dilation: int = 1

    @cached_property
    def result(self) -> Size:
        """The size of the output, with its arithmetic."""
        return convolved(self.size, self.kernel, self.padding, self.stride, self.dilation)

    @property
    def span(self) -> int:
        """How many pixels a window reaches over."""
        return reach(self.kernel, self.dilation)

    @property
    def padded(self) -> int:
        """The pixels with the padding at both ends."""
        return self.size + 2 * self.padding

    @property
    def outputs(self) -> int:
        """The size of the output, 0 where there is none."""
        return self.result.value if self.result.fits else 0

    @property
    def left_over(self) -> int:
        """The pixels at the end, padding included, that the stride does not reach any more."""
        return self.padded - self.span - self.stride * (self.outputs - 1) if self.result.fits else 0

    @cached_property
    def visits(self) -> Array:
        """How many windows touch each place with the padding: (padded,) int64."""
        counts = np.zeros(self.padded, np.int64)
        reached = self.stride * (self.outputs - 1) + 1
        for tap in range(self.kernel if self.outputs else 0):
            counts[tap * self.dilation : tap * self.dilation + reached : self.stride] += 1
        return counts

    @property
    def visited(self) -> int:
        """How many pixels of the input some window touches."""
        return int(np.count_nonzero(self.visits[self.padding : self.padding + self.size]))

    def real_taps(self, first: int, last: int) -> Array:
        """Return how many cells of the kernel lie on the input, not on padding, for the outputs first … last − 1."""
        places = np.arange(first, last)[:, None] * self.stride + np.arange(self.kernel) * self.dilation
        inside: Array = ((places >= self.padding) & (places < self.padding + self.size)).sum(axis=1)
        return inside


def never_visited(rows: AxisSizes, columns: AxisSizes) -> int:
    """Return how many pixels of an input no window touches; all where the kernel does not fit."""
    fits = rows.outputs and columns.outputs
    return rows.size * columns.size - (rows.visited * columns.visited if fits else 0)
