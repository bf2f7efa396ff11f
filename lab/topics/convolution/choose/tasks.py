"""Tasks: an input, and the output that a convolution is to make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.size.axes import AxisSizes
from lab.topics.convolution.size.params import RANGES


@dataclass(frozen=True)
class Answer:
    """A layer, for rows and columns."""

    out_channels: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)


@dataclass(frozen=True)
class Task:
    """From `in_channels` × `size` make `out_channels` × `wanted`, with a kernel of size `kernel` where one is given.

    `solution` is one of its answers.
    """

    in_channels: int
    size: Pair
    out_channels: int
    wanted: Pair
    solution: Answer
    kernel: Pair | None = None


def _task(in_channels: int, size: Pair, solution: Answer, *, given: bool = False) -> Task:
    rows, columns = (made_of(size, solution, axis).outputs for axis in (0, 1))
    kernel = solution.kernel if given else None
    return Task(in_channels, size, solution.out_channels, (rows, columns), solution, kernel)


def made_of(size: Pair, answer: Answer, axis: int) -> AxisSizes:
    """Return what a layer makes of an input along axis 0, its rows, or 1, its columns."""
    settings = (answer.kernel, answer.padding, answer.stride, answer.dilation)
    return AxisSizes(size[axis], *(setting[axis] for setting in settings))


COURSE: Mapping[str, Task] = MappingProxyType(
    {
        # Axes that differ only in their stride.
        "1": _task(1, (256, 256), Answer(1, (5, 5), (1, 3))),
        # Channels, and half the size, as at the beginning of many networks.
        "2": _task(3, (64, 64), Answer(16, (3, 3), (2, 2), (1, 1))),
        # Nothing may be lost at the edge, with a large kernel.
        "3": _task(1, (28, 28), Answer(8, (7, 7), padding=(3, 3)), given=True),
        # An image that is not square becomes one.
        "4": _task(3, (196, 96), Answer(10, (6, 3), (4, 2), (0, 1))),
        # A small kernel that has to reach far.
        "5": _task(1, (64, 64), Answer(4, (3, 3), dilation=(8, 8)), given=True),
    }
)
"""The five tasks of the page, as the course sets them."""
LEVELS = MappingProxyType({"kernel": "Kernel and padding", "stride": "Also stride", "dilation": "Also dilation"})
_VARIED = ("kernel", "stride", "dilation")


def generated(seed: int, level: str) -> Task:
    """Return the task of a seed; the layer that it is made with lies within the range of the form, so it solves it."""
    random = np.random.default_rng([seed, list(LEVELS).index(level)])
    wide = random.random() < 0.5

    def both(low: int, high: int, *, apart: bool = wide) -> Pair:
        first, second = (int(value) for value in random.integers(low, high, size=2, endpoint=True))
        return (first, second if apart else first)

    size = both(24, 256)
    kernel = both(2, 9) if level != "dilation" else both(2, 5)
    padding = both(0, 4)
    stride = both(1, 4) if level != "kernel" else (1, 1)
    dilation = both(2, 4) if level == "dilation" else (1, 1)
    channels = int(random.choice([1, 3, 8, 16])), int(random.choice([1, 4, 8, 10, 16, 32, 64]))
    answer = Answer(channels[1], kernel, stride, padding, dilation)
    return _task(channels[0], size, answer, given=level == "dilation")


@lru_cache(maxsize=64)
def settings_per_kernel(size: int, wanted: int) -> tuple[int, ...]:
    """Return, for each kernel size of the form, how many strides, paddings and dilations make `wanted` of `size`.

    ⌊(M + 2p − d(k − 1) − 1)/s⌋ + 1 = N means s(N − 1) ≤ M + 2p − d(k − 1) − 1 < s·N: paddings between two bounds.
    """
    kernels, strides, dilations = (
        np.arange(low, high + 1, dtype=np.int32) for low, high in (RANGES[name] for name in _VARIED)
    )
    reach = dilations * (kernels[:, None, None] - 1) + 1
    least = strides[:, None] * (wanted - 1) - size + reach
    most = strides[:, None] * wanted - 1 - size + reach
    low, high = RANGES["padding"]
    counts = np.minimum(most // 2, high) - np.maximum(-(-least // 2), low) + 1
    return tuple(np.maximum(counts, 0).sum(axis=(1, 2)).tolist())


def solutions(task: Task) -> int:
    """Return how many settings with a square kernel solve a task; of a given kernel, how many with that one."""
    rows, columns = (settings_per_kernel(size, wanted) for size, wanted in zip(task.size, task.wanted, strict=True))
    if task.kernel is not None:
        first = RANGES["kernel"][0]
        return rows[task.kernel[0] - first] * columns[task.kernel[1] - first]
    return sum(down * across for down, across in zip(rows, columns, strict=True))
