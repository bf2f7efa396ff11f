"""A convolution of one channel with all that is needed to follow it number by number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lab.core.events import Array
from lab.core.figures import Window
from lab.core.text import Message
from lab.maths.matrices import factor, written
from lab.nets.convolution.numbers import Pair, correlated, padded, windows
from lab.nets.convolution.sizes import Size, convolved, unvisited

LONGEST_SUM = 16
"""Products of a sum that are all written out where many sums are written."""


@dataclass(frozen=True)
class Working:
    """An image (H, W) and a kernel (kh, kw) as they were typed, and what is done with them."""

    image: Array
    kernel: Array
    turned: bool
    bias: float
    padding: Pair
    stride: Pair
    dilation: Pair

    @property
    def used(self) -> Array:
        """The kernel as it is laid over the image: (kh, kw)."""
        return self.kernel[::-1, ::-1] if self.turned else self.kernel

    @property
    def kernel_size(self) -> Pair:
        """Rows and columns of the kernel."""
        return (self.kernel.shape[0], self.kernel.shape[1])

    @cached_property
    def sizes(self) -> tuple[Size, Size]:
        """Rows and columns of the output, with the arithmetic."""
        rows, columns = (
            convolved(size, kernel, padding, stride, dilation)
            for size, kernel, padding, stride, dilation in zip(
                self.image.shape, self.kernel.shape, self.padding, self.stride, self.dilation, strict=True
            )
        )
        return rows, columns

    @property
    def problem(self) -> Message | None:
        """Why there is no output, or None."""
        return self.sizes[0].problem or self.sizes[1].problem

    @property
    def output_size(self) -> Pair:
        """Rows and columns of the output; at least one of them is not positive where there is none."""
        return (self.sizes[0].value, self.sizes[1].value)

    @cached_property
    def around(self) -> Array:
        """The image with its padding: (H + 2p, W + 2p)."""
        image: Array = padded(self.image[None], self.padding)[0]
        return image

    @cached_property
    def output(self) -> Array:
        """The result (rows, columns). Raises ValueError where there is none."""
        result: Array = correlated(
            self.image[None], self.used[None, None], padding=self.padding, stride=self.stride, dilation=self.dilation
        )[0]
        return result + self.bias

    @cached_property
    def windows(self) -> Array:
        """What lies under the kernel at each place: (rows, columns, kh, kw)."""
        cells: Array = windows(self.around[None], self.kernel_size, self.stride, self.dilation)[0]
        return cells

    @property
    def multiplications(self) -> int:
        """The products of all sums together; none where there is no output."""
        rows, columns = self.output_size
        return 0 if self.problem is not None else rows * columns * self.kernel.size

    @property
    def parameters(self) -> int:
        """The numbers that a layer would learn: the kernel and the bias."""
        return self.kernel.size + 1

    def window(self, *, padded: bool) -> Window:
        """Return the cells of the image, or of the padded image, that a cell of the output is made of."""
        return Window(self.kernel_size, self.stride, self.dilation, (0, 0) if padded else self.padding)

    def covered(self, at: Pair, *, padded: bool) -> frozenset[Pair]:
        """Return the cells of the image, or of the padded image, under the kernel; some may lie outside the image."""
        top, left = (
            place * stride - (0 if padded else around)
            for place, stride, around in zip(at, self.stride, self.padding, strict=True)
        )
        rows, columns = self.kernel_size
        return frozenset(
            (top + i * self.dilation[0], left + j * self.dilation[1]) for i in range(rows) for j in range(columns)
        )

    def nearest(self, at: tuple[int, ...]) -> Pair:
        """Return the cell of the output that is nearest to a place."""
        rows, columns = self.output_size
        return (min(at[0], max(rows, 1) - 1), min(at[1], max(columns, 1) - 1))

    def unvisited(self) -> tuple[int, int]:
        """Return how many rows and columns of the image no window touches."""
        rows, columns = (
            len(unvisited(size, kernel, padding, stride, dilation))
            for size, kernel, padding, stride, dilation in zip(
                self.image.shape, self.kernel.shape, self.padding, self.stride, self.dilation, strict=True
            )
        )
        return rows, columns

    def sum_at(self, at: Pair) -> str:
        """Return the arithmetic of one cell of the output with all its products."""
        factors = [factor(x) for x in self.windows[at].ravel().tolist()]
        return self._sum(factors, float(self.output[at]), whole=True)

    @cached_property
    def sums(self) -> tuple[tuple[str, ...], ...]:
        """The arithmetic of every cell of the output; long sums in short."""
        # Each number of the image is written once, however many sums it is part of.
        factors = [[factor(x) for x in row] for row in self.around.tolist()]
        spread_rows = [i * self.dilation[0] for i in range(self.kernel.shape[0])]
        spread_columns = [j * self.dilation[1] for j in range(self.kernel.shape[1])]
        rows = []
        for r, values in enumerate(self.output.tolist()):
            lines = [factors[r * self.stride[0] + i] for i in spread_rows]
            row = []
            for c, value in enumerate(values):
                left = c * self.stride[1]
                row.append(self._sum([line[left + j] for line in lines for j in spread_columns], value))
            rows.append(tuple(row))
        return tuple(rows)

    @cached_property
    def _weights(self) -> list[str]:
        return [factor(weight) for weight in self.used.ravel().tolist()]

    def _sum(self, factors: list[str], value: float, *, whole: bool = False) -> str:
        terms = [f"{x}·{w}" for x, w in zip(factors, self._weights, strict=True)]
        if len(terms) > LONGEST_SUM and not whole:
            terms = [*terms[:6], "…", *terms[-2:]]
        return f"{' + '.join(terms)} + {factor(self.bias)} = {written(value)}"
