"""A convolution drawn to scale: the input with its padding, and the output over the windows that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.pictures import Box, PicturePanel, Pictures
from lab.core.text import Message, message
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.size.axes import AxisSizes

MOST_DRAWN = 300
"""Pixels of an axis that are drawn; a picture of more would follow the hand too slowly, and show less."""
_MOST_TAPS = 100
"""Cells of a kernel that are outlined one by one."""


@dataclass(frozen=True)
class _Part:
    """What is drawn of one axis: padded places from `start` up to `end`, outputs from `first` up to `last`."""

    start: int
    end: int
    first: int
    last: int


def drawing(
    rows: AxisSizes, columns: AxisSizes, at: Sequence[int], problem: Words = "", *, most: int = MOST_DRAWN
) -> Pictures:
    """Return the input, and the output where there is one, with the window of output `at` and the next one.

    Of longer axes `most` pixels are drawn. `problem` is said where there is no output.
    """
    axes = rows, columns
    fits = bool(rows.outputs and columns.outputs)
    place = _nearest(rows, at[0]), _nearest(columns, at[1])
    parts = _part(rows, place[0], most), _part(columns, place[1], most)
    before = _input(axes, parts, place, fits)
    if not fits:
        return Pictures("drawing", (before,), problem)
    return Pictures("drawing", (before, _output(axes, parts, place)), _note(axes, parts, place, (at[0], at[1])))


def _nearest(axis: AxisSizes, place: int) -> int:
    return max(0, min(place, axis.outputs - 1))


def _part(axis: AxisSizes, place: int, most: int) -> _Part:
    """Choose what is drawn: all, or the beginning, or what is around the window that is looked at."""
    start, length = 0, min(axis.padded, most)
    begins = place * axis.stride
    if begins + axis.stride + axis.span > length:
        start = max(0, min(begins - (length - axis.span) // 2, axis.padded - length, begins))
    end = start + length
    first = -(-start // axis.stride)
    return _Part(start, end, first, max(first, min(axis.outputs, (end - 1) // axis.stride + 1)))


def _input(axes: tuple[AxisSizes, AxisSizes], parts: tuple[_Part, _Part], place: Pair, fits: bool) -> PicturePanel:
    rows, columns = axes
    size = message("input {rows} × {columns}", rows=rows.size, columns=columns.size)
    title: Message = size
    if rows.padding or columns.padding:
        title = message(
            "input {rows} × {columns}, padded {padded_rows} × {padded_columns}",
            rows=rows.size,
            columns=columns.size,
            padded_rows=rows.padded,
            padded_columns=columns.padded,
        )
    if not fits:
        counts = np.zeros([part.end - part.start for part in parts], np.int64)
    else:
        down, across = (axis.visits[part.start : part.end] for axis, part in zip(axes, parts, strict=True))
        counts = np.multiply.outer(down, across)
    # Of the padding it would mean nothing that it is missed.
    inside = np.logical_and.outer(*(_inside(axis, part) for axis, part in zip(axes, parts, strict=True)))
    return PicturePanel(
        title,
        counts,
        "magnitude",
        (0.0, float(max(int(rows.visits.max()) * int(columns.visits.max()), 1)) if fits else 1.0),
        origin=(parts[0].start - rows.padding, parts[1].start - columns.padding),
        boxes=(*_frame(axes, parts, size), *_windows(axes, parts, place, fits)),
        hatched=(counts == 0) & inside,
        hatched_label=message("never visited"),
        why=message("how many windows touch this pixel: in so many outputs it has a part"),
    )


def _inside(axis: AxisSizes, part: _Part) -> Array:
    """Tell which of the drawn places of an axis belong to the input: (end − start,) bool."""
    places = np.arange(part.start, part.end) - axis.padding
    inside: Array = (places >= 0) & (places < axis.size)
    return inside


def _frame(axes: tuple[AxisSizes, AxisSizes], parts: tuple[_Part, _Part], label: Words) -> list[Box]:
    """Return the outline of the input within its padding."""
    if not any(axis.padding for axis in axes):
        return []
    (top, height), (left, width) = (
        (max(axis.padding - part.start, 0), min(axis.padding + axis.size, part.end) - max(axis.padding, part.start))
        for axis, part in zip(axes, parts, strict=True)
    )
    return [Box(top, left, height, width, label, 0)] if height > 0 and width > 0 else []


def _windows(axes: tuple[AxisSizes, AxisSizes], parts: tuple[_Part, _Part], place: Pair, fits: bool) -> list[Box]:
    """Return the outlines of a window, of the next one, and of the cells of a kernel that lie apart."""
    rows, columns = axes
    top, left = rows.stride * place[0] - parts[0].start, columns.stride * place[1] - parts[1].start
    words = (
        message("window of output ({row}, {column})", row=place[0], column=place[1])
        if fits
        else message("the kernel, which fits nowhere")
    )
    window = Box(top, left, rows.span, columns.span, words, 1)
    boxes = [window]
    if place[1] + 1 < columns.outputs and fits:
        further = message("the next window, {stride} further", stride=columns.stride)
        boxes.insert(0, replace(window, column=left + columns.stride, label=further, colour=2))
    elif place[0] + 1 < rows.outputs and fits:
        further = message("the next window, {stride} further", stride=rows.stride)
        boxes.insert(0, replace(window, row=top + rows.stride, label=further, colour=2))
    if max(rows.dilation, columns.dilation) > 1 and 1 < rows.kernel * columns.kernel <= _MOST_TAPS:
        boxes += [
            Box(top + i * rows.dilation, left + j * columns.dilation, colour=1)
            for i in range(rows.kernel)
            for j in range(columns.kernel)
        ]
    return boxes


def _output(axes: tuple[AxisSizes, AxisSizes], parts: tuple[_Part, _Part], place: Pair) -> PicturePanel:
    rows, columns = axes
    down, across = (axis.real_taps(part.first, part.last) for axis, part in zip(axes, parts, strict=True))
    origin = tuple(
        part.first * axis.stride + (axis.span - 1) / 2 - axis.padding for axis, part in zip(axes, parts, strict=True)
    )
    whole = parts[0].first == 0 and parts[1].first == 0
    return PicturePanel(
        message("output {rows} × {columns}", rows=rows.outputs, columns=columns.outputs),
        np.multiply.outer(down, across),
        "magnitude",
        (0.0, float(rows.kernel * columns.kernel)),
        origin=(origin[0], origin[1]),
        pitch=(rows.stride, columns.stride),
        boxes=(
            Box(
                place[0] - parts[0].first,
                place[1] - parts[1].first,
                label=message("output ({row}, {column})", row=place[0], column=place[1]),
                colour=1,
            ),
        ),
        # Where the beginning is cut off, a pixel of the picture is no longer the output of its number.
        picks="at" if whole else "",
        why=message("how many cells of its kernel lie on the input; the others lie on padding"),
    )


def _note(axes: tuple[AxisSizes, AxisSizes], parts: tuple[_Part, _Part], place: Pair, asked: Pair) -> Message:
    ends = [
        (axis.stride * at - axis.padding, axis.stride * at - axis.padding + axis.span - 1)
        for axis, at in zip(axes, place, strict=True)
    ]
    said = message(
        "Output ({row}, {column}) is made of rows {top} to {bottom} and columns {left} to {right} of the input.",
        row=place[0],
        column=place[1],
        top=signed(ends[0][0]),
        bottom=signed(ends[0][1]),
        left=signed(ends[1][0]),
        right=signed(ends[1][1]),
    )
    if place != asked:
        said = message(
            "There is no output ({row}, {column}), so the nearest is shown. {more}",
            row=asked[0],
            column=asked[1],
            more=said,
        )
    if any(part.end - part.start < axis.padded for axis, part in zip(axes, parts, strict=True)):
        drawn = [part.end - part.start for part in parts]
        said = message(
            "{more} Only {rows} × {columns} pixels around it are drawn.", rows=drawn[0], columns=drawn[1], more=said
        )
    return said


def signed(place: int) -> str:
    """Return a place as it is written, with a minus sign before the first pixel."""
    return str(place).replace("-", "−")
