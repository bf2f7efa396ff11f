"""A transposed convolution as matrices: stamp by stamp, as one product, and there and back."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.text import message
from lab.maths.matrices import each_of, factor, products_of, rows_of, written
from lab.nets.convolution.kernels import LARGEST_KERNEL
from lab.nets.convolution.numbers import Pair, matrix_of
from lab.topics.convolution.transposed.working import Stamping

MOST_INPUT, MOST_OUTPUT = 12, 24
"""Rows and columns up to which numbers are shown one by one."""
MOST_TERMS = 4000
MOST_EQUATION: Pair = (36, 9)
"""Numbers of output and input up to which the matrix is written out."""


def large(found: Stamping) -> Words:
    """Say why numbers are not shown one by one, or nothing where they are."""
    if max(found.image.shape) <= MOST_INPUT and max(found.output_size) <= MOST_OUTPUT:
        return ""
    return message(
        "Number by number up to {most} × {most} in the input and {more} × {more} in the output; the pictures show it.",
        most=MOST_INPUT,
        more=MOST_OUTPUT,
    )


def refused(name: str, found: Stamping, words: Words) -> Matrices:
    """Return the kernel alone, which can be edited all the same, and why there is nothing else."""
    return Matrices(name, (_kernel(found, ""),), words)


def _kernel(found: Stamping, sign: str) -> MatrixItem:
    most = (LARGEST_KERNEL, LARGEST_KERNEL)
    return MatrixItem(message("kernel"), rows_of(found.kernel), sign, field="own", most=most)


def stamping(found: Stamping) -> Matrices:
    """Return the number looked at, its stamp, and what has added up so far."""
    if found.problem is not None or large(found):
        return refused("stamping", found, found.problem or large(found))
    i, j = found.at
    number = float(found.image[i, j])
    width = found.columns.size
    order = {(p, q) for p in range(found.rows.size) for q in range(width)}
    items = (
        MatrixItem(
            message("input"),
            rows_of(found.image),
            lit=frozenset({found.at}),
            faint=frozenset(place for place in order if place[0] * width + place[1] >= found.done),
            picks="at",
        ),
        MatrixItem(message("number"), ((number,),), "→"),
        _kernel(found, "·"),
        MatrixItem(
            message("stamp"),
            rounded(number * found.kernel),
            "=",
            whys=products_of(np.full_like(found.kernel, number), found.kernel),
            parts={1: "all", 2: "cell"},
        ),
        _output(found),
    )
    return Matrices("stamping", items)


def _output(found: Stamping) -> MatrixItem:
    rows, columns = found.output_size
    terms: dict[Pair, list[str]] = {}
    if found.image.size * found.kernel.size <= MOST_TERMS:
        for place in range(found.done):
            p, q = divmod(place, found.columns.size)
            for cell, weight in places(found, (p, q)).items():
                terms.setdefault(cell, []).append(f"{factor(float(found.image[p, q]))}·{factor(weight)}")
    coming = {
        cell
        for place in range(found.done, found.image.size)
        for cell in places(found, divmod(place, found.columns.size))
    }
    title = message("output")
    if found.done < found.image.size:
        title = message("output after {done} of {count} stamps", done=found.done, count=found.image.size)
    nothing: Words = message("No stamp comes here.") if not coming and terms else ""
    whys = each_of(
        found.output,
        lambda i, j, value: f"{' + '.join(terms[i, j])} = {written(value)}" if (i, j) in terms else nothing,
    )
    touched = set(terms) if terms else {(i, j) for i in range(rows) for j in range(columns)}
    return MatrixItem(
        title,
        rounded(found.output),
        "→ Σ",
        whys=whys,
        lit=frozenset(places(found, found.at)),
        waiting=frozenset(coming - touched),
    )


def places(found: Stamping, at: Pair) -> dict[Pair, float]:
    """Return the cells of the output that a number's stamp comes to, with their weights; without what is cut off."""
    rows, columns = found.output_size
    top, left = found.rows.start(at[0]), found.columns.start(at[1])
    return {
        (i, j): weight
        for i, row in zip(range(top, top + found.rows.span, found.rows.dilation), found.kernel.tolist(), strict=True)
        for j, weight in zip(range(left, left + found.columns.span, found.columns.dilation), row, strict=True)
        if 0 <= i < rows and 0 <= j < columns
    }


def convolution_matrix(found: Stamping) -> Array:
    """Return C (inputs, outputs): the matrix of the convolution that goes the other way, with the same kernel."""
    rows, columns = found.axes
    apart = np.zeros((rows.span, columns.span))
    apart[:: rows.dilation, :: columns.dilation] = found.kernel
    whole = matrix_of(apart, found.output_size, (rows.padding, columns.padding), (rows.stride, columns.stride))
    # With an output padding as large as the stride there would be windows more than numbers.
    windows = [(axis.outputs + 2 * axis.padding - axis.span) // axis.stride + 1 for axis in (rows, columns)]
    kept = whole.reshape(*windows, -1)[: rows.size, : columns.size]
    return kept.reshape(found.image.size, -1)


def equation(found: Stamping) -> Matrices:
    """Return y = Cᵀ · x, with both images read row by row."""
    outputs = found.output_size[0] * found.output_size[1]
    if found.problem is not None:
        return refused("equation", found, found.problem)
    if outputs > MOST_EQUATION[0] or found.image.size > MOST_EQUATION[1]:
        return refused(
            "equation",
            found,
            message(
                "Cᵀ has {rows} rows and {columns} columns; it is written out up to {most} and {more}. Try an input "
                "of 2 × 2, or look at it as a picture.",
                rows=outputs,
                columns=found.image.size,
                most=MOST_EQUATION[0],
                more=MOST_EQUATION[1],
            ),
        )
    matrix, x = convolution_matrix(found), found.image.reshape(-1, 1)
    place = found.at[0] * found.columns.size + found.at[1]
    names = tuple(f"{i}, {j}" for i in range(found.output_size[0]) for j in range(found.output_size[1]))
    of_input = tuple(f"{i}, {j}" for i in range(found.rows.size) for j in range(found.columns.size))
    items = (
        MatrixItem(
            "Cᵀ",
            rounded(matrix.T),
            row_labels=names,
            column_labels=of_input,
            lit=frozenset((row, place) for row in np.flatnonzero(matrix[place]).tolist()),
        ),
        MatrixItem("x", rounded(x), "·", row_labels=of_input, lit=frozenset({(place, 0)})),
        MatrixItem("y", rounded(matrix.T @ x), "=", row_labels=names, parts={0: "row", 1: "all"}),
    )
    return Matrices("equation", items)


def back(found: Stamping) -> Matrices:
    """Return an image, its convolution, and what the transposed convolution brings back: the shape, not the numbers."""
    returned = found.there_and_back
    if found.problem is not None or large(found) or returned is None:
        return refused("back", found, found.problem or large(found))
    image, small, again = returned
    off = frozenset(map(tuple, np.argwhere(~np.isclose(image, again)).tolist()))
    items = (
        MatrixItem(message("an image"), rounded(image)),
        MatrixItem(message("convolved"), rounded(small), "⋆ →"),
        MatrixItem(
            message("brought back"), rounded(again), "ᵀ →", parts={0: "cell"}, lit=frozenset((i, j) for i, j in off)
        ),
    )
    return Matrices("back", items)


def rounded(matrix: Array) -> tuple[tuple[float, ...], ...]:
    """Return the rows of a matrix with as many figures as there is room for."""
    return rows_of(np.round(matrix, 3) + 0.0)
