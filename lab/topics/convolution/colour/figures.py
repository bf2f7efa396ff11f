"""Partial sums of the three planes, and the channels that many kernels make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from lab.core.events import Array, Metrics
from lab.core.figures import Cell, Matrices, MatrixItem, Table, Words
from lab.core.pictures import Box, PicturePanel, Pictures
from lab.core.text import DataError, Message, message
from lab.data.images.planes import window_at
from lab.maths.matrices import factor, rows_of, written
from lab.nets.convolution.filtering import all_channels
from lab.nets.convolution.kernels import LARGEST_KERNEL
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import convolved

NAMES = (message("red"), message("green"), message("blue"))
COURSE = (5, 3, 1675, 3000)
"""The course's example: five kernels on a photograph of three planes, 1675 × 3000."""


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


def apart(stack: Stack, at: Sequence[int]) -> Table:
    """Return the arithmetic of one pixel of the first channel."""
    place = stack.nearest(at)
    rows = []
    sums = [
        float((window * kernel).sum()) for window, kernel in zip(stack.windows(place), stack.kernels[0], strict=True)
    ]
    for name, window, kernel, total in zip(NAMES, stack.windows(place), stack.kernels[0], sums, strict=True):
        rows.append((Cell(name), Cell(total, _terms(window, kernel))))
    bias = float(stack.bias[0])
    value = float(stack.result[0][place])
    arithmetic = " + ".join(factor(part) for part in (*sums, bias)) + f" = {written(value)}"
    rows.append((Cell(message("bias")), Cell(bias)))
    rows.append((Cell(message("sum")), Cell(value, arithmetic, "strong")))
    note = message("Row {row}, column {column} of channel 1: {sum}", row=place[0], column=place[1], sum=arithmetic)
    return Table("apart", (message("plane"), message("sum of its products")), tuple(rows), note)


def _terms(window: Array, kernel: Array) -> Words:
    """Return the products that are not zero, as arithmetic."""
    pairs = [
        f"{factor(round(float(x), 3))}·{factor(round(float(k), 4))}"
        for x, k in zip(window.ravel(), kernel.ravel(), strict=True)
        if k != 0
    ]
    if not pairs:
        return message("All weights of this plane are zero.")
    if len(pairs) > 49:
        return message("the sum of {count} products", count=len(pairs))
    return " + ".join(pairs)


def shapes(stack: Stack) -> Table:
    """Return the shape of everything, and what is counted."""
    count, planes, kh, kw = stack.kernels.shape
    height, width, _ = stack.image.shape
    rows, columns = stack.result.shape[1:]
    sizes = [convolved(size, span, stack.padding, stack.stride) for size, span in ((height, kh), (width, kw))]
    weights = stack.kernels.size
    five, three, tall, wide = COURSE
    course = five * tall * wide
    table = (
        (message("picture in a file"), _shape(height, width, 3), message("H × W × C, 0 to 255")),
        (
            message("data for the layer"),
            _shape(1, 3, height, width),
            message("N × C × H × W"),
        ),
        (message("weight"), _shape(count, planes, kh, kw), message("kernels × planes × kh × kw")),
        (message("bias"), str(count), message("one number a kernel")),
        (message("result"), _shape(1, count, rows, columns), f"{sizes[0].arithmetic}   {sizes[1].arithmetic}"),
        (
            message("parameters"),
            weights + count,
            f"{count}·{planes}·{kh}·{kw} + {count} = {weights + count}",
        ),
        (
            message("multiplications"),
            rows * columns * weights,
            f"{rows}·{columns}·{count}·({planes}·{kh}·{kw}) = {rows * columns * weights:,}",
        ),
        (
            message("the course's picture"),
            _shape(five, tall, wide),
            message(
                "Five kernels of 3 × 5 × 5 on 1675 × 3000 pixels: {numbers} numbers, each of 75 products: "
                "{products} multiplications, with {weights} weights.",
                numbers=f"{course:,}",
                products=f"{course * three * 25:,}",
                weights=five * three * 25 + five,
            ),
        ),
    )
    return Table(
        "shapes",
        (message("what"), message("shape or number"), message("why")),
        tuple((Cell(what), Cell(shape, why), Cell(_short(why))) for what, shape, why in table),
    )


def _short(why: Words) -> Words:
    """Return what fits beside a shape; arithmetic is told to who asks."""
    return why if isinstance(why, Message) and len(str(why)) < 30 else ""


def _shape(*sizes: int) -> str:
    return " × ".join(map(str, sizes))


def metrics(stack: Stack, at: Sequence[int]) -> Metrics:
    """Return the result as numbers."""
    place = stack.nearest(at)
    count = stack.kernels.size + len(stack.bias)
    return Metrics(
        {
            "parameters": float(count),
            "multiplications": float(stack.result[0].size * stack.kernels.size),
            "least": float(stack.result[0].min()),
            "greatest": float(stack.result[0].max()),
        },
        {
            "input_shape": (1, 3, *stack.image.shape[:2]),
            "weight_shape": stack.kernels.shape,
            "output_shape": (1, *stack.result.shape),
            "output_size": stack.result.shape[1:],
            "at": place,
            "partial_at": tuple(float(value) for value in stack.partial[:, place[0], place[1]]),
            "value_at": tuple(float(value) for value in stack.result[:, place[0], place[1]]),
        },
    )
