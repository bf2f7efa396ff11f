"""The parameters of a convolution that its sizes depend on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from lab.core.params import Params, integer, integers
from lab.nets.convolution.numbers import Pair, pair
from lab.topics.convolution.size.axes import AxisSizes

LARGEST_INPUT = 4096
RANGES = MappingProxyType({"kernel": (1, 64), "padding": (0, 64), "stride": (1, 32), "dilation": (1, 16)})
"""What each may be along an axis, both ends included."""
SYMBOLS = MappingProxyType({"kernel": "k", "padding": "p", "stride": "s", "dilation": "d"})
_HIGHEST = LARGEST_INPUT + 2 * RANGES["padding"][1] - 1


@dataclass(frozen=True, kw_only=True)
class LayerParams(Params):
    """A layer that convolves, but for what goes into it."""

    out_channels: int = integer(
        1, 1, 4096, label="Output channels", help="How many kernels there are: each makes one channel of the output.",
        group="Convolution", scale="log",
    )  # fmt: skip
    kernel: tuple[int, ...] = integers(
        (5,), *RANGES["kernel"], length=(1, 2), label="Kernel size k",
        help="One number for both axes, or two: rows, columns. The up and down keys change the one at the cursor.",
        group="Convolution", unit="pixels",
    )  # fmt: skip
    padding: tuple[int, ...] = integers(
        (1,), *RANGES["padding"], length=(1, 2), label="Padding p",
        help="How many zeros are put at each of the two ends. One number for both axes, or two: rows, columns.",
        group="Convolution", unit="pixels",
    )  # fmt: skip
    stride: tuple[int, ...] = integers(
        (1,), *RANGES["stride"], length=(1, 2), label="Stride s",
        help="How far the kernel goes from one place to the next. One number for both axes, or two: rows, columns.",
        group="Convolution", unit="pixels",
    )  # fmt: skip
    dilation: tuple[int, ...] = integers(
        (1,), *RANGES["dilation"], length=(1, 2), label="Dilation d",
        help="How far the cells of the kernel lie apart; 1 is side by side. One number for both axes, or two.",
        group="Convolution", unit="pixels",
    )  # fmt: skip

    def axes(self, size: Pair) -> tuple[AxisSizes, AxisSizes]:
        """Return what the layer makes of an input (rows, columns), along each of its axes."""
        settings = [pair(values) for values in (self.kernel, self.padding, self.stride, self.dilation)]
        rows, columns = (AxisSizes(size[axis], *(values[axis] for values in settings)) for axis in (0, 1))
        return rows, columns


@dataclass(frozen=True, kw_only=True)
class InputParams(Params):
    """What goes into a layer."""

    largest: ClassVar[int] = LARGEST_INPUT

    size: tuple[int, ...] = integers(
        (28, 28), 1, LARGEST_INPUT, length=(1, 2), label="Size M",
        help="Rows and columns of the input; one number for a square.", group="Input", unit="pixels",
    )  # fmt: skip
    in_channels: int = integer(
        1, 1, 4096, label="Input channels",
        help="Planes of the input, 3 of a colour picture. Each kernel goes through all of them at once.", group="Input",
        scale="log",
    )  # fmt: skip


def place_field(help_text: str) -> tuple[int, ...]:
    """Declare which number of the output is looked at."""
    found: tuple[int, ...] = integers(
        (0, 0), 0, _HIGHEST, length=(2, 2), label="Output looked at", help=help_text, group="Shown"
    )
    return found
