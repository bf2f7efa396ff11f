"""Partial sums of the three planes, and the channels that many kernels make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.pictures import Box, PicturePanel, Pictures
from lab.core.text import DataError, message
from lab.data.images.planes import window_at
from lab.maths.matrices import rows_of
from lab.nets.convolution.filtering import all_channels
from lab.nets.convolution.kernels import LARGEST_KERNEL
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import convolved

NAMES = (message("red"), message("green"), message("blue"))


@dataclass(frozen=True)
class Stack:
    """An image (H, W, 3), kernels (N, 3, kh, kw), biases (N,), the sums of each plane (3, rows, columns) with the first
    kernel, and the result (N, rows, columns).
    """

    image: Array
    kernels: Array
    bias: Array
    padding: int
    stride: int
    partial: Array
    result: Array

    @classmethod
    def of(cls, image: Array, kernels: Array, bias: Array, padding: int, stride: int) -> Self:
        """Compute it. Raises DataError where the kernel fits nowhere."""
        for size, span in zip(image.shape, kernels.shape[2:], strict=False):
            problem = convolved(size, span, padding, stride).problem
            if problem is not None:
                raise DataError(problem.template, **problem.values)
        # One more bank: the first kernel with all planes but one at zero.
        alone = np.zeros((3, *kernels.shape[1:]), np.float32)
        for plane in range(3):
            alone[plane, plane] = kernels[0, plane]
        bank, offsets = np.concatenate([alone, kernels]), np.concatenate([np.zeros(3, np.float32), bias])
        sums = all_channels(image, bank, offsets, padding=(padding, padding), stride=(stride, stride))
        return cls(image, kernels, bias, padding, stride, sums[:3], sums[3:])

    def nearest(self, at: Sequence[int]) -> Pair:
        """Return the place of the result that is nearest to `at`."""
        return min(at[0], self.result.shape[1] - 1), min(at[1], self.result.shape[2] - 1)

    @property
    def span(self) -> Pair:
        """The size of the kernels, (kh, kw)."""
        return self.kernels.shape[2], self.kernels.shape[3]

    def windows(self, place: Pair) -> list[Array]:
        """Return the three windows (kh, kw) of a place, as float64."""
        row, column = (at * self.stride - self.padding for at in place)
        return [window_at(self.image[:, :, p], row, column, self.span).astype(np.float64) for p in range(3)]


def kernel_matrices(first: Array) -> Matrices:
    """Return the three planes of the first kernel, which can be edited."""
    most = (LARGEST_KERNEL, LARGEST_KERNEL)
    fields = ("red", "green", "blue")
    items = [
        MatrixItem(name, rows_of(plane.astype(np.float64)), field=field, most=most)
        for name, field, plane in zip(NAMES, fields, first, strict=True)
    ]
    return Matrices("kernel", tuple(items))


def _panel(stack: Stack, title: Words, values: Array, top: float, place: Pair, why: Words) -> PicturePanel:
    kh, kw = stack.span
    return PicturePanel(
        title,
        values,
        "signed",
        (-top, top),
        origin=((kh - 1) / 2 - stack.padding, (kw - 1) / 2 - stack.padding),
        pitch=(stack.stride, stack.stride),
        boxes=(Box(*place, label=message("pixel"), colour=1),),
        picks="at",
        why=why,
    )


def partial_sums(stack: Stack, at: Sequence[int], source: str) -> Pictures:
    """Return the picture, what each plane adds, and the sum: all three on one scale."""
    place = stack.nearest(at)
    top = float(max(np.abs(stack.partial).max(), np.abs(stack.result[0]).max())) or 1.0
    window = Box(place[0] * stack.stride - stack.padding, place[1] * stack.stride - stack.padding, *stack.span)
    panels = [
        PicturePanel(
            message(
                "input {channels} × {height} × {width}", channels=3, height=len(stack.image), width=len(stack.image[0])
            ),
            stack.image,
            "colour",
            boxes=(window,),
            why=message("{name}, divided by 255", name=source),
        )
    ]
    for name, values in zip(NAMES, stack.partial, strict=True):
        why = message("the products of this plane and its kernel, added up")
        panels.append(_panel(stack, message("what {plane} adds", plane=name), values, top, place, why))
    words = message("the three sums and the bias, added up")
    panels.append(_panel(stack, message("sum + bias: channel 1"), stack.result[0], top, place, words))
    return Pictures("sums", tuple(panels))


def channels(stack: Stack, at: Sequence[int]) -> Pictures:
    """Return all channels on one scale."""
    place, top = stack.nearest(at), float(np.abs(stack.result).max()) or 1.0
    panels = [
        _panel(
            stack,
            message("channel {number}", number=number),
            values,
            top,
            place,
            message("kernel {number}: the products of all three planes, and the bias", number=number),
        )
        for number, values in enumerate(stack.result, 1)
    ]
    return Pictures("channels", tuple(panels))
