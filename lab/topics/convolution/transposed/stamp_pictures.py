"""Pictures of a transposed convolution: the stamps, how many meet, what is left of an even input, and its matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.events import Array
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.text import message
from lab.topics.convolution.transposed.matrices import convolution_matrix
from lab.topics.convolution.transposed.working import MOST_DRAWN, Stamping

MOST_MATRIX = 200_000
"""Cells of a matrix that is drawn."""


def scale(values: Array) -> tuple[Colours, tuple[float, float]]:
    """Return colours and limits for numbers: about zero where some are negative."""
    top = float(np.abs(values).max()) or 1.0
    return ("signed", (-top, top)) if values.min() < 0 else ("magnitude", (0.0, top))


def pictures(found: Stamping) -> Pictures:
    """Return the input, the output so far, how many stamps meet, and what an even input becomes."""
    before = _input(found)
    if found.problem is not None:
        return Pictures("pictures", (before,), found.problem)
    stamp = _stamp(found)
    further = replace(
        stamp,
        column=stamp.column + found.columns.stride,
        label=message("the next stamp, {stride} further", stride=found.columns.stride),
        colour=2,
    )
    boxes = (further, stamp) if found.at[1] + 1 < found.columns.size else (stamp,)
    rows, columns = found.output_size
    title = message("output {rows} × {columns}", rows=rows, columns=columns)
    if found.done < found.image.size:
        title = message("output after {done} of {count} stamps", done=found.done, count=found.image.size)
    counts = np.multiply.outer(*(axis.visits[: axis.drawn] for axis in found.axes))
    panels = (
        before,
        PicturePanel(title, found.output, *scale(found.output), boxes=boxes, why=message("the sum of the stamps here")),
        PicturePanel(
            message("stamps that meet"),
            counts,
            *scale(counts),
            hatched=counts == 0,
            hatched_label=message("no stamp"),
            why=message("how many stamps come here: also what ones become through a kernel of ones"),
        ),
        PicturePanel(
            message("what ones become"),
            found.even_input,
            *scale(found.even_input),
            why=message("An even input through this kernel: any pattern in it is made by the stamps."),
        ),
    )
    if found.whole:
        return Pictures("pictures", panels)
    note = message("Only the first {rows} × {columns} of the output are drawn.", rows=min(rows, MOST_DRAWN),
                   columns=min(columns, MOST_DRAWN))  # fmt: skip
    return Pictures("pictures", panels, note)


def _input(found: Stamping) -> PicturePanel:
    rows, columns = found.axes
    here = message("({row}, {column}) is stamped", row=found.at[0], column=found.at[1])
    return PicturePanel(
        message("input {rows} × {columns}", rows=rows.size, columns=columns.size),
        found.part,
        *scale(found.part),
        # Each number lies under the middle of its stamp.
        origin=(rows.start(0) + (rows.span - 1) / 2, columns.start(0) + (columns.span - 1) / 2),
        pitch=(rows.stride, columns.stride),
        boxes=(Box(*found.at, label=here, colour=1),),
        picks="at",
        why=message("what the kernel is multiplied by, for this stamp"),
    )


def _stamp(found: Stamping) -> Box:
    rows, columns = found.axes
    label = message("stamp of ({row}, {column})", row=found.at[0], column=found.at[1])
    return Box(rows.start(found.at[0]), columns.start(found.at[1]), rows.span, columns.span, label, 1)


def matrix_pictures(found: Stamping) -> Pictures:
    """Return the matrix C of the convolution, and its transpose, which stamps."""
    kernel = PicturePanel(message("kernel"), found.kernel, *scale(found.kernel))
    if found.problem is not None:
        return Pictures("matrix", (kernel,), found.problem)
    inputs, outputs = found.image.size, found.output_size[0] * found.output_size[1]
    if inputs * outputs > MOST_MATRIX:
        return Pictures(
            "matrix",
            (kernel,),
            message(
                "The matrix would have {rows} × {columns} cells; up to {most} are drawn. Take a smaller input.",
                rows=outputs,
                columns=inputs,
                most=MOST_MATRIX,
            ),
        )
    matrix = convolution_matrix(found)
    place = found.at[0] * found.columns.size + found.at[1]
    near = message(
        "row {place}: the window of output ({row}, {column})", place=place, row=found.at[0], column=found.at[1]
    )
    stamp = message("column {place}: the stamp of ({row}, {column})", place=place, row=found.at[0], column=found.at[1])
    return Pictures(
        "matrix",
        (
            PicturePanel(
                message("C, {rows} × {columns}: a convolution", rows=inputs, columns=outputs),
                matrix,
                *scale(matrix),
                boxes=(Box(place, 0, 1, outputs, near, 1),),
                why=message("what output (row) takes of the pixel (column)"),
            ),
            PicturePanel(
                message("Cᵀ, {rows} × {columns}: transposed", rows=outputs, columns=inputs),
                matrix.T,
                *scale(matrix),
                boxes=(Box(0, place, outputs, 1, stamp, 1),),
                why=message("what the number (column) gives to the pixel (row)"),
            ),
        ),
        message("The same weights: a row of C gathers a window, a column of Cᵀ stamps it out again."),
    )
