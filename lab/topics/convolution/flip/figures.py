"""Image, kernel, both results and their difference as pictures."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Message, message
from lab.maths.matrices import each_of, rows_of, written
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.flip.results import Results, zeros

ALONE = (0.0, 0.0)
"""The pitch of a picture that has no place on the plane of the others."""


def given(image: Array, kernel: Array) -> Pictures:
    """Return the image and the kernel."""
    panels = (
        PicturePanel(message("image"), image, "signed", _limits(image), why=message("random numbers by the seed")),
        PicturePanel(message("kernel"), kernel, "signed", _limits(kernel), pitch=ALONE),
    )
    return Pictures("given", panels)


def kernels(kernel: Array) -> Matrices:
    """Return the kernel, which can be edited, and the same turned round."""
    height, width = kernel.shape
    turned = kernel[::-1, ::-1]
    whys = each_of(turned, lambda i, j, value: f"kernel[{height - 1 - i}, {width - 1 - j}] = {written(value)}")
    items = (
        MatrixItem(message("kernel"), rows_of(kernel), field="weights", most=(15, 15)),
        MatrixItem(message("turned round"), rows_of(turned), "→", whys=whys),
    )
    return Matrices("kernels", items)


def outcome(results: Results, turn: bool) -> Pictures:
    """Return SciPy's result, torch's, and their difference in the same colours."""
    shown = results.turned if turn else results.as_it_is
    limits = _limits(np.stack([results.convolved, shown]))
    extent = (results.kernel.shape[0], results.kernel.shape[1])
    # SciPy's "same" begins where the extra zero of an even kernel stands before the image.
    scipy_at = _origin(extent, zeros(extent, results.mode, "before").before)
    torch_at = _origin(extent, results.zeros.before)
    how: Message = message("kernel turned round by us") if turn else message("kernel as it is")
    difference = results.convolved - shown
    largest = message("largest {value}", value=f"{np.abs(difference).max():.3g}")
    panels = (
        PicturePanel(
            "scipy.signal.convolve2d",
            results.convolved,
            "signed",
            limits,
            scipy_at,
            why=message("SciPy turns the kernel round itself."),
            note=message("kernel turned round by SciPy"),
        ),
        PicturePanel(
            "F.conv2d",
            shown,
            "signed",
            limits,
            torch_at,
            why=message("Torch takes the kernel as it gets it."),
            note=how,
        ),
        PicturePanel(
            message("difference"), difference, "signed", limits, scipy_at, why=message("SciPy − torch"), note=largest
        ),
    )
    return Pictures("outcome", panels)


def _limits(values: Array) -> tuple[float, float]:
    most = float(np.abs(values).max()) or 1.0
    return (-most, most)


def _origin(kernel: Pair, before: Pair) -> tuple[float, float]:
    """Return the place of the image over which the middle of the first window lies."""
    return ((kernel[0] - 1) / 2 - before[0], (kernel[1] - 1) / 2 - before[1])
