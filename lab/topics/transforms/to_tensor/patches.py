"""A few pixels, number by number: as they lie in the array, and where each of them is in the tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Window, Words
from lab.core.text import Message, Verbatim, message
from lab.topics.transforms.to_tensor.kinds import Outcome, Source, placed
from lab.topics.transforms.to_tensor.memory_order import place_arithmetic, steps_of

PATCH = (2, 2)

Where = Mapping[str, int]
"""Row "H", column "W" and channel "C" of a number of the picture."""


@dataclass(frozen=True)
class _Patch:
    """An array with strides in elements, of which the places `span` of each axis are shown."""

    name: str
    array: Array
    axes: tuple[str, ...]
    strides: tuple[int, ...]
    span: Mapping[str, tuple[int, ...]]
    at: tuple[int, int]

    def label(self, axis: str, place: int) -> Words:
        """Return what a place along an axis is called."""
        if axis != "C":
            return str(place)
        return "RGBA"[place] if len(self.span["C"]) > 1 else message("grey")

    def index(self, where: Where) -> tuple[int, ...]:
        """Return where a number of the picture stands."""
        return placed(self.axes, where.get("C", 0), where["H"], where["W"])

    def items(self) -> tuple[MatrixItem, ...]:
        """Return H×W×C as rows of R G B R G B, and others as one matrix for each place of the first axis."""
        first, *rest = self.axes
        if first == "H":
            return (self._item({}, first, rest, f"{self.name}, {_shape(self.array)}"),)
        return tuple(
            self._item({first: place}, rest[0], rest[1:], self._part_title(first, place)) for place in self.span[first]
        )

    def _part_title(self, axis: str, place: int) -> Words:
        part, called = f"{self.name}[{place}]", self.label(axis, place)
        if isinstance(called, str):
            return f"{part}: {called}" if axis == "C" else part
        return message("{part}: {channel}", part=Verbatim(part), channel=called)

    def _item(self, fixed: Where, down: str, across: list[str], title: Words) -> MatrixItem:
        tails = [dict(zip(across, places, strict=True)) for places in product(*(self.span[axis] for axis in across))]
        cells = [[{**fixed, down: place, **tail} for tail in tails] for place in self.span[down]]
        return MatrixItem(
            title,
            tuple(tuple(_number(self.array[self.index(where)]) for where in row) for row in cells),
            row_labels=tuple(self.label(down, place) for place in self.span[down]),
            column_labels=tuple(self._column(across, tail) for tail in tails),
            whys=tuple(tuple(self.place(where) for where in row) for row in cells),
            lit=frozenset(
                (i, j)
                for i, row in enumerate(cells)
                for j, where in enumerate(row)
                if (where["H"], where["W"]) == self.at
            ),
        )

    def _column(self, across: list[str], tail: Where) -> Words:
        # Of two axes, such as pixel and colour, only the one that runs faster has room.
        return self.label(across[-1], tail[across[-1]])

    def place(self, where: Where) -> Message:
        """Say where a number lies in memory."""
        return place_arithmetic(self.name, self.index(where), self.strides, self.array.itemsize)


@dataclass(frozen=True)
class _Result(_Patch):
    """A tensor, which says of each number what it was before."""

    source: _Patch

    def place(self, where: Where) -> Message:
        here, before = self.index(where), self.source.index(where)
        return message(
            "{after}, from {before}. {place}",
            after=Verbatim(f"t{list(here)} = {self.array[here].item():.7g}"),
            before=Verbatim(f"x{list(before)} = {self.source.array[before].item():.7g}"),
            place=super().place(where),
        )


def patch(source: Source, found: Outcome, at: tuple[int, int]) -> Matrices:
    """Return the pixels around one, as they are in the array and in the tensor."""
    starts = [min(place, max(side - most, 0)) for place, side, most in zip(at, source.size, PATCH, strict=True)]
    rows, columns = (
        tuple(range(start, min(start + most, side)))
        for start, side, most in zip(starts, source.size, PATCH, strict=True)
    )
    span = {"H": rows, "W": columns, "C": tuple(range(source.channels))}
    before = _Patch("x", source.array, source.axes, steps_of(source.array), span, at)
    items = before.items()
    if found.values is None:
        return Matrices("patch", items, found.refusal)
    after = _Result("t", found.values, found.axes, found.strides, span, at, before).items()
    linked = [replace(item, parts=_parts(source, found, place, len(items))) for place, item in enumerate(after)]
    return Matrices("patch", (*items, replace(linked[0], sign="→"), *linked[1:]))


def _parts(source: Source, found: Outcome, place: int, items: int) -> Mapping[int, str | Window] | None:
    """Say which numbers of the array those of a part of the tensor come from, where one rule holds for all."""
    if found.axes == source.axes or found.axes[1:] == source.axes:
        return {min(place, items - 1): "cell"}
    if found.axes == ("C", "H", "W") and source.axes == ("H", "W", "C"):
        return {0: Window((1, 1), stride=(1, source.channels), padding=(0, -place))}
    return None


def _shape(array: Array) -> str:
    return "×".join(map(str, array.shape))


def _number(value: np.generic) -> float:
    return float(f"{float(value.item()):.4g}")
