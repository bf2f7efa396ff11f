"""A transposed convolution worked out: where each stamp goes, how often stamps overlap, what adds up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.events import Array
from lab.core.text import Message
from lab.nets.convolution.numbers import Pair, correlated, stamped
from lab.nets.convolution.sizes import Size, problem_of, reach, transposed

MOST_DRAWN = 256
"""Rows and columns of the output that are computed; a picture of more would follow the hand too slowly."""


@dataclass(frozen=True)
class AxisStamps:
    """An axis of `size` numbers, each of which stamps a kernel into the output, `stride` further than the last."""

    size: int
    kernel: int
    padding: int = 0
    stride: int = 1
    dilation: int = 1
    more: int = 0
    """Output padding: places that are added at the end."""

    @cached_property
    def result(self) -> Size:
        """The size of the output, with its arithmetic."""
        return transposed(self.size, self.kernel, self.padding, self.stride, self.dilation, self.more)

    @property
    def span(self) -> int:
        """How many places a stamp reaches over."""
        return reach(self.kernel, self.dilation)

    @property
    def outputs(self) -> int:
        """The size of the output, 0 where the padding cuts all of it off."""
        return self.result.value if self.result.fits else 0

    @property
    def drawn(self) -> int:
        """How many places of the output are computed."""
        return min(self.outputs, MOST_DRAWN)

    @property
    def used(self) -> int:
        """How many numbers of the input have a part in what is computed."""
        return min(self.size, (self.drawn - 1 + self.padding) // self.stride + 1) if self.outputs else self.size

    @cached_property
    def visits(self) -> Array:
        """How many stamps touch each place of the output: (outputs,) int64."""
        counts = np.zeros(self.outputs + 2 * self.padding, np.int64)
        for tap in range(self.kernel if self.outputs else 0):
            counts[tap * self.dilation :: self.stride][: self.size] += 1
        return counts[self.padding : self.padding + self.outputs]

    @cached_property
    def shares(self) -> tuple[int, ...]:
        """How many cells of the kernel come to the places r, r + s, r + 2s …, for r = 0 … s − 1: away from the edges
        so many stamps meet there, again and again.
        """
        residues = np.arange(self.kernel) * self.dilation % self.stride
        return tuple(np.bincount(residues, minlength=self.stride).tolist())

    @property
    def even(self) -> bool:
        """Whether equally many stamps meet everywhere, but for the edges."""
        return len(set(self.shares)) == 1

    def start(self, place: int) -> int:
        """Return where in the output the stamp of a number begins; it may lie in what is cut off."""
        return place * self.stride - self.padding

    def covered(self, tap: int) -> tuple[int, int]:
        """Return the numbers, from and up to, of which a cell of the kernel is not cut off by padding."""
        first = -((tap * self.dilation - self.padding) // self.stride)
        last = (self.outputs - 1 + self.padding - tap * self.dilation) // self.stride + 1
        low = min(max(first, 0), self.size)
        return low, max(low, min(last, self.size))


@dataclass(frozen=True)
class Stamping:
    """An input (H, W) and a kernel (kh, kw), float64, and how far the stamping has come.

    `at` is the number whose stamp is looked at; `done` numbers have been stamped, row by row.
    """

    image: Array
    kernel: Array
    rows: AxisStamps
    columns: AxisStamps
    at: Pair
    done: int
    fill: Callable[[Pair], Array]
    """Makes an image of a size in the way in which the input was made."""

    @property
    def axes(self) -> tuple[AxisStamps, AxisStamps]:
        """Rows and columns."""
        return self.rows, self.columns

    @cached_property
    def problem(self) -> Message | None:
        """Why there is no output, and what to change."""
        return problem_of(self.rows.result, self.columns.result)

    @property
    def output_size(self) -> Pair:
        """Rows and columns of the whole output."""
        return self.rows.outputs, self.columns.outputs

    @property
    def whole(self) -> bool:
        """Whether all of the output is computed."""
        return self.output_size == (self.rows.drawn, self.columns.drawn)

    @property
    def part(self) -> Array:
        """The numbers of the input that have a part in what is computed."""
        return self.image[: self.rows.used, : self.columns.used]

    @cached_property
    def stamped_image(self) -> Array:
        """The input with zeros for what has not been stamped yet."""
        order = np.arange(self.image.size).reshape(self.image.shape)
        return np.where(order < self.done, self.image, 0.0)

    @cached_property
    def output(self) -> Array:
        """What has added up so far: (rows, columns), as much as is computed."""
        return self.stamp(self.stamped_image[: self.rows.used, : self.columns.used])

    @cached_property
    def even_input(self) -> Array:
        """What an input of ones would become."""
        return self.stamp(np.ones_like(self.part))

    def stamp(self, part: Array) -> Array:
        """Return what numbers of the input become, of the output as much as is computed."""
        rows, columns = (
            # What is missing at the end lies beyond, or is padding that the formula adds.
            max(0, axis.drawn + 2 * axis.padding - (axis.stride * (axis.used - 1) + axis.span))
            for axis in self.axes
        )
        result = stamped(
            part[None],
            self.kernel[None, None],
            padding=(self.rows.padding, self.columns.padding),
            stride=(self.rows.stride, self.columns.stride),
            dilation=(self.rows.dilation, self.columns.dilation),
            output_padding=(rows, columns),
        )
        return result[0, : self.rows.drawn, : self.columns.drawn]

    @cached_property
    def total(self) -> float:
        """The sum of the whole output in the end: each cell of the kernel times the numbers that it is used with."""
        sums = np.zeros((self.image.shape[0] + 1, self.image.shape[1] + 1))
        sums[1:, 1:] = self.image.cumsum(0).cumsum(1)
        down = np.array([self.rows.covered(tap) for tap in range(self.rows.kernel)])
        across = np.array([self.columns.covered(tap) for tap in range(self.columns.kernel)])
        top, bottom = sums[down[:, 0]], sums[down[:, 1]]
        within = bottom[:, across[:, 1]] - bottom[:, across[:, 0]] - top[:, across[:, 1]] + top[:, across[:, 0]]
        return float((within * self.kernel).sum())

    @cached_property
    def there_and_back(self) -> tuple[Array, Array, Array] | None:
        """An image of the size of the output, what a convolution with the same kernel makes of it, and what the
        transposed convolution brings back from that; None where the output is not whole.
        """
        if self.problem is not None or not self.whole:
            return None
        image = self.fill(self.output_size)
        small = correlated(
            image[None],
            self.kernel[None, None],
            padding=(self.rows.padding, self.columns.padding),
            stride=(self.rows.stride, self.columns.stride),
            dilation=(self.rows.dilation, self.columns.dilation),
        )[0, : self.rows.size, : self.columns.size]
        return image, small, self.stamp(small)
