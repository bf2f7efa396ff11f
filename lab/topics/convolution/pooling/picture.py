"""What pooling does to a picture with noise: measured where it is flat, and all over."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lab.core.events import Array
from lab.core.text import DataError
from lab.data.images.reading import Photo
from lab.nets.convolution.numbers import Pooling
from lab.nets.convolution.pooling import Way
from lab.nets.convolution.sizes import convolved

KINDS: tuple[Pooling, ...] = ("max", "mean", "min")
Area = tuple[int, int, int, int]
"""First and last row, first and last column, each last not included."""
LARGEST_AREA = 96
"""Side of the square, in pixels, in which noise is measured."""


@dataclass(frozen=True)
class Look:
    """A picture (H, W, C) float32 in numbers.

    noise: the standard deviation of what noise has changed where the picture is flat; None where no window lies there.
    shift: the mean of that. brightness, contrast: mean and standard deviation of all numbers. edges: the mean
    difference between neighbours.
    """

    picture: Array
    noise: float | None
    shift: float | None
    brightness: float
    contrast: float
    edges: float


@dataclass(frozen=True)
class Measured:
    """A picture with noise of deviation `noise` from `seed`, and what each kind of pooling makes of it.

    area: where the picture is flat; inner: the windows that lie within, as pixels of the result.
    """

    way: Way
    name: str
    noise: float
    seed: int
    area: Area
    inner: Area | None
    before: Look
    after: dict[Pooling, Look]

    def expected(self, how: Pooling) -> tuple[float, float] | None:
        """Return deviation and mean that the noise should have after pooling, where the flat area is one even grey.

        Across channels the largest is that of unequal ones: there is no such number.
        """
        count = self.way.kernel**2 * (self.before.picture.shape[2] if self.way.across else 1)
        if how == "mean":
            return self.noise / math.sqrt(count), 0.0
        if self.way.across:
            return None
        mean, deviation = largest_of(count)
        return self.noise * deviation, self.noise * (mean if how == "max" else -mean)


def measure(photo: Photo, noise: float, seed: int, way: Way) -> Measured:
    """Add noise of a standard deviation to a picture, in its numbers from 0 to 1, and pool it in each way.

    Raises:
        DataError: the window does not fit into the picture.
    """
    for size in photo.pixels.shape[:2]:
        problem = convolved(size, way.kernel, way.padding, way.stride).problem
        if problem is not None:
            raise DataError(problem.template, **problem.values)
    with torch.inference_mode():
        clean = (torch.tensor(photo.pixels).permute(2, 0, 1).float() / 255).contiguous()
        disturbed = clean + noise * torch.randn(clean.shape, generator=torch.Generator().manual_seed(seed))
        area = flattest(clean)
        inner = _inner(area, way)
        before = _look(disturbed, _cut(disturbed - clean, area))
        after: dict[Pooling, Look] = {}
        # Without noise only the flat part is needed, in windows that lie within it.
        flat = None if inner is None else _cut(clean, _under(inner, way))
        for how in KINDS:
            this = replace(way, how=how)
            result = pool(disturbed, this)
            changed = None
            if inner is not None and flat is not None:
                changed = _cut(result, inner) - pool(flat, replace(this, padding=0))
            after[how] = _look(result, changed)
    return Measured(way, photo.name, noise, seed, area, inner, before, after)


def pool(image: Tensor, way: Way) -> Tensor:
    """Pool an image (C, H, W): (C, rows, columns), or (1, rows, columns) across the channels."""
    if way.how == "min":
        return -pool(-image, replace(way, how="max"))
    side, step, edge = way.kernel, way.stride, way.padding
    if way.across:
        volume = functional.avg_pool3d if way.how == "mean" else functional.max_pool3d
        depth = image.shape[0]
        return Tensor(volume(image[None], (depth, side, side), (depth, step, step), (0, edge, edge))[0])
    plane = functional.avg_pool2d if way.how == "mean" else functional.max_pool2d
    return Tensor(plane(image[None], side, step, edge)[0])


def flattest(picture: Tensor) -> Area:
    """Return the square of a picture (C, H, W) in which its numbers differ least; it is searched for in steps."""
    height, width = picture.shape[1:]
    side = min(LARGEST_AREA, max(8, min(height, width) // 4), height, width)
    step = max(1, side // 4)
    # In double precision, since the difference of two nearly equal numbers is taken.
    exact = picture.double()[None]
    mean, squares = (functional.avg_pool2d(part, side, step)[0] for part in (exact, exact**2))
    spread = (squares - mean**2).sum(0)
    place = int(spread.argmin())
    row, column = step * (place // spread.shape[1]), step * (place % spread.shape[1])
    return row, row + side, column, column + side


def _inner(area: Area, way: Way) -> Area | None:
    """Return which windows lie within an area of the picture, if any does."""

    def along(start: int, end: int) -> tuple[int, int]:
        return -(-(start + way.padding) // way.stride), (end + way.padding - way.kernel) // way.stride + 1

    rows, columns = along(area[0], area[1]), along(area[2], area[3])
    return (*rows, *columns) if rows[0] < rows[1] and columns[0] < columns[1] else None


def _under(inner: Area, way: Way) -> Area:
    """Return the pixels that windows of the result cover, all of which lie within the picture."""

    def along(start: int, end: int) -> tuple[int, int]:
        return start * way.stride - way.padding, (end - 1) * way.stride - way.padding + way.kernel

    return (*along(inner[0], inner[1]), *along(inner[2], inner[3]))


def _cut(picture: Tensor, area: Area) -> Tensor:
    return picture[:, area[0] : area[1], area[2] : area[3]]


def _look(picture: Tensor, changed: Tensor | None) -> Look:
    exact = picture.double()
    steps = [picture.diff(dim=axis).abs_() for axis in (1, 2)]
    count = sum(step.numel() for step in steps)
    left = None if changed is None else changed.double()
    return Look(
        picture.permute(1, 2, 0).contiguous().numpy(),
        None if left is None else float(left.std(correction=0)),
        None if left is None else float(left.mean()),
        float(exact.mean()),
        float(exact.std(correction=0)),
        sum(float(step.sum(dtype=torch.float64)) for step in steps) / max(1, count),
    )


@lru_cache(maxsize=64)
def largest_of(count: int) -> tuple[float, float]:
    """Return mean and standard deviation of the largest of `count` independent normal numbers."""
    x = np.linspace(-9.0, 9.0, 18_001)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    step = x[1] - x[0]
    below = np.cumsum((density + np.append(0.0, density[:-1])) / 2) * step
    weights = count * density * below ** (count - 1) * step
    mean = float((x * weights).sum())
    return mean, math.sqrt(float((x**2 * weights).sum()) - mean**2)
