"""Convolution and transposed convolution in NumPy, against torch over random sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d
from torch.nn import functional

from lab.core.events import Array
from lab.nets.convolution.kernels import GALLERY, gaussian, own_kernel, written_rows
from lab.nets.convolution.numbers import correlated, matrix_of, padded, stamped, windows

PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))
SMALL = st.tuples(st.integers(0, 3), st.integers(0, 3))


def drawn(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def tensor(array: Array) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


@settings(max_examples=60)
@given(PAIRS, PAIRS, SMALL, PAIRS, PAIRS, st.integers(1, 3), st.integers(1, 3), st.integers(0, 999))
def test_a_convolution_is_that_of_torch(
    room: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    channels: int,
    outputs: int,
    seed: int,
) -> None:
    size = [d * (k - 1) + r for r, k, d in zip(room, kernel, dilation, strict=True)]
    image, kernels = drawn(seed, channels, *size), drawn(seed + 1, outputs, channels, *kernel)
    bias = drawn(seed + 2, outputs)
    found = correlated(image, kernels, bias, padding=padding, stride=stride, dilation=dilation)
    wanted = functional.conv2d(tensor(image)[None], tensor(kernels), tensor(bias), stride, padding, dilation)[0]
    np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-10, atol=1e-10)


@settings(max_examples=60)
@given(PAIRS, PAIRS, SMALL, PAIRS, PAIRS, st.integers(0, 999))
def test_a_transposed_convolution_is_that_of_torch(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    seed: int,
) -> None:
    image, kernels = drawn(seed, 2, *size), drawn(seed + 1, 2, 3, *kernel)
    # torch asks for less than the stride or the dilation.
    more = tuple(seed % max(s, d) for s, d in zip(stride, dilation, strict=True))
    left = [
        s * (m - 1) + d * (k - 1) + 1 - 2 * p + o
        for m, k, p, s, d, o in zip(size, kernel, padding, stride, dilation, more, strict=True)
    ]
    options = {"padding": padding, "stride": stride, "dilation": dilation, "output_padding": more}
    if min(left) < 1:
        with pytest.raises(ValueError, match="leaves nothing"):
            stamped(image, kernels, **options)
        return
    found = stamped(image, kernels, **options)
    wanted = functional.conv_transpose2d(
        tensor(image)[None],
        tensor(kernels),
        stride=stride,
        padding=padding,
        output_padding=more,
        dilation=dilation,
    )[0]
    np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-10, atol=1e-10)


@settings(max_examples=40)
@given(PAIRS, PAIRS, SMALL, PAIRS, st.integers(0, 999))
def test_a_convolution_is_a_matrix_and_its_transpose_the_transposed_convolution(
    room: tuple[int, int], kernel: tuple[int, int], padding: tuple[int, int], stride: tuple[int, int], seed: int
) -> None:
    size = (kernel[0] + room[0], kernel[1] + room[1])
    weights, image = drawn(seed, *kernel), drawn(seed + 1, *size)
    matrix = matrix_of(weights, size, padding, stride)
    result = correlated(image[None], weights[None, None], padding=padding, stride=stride)[0]
    np.testing.assert_allclose((matrix @ image.ravel()).reshape(result.shape), result, atol=1e-10)
    # What a stride leaves over at the end has to be asked for as output padding.
    over = tuple((m + 2 * p - k) % s for m, p, k, s in zip(size, padding, kernel, stride, strict=True))
    back = stamped(
        result[None], weights[None, None], padding=padding, stride=stride, output_padding=(over[0], over[1])
    )[0]
    np.testing.assert_allclose((matrix.T @ result.ravel()).reshape(size), back, atol=1e-10)


def test_a_window_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        windows(np.zeros((1, 3, 3)), (4, 2))
    assert padded(np.ones((1, 1, 1)), (1, 0), 7.0).tolist() == [[[7.0], [1.0], [7.0]]]


@pytest.mark.parametrize("name", list(GALLERY))
def test_kernels_of_the_gallery_are_read_as_they_are_written(name: str) -> None:
    kernel = GALLERY[name].array
    np.testing.assert_array_equal(own_kernel("weights", written_rows(kernel)), kernel)


def test_the_kernels_do_what_they_are_called() -> None:
    sums = {name: kernel.array.sum() for name, kernel in GALLERY.items()}
    for name in ("vertical", "horizontal", "sobel_x", "sobel_y", "laplacian"):
        assert sums[name] == 0, name
    for name in ("mean", "gaussian", "sharpen", "identity", "emboss"):
        assert sums[name] == pytest.approx(1, abs=1e-3), name
    image = drawn(0, 9, 9)
    for name, kernel in GALLERY.items():
        ours = correlated(image[None], kernel.array[None, None])[0]
        np.testing.assert_allclose(ours, correlate2d(image, kernel.array, "valid"), atol=1e-12, err_msg=name)


def test_the_gaussian_is_the_one_of_the_course() -> None:
    x, y = np.meshgrid(np.linspace(-3, 3, 7), np.linspace(-3, 3, 7))
    np.testing.assert_allclose(gaussian(7, 7.0), np.exp(-(x**2 + y**2) / 7), atol=1e-12)
