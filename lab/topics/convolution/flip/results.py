"""The same image and kernel given to SciPy and to torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.nets.convolution.numbers import Pair

Mode = Literal["valid", "same", "full"]
Extra = Literal["before", "after"]
"""Where an even kernel has the one zero more that its size cannot do without."""


@dataclass(frozen=True)
class Zeros:
    """How many zeros stand around the image, each for rows and columns."""

    before: Pair
    after: Pair

    @property
    def uneven(self) -> bool:
        """Whether one side has more than the other."""
        return self.before != self.after

    def around(self, image: Array) -> Array:
        """Return the image with them."""
        return np.pad(image, tuple(zip(self.before, self.after, strict=True)))


def zeros(kernel: Pair, mode: Mode, extra: Extra) -> Zeros:
    """Return the zeros with which torch gives an output as large as SciPy's of a mode.

    SciPy's "same" is the middle of its "full"; where that has no middle, it is the one of an extra zero "before".
    """
    whole = (kernel[0] - 1, kernel[1] - 1)
    match mode:
        case "valid":
            return Zeros((0, 0), (0, 0))
        case "full":
            return Zeros(whole, whole)
    less, more = (whole[0] // 2, whole[1] // 2), ((whole[0] + 1) // 2, (whole[1] + 1) // 2)
    return Zeros(more, less) if extra == "before" else Zeros(less, more)


@dataclass(frozen=True)
class Results:
    """What came out, each (rows, columns): SciPy's convolution and correlation, and torch with the kernel both ways."""

    image: Array
    kernel: Array
    mode: Mode
    zeros: Zeros
    convolved: Array
    correlated: Array
    as_it_is: Array
    turned: Array

    @property
    def symmetric(self) -> bool:
        """Whether the kernel is the same when it is turned round."""
        return np.array_equal(self.kernel, self.kernel[::-1, ::-1])

    @property
    def tolerance(self) -> float:
        """What rounding can make of the sums, at most: they are not added up in the same order."""
        return 1e-12 * max(float(np.abs(self.image).max() * np.abs(self.kernel).sum()), 1e-300)

    def same(self, difference: float) -> bool:
        """Tell whether two results are equal but for rounding."""
        return difference <= self.tolerance


def apart(one: Array, other: Array) -> float:
    """Return the largest difference of two results."""
    return float(np.abs(one - other).max())


def by_torch(image: Array, kernel: Array, around: Zeros) -> Array:
    """Return what `F.conv2d` makes of an image with zeros around it; imports torch."""
    import torch
    from torch.nn import functional

    (top, left), (bottom, right) = around.before, around.after
    with torch.no_grad():
        x = functional.pad(torch.from_numpy(image)[None, None], (left, right, top, bottom))
        # One number that was turned counts as contiguous, with strides that torch refuses.
        weights = torch.from_numpy(kernel.copy())[None, None]
        result: Array = functional.conv2d(x, weights)[0, 0].numpy()
    return result


def computed(image: Array, kernel: Array, mode: Mode, extra: Extra) -> Results:
    """Give both to SciPy and to torch; imports them."""
    import torch  # noqa: F401 - SciPy must not meet torch half loaded.
    from scipy.signal import convolve2d, correlate2d

    around = zeros((kernel.shape[0], kernel.shape[1]), mode, extra)
    return Results(
        image,
        kernel,
        mode,
        around,
        np.asarray(convolve2d(image, kernel, mode)),
        np.asarray(correlate2d(image, kernel, mode)),
        by_torch(image, kernel, around),
        by_torch(image, kernel[::-1, ::-1], around),
    )
