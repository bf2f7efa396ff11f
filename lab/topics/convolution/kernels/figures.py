"""A filtered picture, and the arithmetic of one of its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.text import message
from lab.data.images.planes import window_at
from lab.maths.matrices import products_of, rows_of
from lab.nets.convolution.kernels import GALLERY, LARGEST_KERNEL
from lab.nets.convolution.numbers import Pair


@dataclass(frozen=True)
class Filtered:
    """An image (H, W, C) float32 and what kernels made of it: results (rows, columns, C), named as the gallery does."""

    image: Array
    names: tuple[str, ...]
    kernels: tuple[Array, ...]
    results: tuple[Array, ...]
    padding: Pair
    stride: int

    @property
    def span(self) -> Pair:
        """The size of the largest kernel, (kh, kw): the windows of all are centred in its own."""
        return self.kernels[0].shape[0], self.kernels[0].shape[1]

    def nearest(self, at: Sequence[int]) -> Pair:
        """Return the place of the results that is nearest to `at`."""
        rows, columns, _ = self.results[0].shape
        return min(at[0], rows - 1), min(at[1], columns - 1)

    def corner(self, at: Pair) -> Pair:
        """Return where in the image the window of a place begins; it may lie in the padding."""
        return at[0] * self.stride - self.padding[0], at[1] * self.stride - self.padding[1]


def kernel_matrix(kernel: Array) -> Matrices:
    """Return the kernel as a matrix that can be edited."""
    item = MatrixItem(message("kernel"), rows_of(kernel), field="weights", most=(LARGEST_KERNEL, LARGEST_KERNEL))
    return Matrices("kernel", (item,))


def label_of(name: str) -> Words:
    """Return what a result is called."""
    if name in GALLERY:
        return message(GALLERY[name].label)
    return {"own": message("Own kernel"), "learned": message("Learned kernel"), "size": message("Size of the edge")}[
        name
    ]


def pictures(filtered: Filtered, at: Sequence[int], source: str) -> Pictures:
    """Return the picture and its results, with the window of one pixel."""
    place = filtered.nearest(at)
    top, left = filtered.corner(place)
    kh, kw = filtered.span
    height, width, channels = filtered.image.shape
    before = PicturePanel(
        message("input {channels} × {height} × {width}", channels=channels, height=height, width=width),
        filtered.image if channels == 3 else filtered.image[:, :, 0],
        "colour" if channels == 3 else "grey",
        boxes=(Box(top, left, kh, kw, message("window"), 1),),
        why=message("{name}, divided by 255", name=source),
    )
    panels = [before]
    for index, (name, result) in enumerate(zip(filtered.names, filtered.results, strict=True)):
        kernel = filtered.kernels[index] if index < len(filtered.kernels) else None
        panels.append(_panel(filtered, name, result, kernel, place))
    return Pictures("filtered", tuple(panels))


def _panel(filtered: Filtered, name: str, result: Array, kernel: Array | None, place: Pair) -> PicturePanel:
    weight = 0.0 if kernel is None else float(kernel.sum())
    signed = kernel is not None and abs(weight) < 1e-3 * float(np.abs(kernel).sum())
    top = float(np.abs(result).max()) or 1.0
    colour = result.shape[2] == 3
    colours: Colours
    if kernel is None:
        limits, colours = (0.0, top), "magnitude"
    elif signed:
        limits, colours = (-top, top), "colour" if colour else "signed"
    else:
        # What an even white area becomes is white.
        limits, colours = (min(weight, 0.0), max(weight, 0.0)), "colour" if colour else "grey"
    rows, columns = result.shape[:2]
    kh, kw = filtered.span
    return PicturePanel(
        message("{name} {rows} × {columns}", name=label_of(name), rows=rows, columns=columns),
        result if colour else result[:, :, 0],
        colours,
        limits,
        origin=((kh - 1) / 2 - filtered.padding[0], (kw - 1) / 2 - filtered.padding[1]),
        pitch=(filtered.stride, filtered.stride),
        boxes=(Box(*place, label=message("pixel"), colour=1),),
        picks="at",
        why=GALLERY[name].help if name in GALLERY else message("the sum of the products of kernel and window"),
    )


def taken_apart(filtered: Filtered, at: Sequence[int]) -> Matrices:
    """Return the window of one pixel and its products with the kernel, of the first plane and kernel."""
    (window, *others), kernel = windows(filtered, filtered.nearest(at)), filtered.kernels[0]
    title = message("window of red") if others else message("window")
    whys = products_of(window, kernel, " · ")
    return Matrices(
        "apart",
        (
            MatrixItem(title, _rounded(window)),
            # The kernel itself stands beside it, where it is edited.
            MatrixItem(message("products"), _rounded(window * kernel), "⊙ k =", whys=whys, parts={0: "cell"}),
        ),
    )


def windows(filtered: Filtered, place: Pair) -> list[Array]:
    """Return the windows (kh, kw) of a place, one of each plane, as float64."""
    corner = filtered.corner(place)
    return [
        window_at(filtered.image[:, :, plane], *corner, filtered.span).astype(np.float64)
        for plane in range(filtered.image.shape[2])
    ]


def _rounded(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return rows_of(np.round(matrix, 3))
