"""Convolution and transposed convolution of small images, in NumPy: what a page shows number by number.

Images are (C, H, W), kernels (N, C, kh, kw), as in torch; pairs are (rows, columns). What is called convolution is
cross-correlation, as in torch: the kernel is not turned round.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.nets.convolution.sizes import convolved, reach, transposed

Pair = tuple[int, int]
Pooling = Literal["max", "mean", "min"]


def pair(values: tuple[int, ...]) -> Pair:
    """Return one number for both axes, or two, as (rows, columns)."""
    return (values[0], values[-1])


def padded(image: Array, padding: Pair, value: float = 0.0) -> Array:
    """Return (C, H + 2p, W + 2p) with `value` around (C, H, W)."""
    rows, columns = padding
    return np.pad(image, ((0, 0), (rows, rows), (columns, columns)), constant_values=value)


def windows(image: Array, kernel: Pair, stride: Pair = (1, 1), dilation: Pair = (1, 1)) -> Array:
    """Return the windows (C, rows, columns, kh, kw) of an image (C, H, W) that a kernel comes to, as a view.

    Raises ValueError where the kernel fits nowhere.
    """
    spans = (reach(kernel[0], dilation[0]), reach(kernel[1], dilation[1]))
    if image.shape[1] < spans[0] or image.shape[2] < spans[1]:
        raise ValueError(f"a window of {spans} does not fit into {image.shape[1:]}")
    every: Array = np.lib.stride_tricks.sliding_window_view(image, spans, axis=(1, 2))
    taken: Array = every[:, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return taken


def correlated(
    image: Array,
    kernels: Array,
    bias: Array | None = None,
    *,
    padding: Pair = (0, 0),
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
) -> Array:
    """Return (N, rows, columns): the sums of products of each window (C, kh, kw) with each kernel, plus bias (N,)."""
    size = (kernels.shape[2], kernels.shape[3])
    sums: Array = np.einsum("crsij,ncij->nrs", windows(padded(image, padding), size, stride, dilation), kernels)
    return sums if bias is None else sums + bias[:, None, None]


def stamped(
    image: Array,
    kernels: Array,
    bias: Array | None = None,
    *,
    padding: Pair = (0, 0),
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    output_padding: Pair = (0, 0),
) -> Array:
    """Return (N, rows, columns), the transposed convolution of (C, H, W) with kernels (C, N, kh, kw).

    Each number of the input stamps its kernel, times itself, into the output; where stamps overlap they add up; the
    padding is cut off. Raises ValueError where nothing is left.
    """
    _, height, width = image.shape
    kh, kw = kernels.shape[2:]
    sizes = [
        transposed(size, kernel, 0, step, spread)
        for size, kernel, step, spread in zip((height, width), (kh, kw), stride, dilation, strict=True)
    ]
    whole = np.zeros((kernels.shape[1], sizes[0].value + output_padding[0], sizes[1].value + output_padding[1]))
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dilation[0], i * dilation[0] + stride[0] * (height - 1) + 1, stride[0])
            columns = slice(j * dilation[1], j * dilation[1] + stride[1] * (width - 1) + 1, stride[1])
            whole[:, rows, columns] += np.einsum("crs,cn->nrs", image, kernels[:, :, i, j])
    cut = whole[:, padding[0] : whole.shape[1] - padding[0], padding[1] : whole.shape[2] - padding[1]]
    if 0 in cut.shape:
        raise ValueError(f"a padding of {padding} leaves nothing of {whole.shape[1:]}")
    return cut if bias is None else cut + bias[:, None, None]


def matrix_of(kernel: Array, size: Pair, padding: Pair = (0, 0), stride: Pair = (1, 1)) -> Array:
    """Return the matrix (outputs, inputs) by which a convolution with `kernel` (kh, kw) multiplies an image (H, W)
    read row by row. Its transpose is the transposed convolution.
    """
    kh, kw = kernel.shape
    rows, columns = (
        convolved(axis, span, around, step).value
        for axis, span, around, step in zip(size, (kh, kw), padding, stride, strict=True)
    )
    matrix = np.zeros((rows, columns, size[0] + 2 * padding[0], size[1] + 2 * padding[1]))
    for r in range(rows):
        for c in range(columns):
            matrix[r, c, r * stride[0] : r * stride[0] + kh, c * stride[1] : c * stride[1] + kw] = kernel
    inside = matrix[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return inside.reshape(rows * columns, size[0] * size[1])
