"""A colour picture and kernels of three planes: three sums of products, and their sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.experiment import ClosedForm, RunMode
from lab.core.figures import Matrices
from lab.core.metaparameters import seed_field
from lab.core.numbers import all_of
from lab.core.params import ParamError, Params, integer, integers, real, text
from lab.data.images.code import picture_lines
from lab.data.images.planes import unit_planes
from lab.data.images.reading import Photo
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.nets.convolution.kernels import own_kernel
from lab.topics.convolution.colour.figures import Stack, channels, kernel_matrices, partial_sums
from lab.topics.convolution.colour.numbers import apart, shapes

_CELLS = (
    "Numbers separated by spaces, rows by semicolons. All three planes have one size. Or edit the cells themselves."
)


@dataclass(frozen=True, kw_only=True)
class ColourParams(PictureParams):
    """The picture, the first kernel plane by plane, and how many there are."""

    red: str = text("1 0 -1; 1 0 -1; 1 0 -1", label="Plane of red", help=_CELLS, group="Kernel", longest=3000)
    green: str = text("0 0 0; 0 1 0; 0 0 0", label="Plane of green", help=_CELLS, group="Kernel", longest=3000)
    blue: str = text("0 0 0; 0 -1 0; 0 0 0", label="Plane of blue", help=_CELLS, group="Kernel", longest=3000)
    bias: float = real(
        0.0, -3.0, 3.0, slider=True, label="Bias", help="What is added to each sum of the first kernel.", group="Kernel"
    )
    kernels: int = integer(
        6, 1, 15, slider=True, label="Kernels",
        help="How many kernels there are, each of three planes; all but the first are random.", group="Kernel",
    )  # fmt: skip
    padding: int = integer(
        1, 0, 7, slider=True, label="Padding", help="Zeros around the picture on each side.", group="Convolution"
    )
    stride: int = integer(
        1, 1, 8, slider=True, label="Stride", help="How many pixels the kernel goes at a time.", group="Convolution"
    )
    at: tuple[int, ...] = integers(
        (150, 330), 0, 100_000, length=(2, 2), label="Pixel",
        help="Row and column of the result, from 0, that is taken apart. Click into a picture.", group="Convolution",
    )  # fmt: skip
    seed: int = seed_field()

    def check(self) -> None:
        """Refuse planes that are no matrices, or not of one size."""
        super().check()
        self.first()

    def first(self) -> Array:
        """Return the kernel that is written here, (3, kh, kw)."""
        planes = [own_kernel(name, getattr(self, name)) for name in ("red", "green", "blue")]
        for name, plane in zip(("green", "blue"), planes[1:], strict=True):
            if plane.shape != planes[0].shape:
                raise ParamError(
                    name,
                    "{field}: this plane has {found} numbers and that of red {wanted}; all three must have one size",
                    found=f"{plane.shape[0]} × {plane.shape[1]}",
                    wanted=f"{planes[0].shape[0]} × {planes[0].shape[1]}",
                )
        return np.stack(planes)

    def weights(self) -> tuple[Array, Array]:
        """Return all kernels (N, 3, kh, kw) and biases (N,), in float32 as torch has them."""
        first = self.first()
        others = np.random.default_rng(self.seed).normal(0, 1 / np.sqrt(first.size), (self.kernels - 1, *first.shape))
        bias = np.zeros(self.kernels, np.float32)
        bias[0] = self.bias
        return np.concatenate([first[None], np.round(others, 4)]).astype(np.float32), bias


class Colour(ClosedForm[ColourParams]):
    """Show what each plane of a kernel adds, and what many kernels make of one picture."""

    id: ClassVar[str] = "convolution.colour"
    title: ClassVar[str] = "Colour pictures and many kernels"
    params: ClassVar[type[Params]] = ColourParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def __init__(self) -> None:
        self._photo: Photo | None = None
        self._image = np.zeros((1, 1, 3), np.float32)

    def validate(self, params: ColourParams, data: DataStore) -> None:
        """Raise LabError where the picture cannot be read."""
        params.photo()

    def preview(self, params: ColourParams, data: DataStore) -> Iterator[Event]:
        """Yield the planes of the first kernel, which are edited."""
        yield _planes(params.red, params.green, params.blue)

    def compute(self, params: ColourParams) -> Iterator[Event]:
        """Yield partial sums, channels, the arithmetic of one pixel, shapes and program. Raises LabError."""
        photo = params.photo()
        if self._photo is not photo:
            self._image, self._photo = unit_planes(photo.pixels), photo
        kernels, bias = params.weights()
        stack = Stack.of(self._image, kernels, bias, params.padding, params.stride)
        yield partial_sums(stack, params.at, photo.name)
        yield channels(stack, params.at)
        yield from all_of([shapes(stack, picture_lines(params)), apart(stack, params.at)])


@lru_cache(maxsize=4)
def _planes(red: str, green: str, blue: str) -> Matrices:
    """Return the matrices of three planes; the very same ones for the same texts are not drawn again."""
    return kernel_matrices(ColourParams(red=red, green=green, blue=blue).first())


EXPERIMENT = Colour
