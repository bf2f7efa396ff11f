"""The image, the kernel and the output as matrices, and one number of the output taken apart."""

from __future__ import annotations

from lab.core.figures import Matrices, MatrixItem, Window, Words
from lab.core.text import Message, message
from lab.maths.matrices import each_of, factor, products_of, rows_of, written
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.by_number.sums import Working

LARGEST_IMAGE = 15
LARGEST_KERNEL = 7
_BESIDE = 10
"""Columns of an image up to which there is room for it beside its padded form."""


def equation(working: Working, at: Pair, computed: int | None = None) -> Matrices:
    """Return the convolution as an equation, with the window of the output at `at` marked.

    Of the output the first `computed` cells, row by row, are known, or all.
    """
    fits, around = working.problem is None, any(working.padding)
    items = [_image(working, at)] if not around or working.image.shape[1] <= _BESIDE else []
    if around:
        items.append(_padded(working, at, "→" if items else ""))
    items.append(
        MatrixItem(
            message("kernel"),
            rows_of(working.kernel),
            "∗" if working.turned else "⋆",
            field="kernel",
            most=(LARGEST_KERNEL, LARGEST_KERNEL),
        )
    )
    if fits:
        items.append(_output(working, at, computed, len(items)))
    return Matrices("convolution", tuple(items), working.problem or "")


def image(working: Working, at: Pair) -> Matrices:
    """Return the image alone, with the window of the output at `at` marked."""
    return Matrices("image", (_image(working, at),))


def _image(working: Working, at: Pair) -> MatrixItem:
    return MatrixItem(
        message("image"),
        rows_of(working.image),
        field="image",
        most=(LARGEST_IMAGE, LARGEST_IMAGE),
        lit=working.covered(at, padded=False) if working.problem is None else frozenset(),
    )


def _padded(working: Working, at: Pair, sign: str) -> MatrixItem:
    """Return the image with zeros around, which are told from its own numbers."""
    rows, columns = working.around.shape
    top, left = working.padding
    inside = {(i, j) for i in range(top, rows - top) for j in range(left, columns - left)}
    around: Words = message("padding: a zero that is no part of the image")
    whys = each_of(
        working.around,
        lambda i, j, value: f"image[{i - top}, {j - left}] = {written(value)}" if (i, j) in inside else around,
    )
    return MatrixItem(
        message("padded"),
        rows_of(working.around),
        sign,
        whys=whys,
        lit=working.covered(at, padded=True) if working.problem is None else frozenset(),
        faint=frozenset((i, j) for i in range(rows) for j in range(columns)) - inside,
    )


def _output(working: Working, at: Pair, computed: int | None, place: int) -> MatrixItem:
    rows, columns = working.output_size
    every = [(i, j) for i in range(rows) for j in range(columns)]
    # Before the kernel stands what it is laid over; with padding the image itself may stand before that.
    parts: dict[int, str | Window] = {place - 1: "all", place - 2: working.window(padded=True)}
    if place == 3:
        parts[0] = working.window(padded=False)
    return MatrixItem(
        message("output"),
        rows_of(working.output),
        f"+ {factor(working.bias)} =",
        whys=tuple(
            tuple(f"output[{i}, {j}] = {said}" for j, said in enumerate(row)) for i, row in enumerate(working.sums)
        ),
        parts=parts,
        lit=frozenset({at}),
        waiting=frozenset(every[len(every) if computed is None else computed :]),
        picks="at",
    )


def taken_apart(working: Working, at: Pair) -> Matrices:
    """Return one number of the output: the window, times the kernel cell by cell, summed up."""
    if working.problem is not None:
        return Matrices("apart", (), working.problem)
    window, used = working.windows[at], working.used
    products = window * used
    title: Message = message("turned kernel") if working.turned else message("kernel")
    items = (
        MatrixItem(message("window"), rows_of(window), whys=_origins(working, at), faint=_outside(working, at)),
        MatrixItem(title, rows_of(used), "⊙", parts={0: "cell"}),
        MatrixItem(
            message("products"),
            rows_of(products),
            "=",
            whys=products_of(window, used),
            parts={0: "cell", 1: "cell"},
        ),
        MatrixItem(
            "Σ + b",
            ((float(working.output[at]),),),
            "→",
            whys=((f"output[{at[0]}, {at[1]}] = {working.sum_at(at)}",),),
            parts={2: "all"},
        ),
    )
    return Matrices("apart", items)


def _places(working: Working, at: Pair) -> list[list[Pair]]:
    """Return where in the image each cell of the window lies, in it or not."""
    top, left = (p * s - around for p, s, around in zip(at, working.stride, working.padding, strict=True))
    rows, columns = working.kernel_size
    return [
        [(top + i * working.dilation[0], left + j * working.dilation[1]) for j in range(columns)] for i in range(rows)
    ]


def _inside(working: Working, place: Pair) -> bool:
    return all(0 <= at < size for at, size in zip(place, working.image.shape, strict=True))


def _origins(working: Working, at: Pair) -> tuple[tuple[Words, ...], ...]:
    around = message("padding: a zero that is no part of the image")
    return tuple(
        tuple(
            f"image[{i}, {j}] = {written(float(working.image[i, j]))}" if _inside(working, (i, j)) else around
            for i, j in row
        )
        for row in _places(working, at)
    )


def _outside(working: Working, at: Pair) -> frozenset[Pair]:
    """Return the cells of the window that are padding."""
    return frozenset(
        (i, j)
        for i, row in enumerate(_places(working, at))
        for j, place in enumerate(row)
        if not _inside(working, place)
    )
