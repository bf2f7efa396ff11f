"""Pooling: the largest, mean or least number of a window, number by number and on a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np

from lab.core.events import Array, Event
from lab.core.experiment import ClosedForm, RunMode
from lab.core.metaparameters import seed_field
from lab.core.numbers import all_of, check
from lab.core.params import ParamError, Params, choice, integer, real, text
from lab.core.quantities import Numbers
from lab.core.text import Message, message
from lab.data.images.code import picture_lines
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.maths.matrices import parse_matrix
from lab.nets.convolution.numbers import Pooling
from lab.nets.convolution.pooling import Pooled, Way, pool
from lab.topics.convolution.pooling.figures import matrices
from lab.topics.convolution.pooling.numbers import matrix_numbers, program_head

KINDS = {"max": "Maximum", "mean": "Mean", "min": "Minimum"}
DIMENSIONS = {"2d": "2-D: each channel by itself", "3d": "3-D: across the channels"}
CHANNELS = ("red", "green", "blue")
_CELLS = "Numbers separated by spaces, rows by semicolons. You can also edit the cells themselves."


def _matrix_field(default: str, label: str, dimensions: str) -> Any:
    return text(default, label=label, help=_CELLS, group="Image", longest=1500, when=("dimensions", (dimensions,)))


@dataclass(frozen=True, kw_only=True)
class PoolingParams(PictureParams):
    """The window, and what it goes over."""

    how: str = choice("max", KINDS, label="Pooling", help="What a window becomes.", group="Window")
    kernel: int = integer(
        2, 1, 8, slider=True, label="Window", unit="cells", group="Window",
        help="The side of the window. All numbers in it become one.",
    )  # fmt: skip
    stride: int = integer(
        0, 0, 8, slider=True, label="Stride of the window", unit="cells", group="Window",
        help="How far the window goes at a time; 0: as far as it is wide, so that windows do not overlap.",
    )  # fmt: skip
    padding: int = integer(
        0, 0, 4, slider=True, label="Padding", unit="cells", group="Window",
        help="Cells around the image on each side: never the largest or least, and zeros in a mean.",
    )  # fmt: skip
    dimensions: str = choice(
        "2d", DIMENSIONS, label="Dimensions", group="Window",
        help="Whether a window lies in one channel, or reaches through all three and leaves one.",
    )  # fmt: skip
    image: str = _matrix_field("1 5 2 0 1 3; 2 0 4 1 0 2; 0 3 9 8 1 0; 1 2 8 9 2 1; 3 0 1 2 6 4; 2 1 0 3 4 5",
                               "Image", "2d")  # fmt: skip
    red: str = _matrix_field("1 5 2 0; 2 0 4 1; 0 3 9 8; 1 2 8 9", "Red", "3d")
    green: str = _matrix_field("3 1 0 2; 6 2 1 1; 2 2 0 1; 0 4 3 5", "Green", "3d")
    blue: str = _matrix_field("0 2 7 1; 1 1 3 0; 4 0 1 2; 2 1 0 3", "Blue", "3d")
    noise: float = real(
        0.1, 0.0, 0.5, slider=True, label="Noise", group="Picture",
        help="The standard deviation of what is added to each number of the picture, which go from 0 to 1.",
    )  # fmt: skip
    seed: int = seed_field()

    def check(self) -> None:
        """Refuse what is no matrix, and a padding that torch refuses."""
        super().check()
        self.channels()
        if self.padding > self.kernel // 2:
            raise ParamError(
                "padding",
                "{field}: {value} is not allowed; allowed is at most half of the window, {most}: else a window could "
                "lie in nothing but padding",
                value=self.padding,
                most=self.kernel // 2,
            )

    @property
    def way(self) -> Way:
        """How it is pooled."""
        stride = self.stride or self.kernel
        return Way(cast("Pooling", self.how), self.kernel, stride, self.padding, self.dimensions == "3d")

    def channels(self) -> dict[str, Array]:
        """Return the matrices that matter, by the names of their fields."""
        names = CHANNELS if self.way.across else ("image",)
        return {name: parse_matrix(name, getattr(self, name)) for name in names}

    def refusal(self) -> Message | None:
        """Say why these matrices cannot be pooled, if so. It is shown beside them, where they can be edited."""
        found = list(self.channels().values())
        if len({matrix.shape for matrix in found}) > 1:
            sizes = ", ".join(f"{rows} × {columns}" for rows, columns in (matrix.shape for matrix in found))
            return message("The channels of an image have one size; these have {sizes}.", sizes=sizes)
        most = min(found[0].shape) + 2 * self.padding
        if self.kernel <= most:
            return None
        return message(
            "A window of {side} × {side} fits nowhere in {rows} × {columns} cells with a padding of {padding}; "
            "allowed is a side of at most {most}. The picture below is large enough.",
            side=self.kernel,
            rows=found[0].shape[0],
            columns=found[0].shape[1],
            padding=self.padding,
            most=most,
        )

    def pooled(self) -> Pooled | None:
        """Return the matrices and what becomes of them, or None where they cannot be pooled."""
        if self.refusal() is not None:
            return None
        return pool(np.stack(list(self.channels().values())), self.way)


class PoolingPage(ClosedForm[PoolingParams]):
    """Pool a matrix that can be edited, with the way back of the gradient, and a picture with noise."""

    id: ClassVar[str] = "convolution.pooling"
    title: ClassVar[str] = "Pooling"
    params: ClassVar[type[Params]] = PoolingParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def validate(self, params: PoolingParams, data: DataStore) -> None:
        """Raise LabError where the picture cannot be read."""
        params.photo()

    def preview(self, params: PoolingParams, data: DataStore) -> Iterator[Event]:
        """Yield the matrices and their numbers."""
        yield matrices(params.channels(), params.pooled(), params.refusal())
        yield _numbers(params).table

    def compute(self, params: PoolingParams) -> Iterator[Event]:
        """Yield the picture before and after, what that does to noise, and the program. Raises DataError."""
        from lab.topics.convolution.pooling.picture import measure
        from lab.topics.convolution.pooling.views import picture_numbers, pictures

        measured = measure(params.photo(), params.noise, params.seed, params.way)
        yield pictures(measured)
        groups = program_head(params.way, picture_lines(params)), _numbers(params), picture_numbers(measured)
        yield from all_of(groups)

    def verify(self, params: PoolingParams) -> Iterator[Event]:
        """Yield what torch makes of the same matrices, there and back."""
        yield check([program_head(params.way), _numbers(params)])


def _numbers(params: PoolingParams) -> Numbers:
    return matrix_numbers(params.channels(), params.pooled(), params.refusal())


EXPERIMENT = PoolingPage
