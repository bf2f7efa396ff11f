"""In how many rows panels stand, how large, and which of them are seen at one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF

from app.views.pictures.frame import Grid
from lab.core.pictures import Box

TITLE, LINE = 19.0, 15.0
"""Heights of the title of a panel and of a line beneath it, in logical pixels."""
GAP = 10.0
_SMALL = 0.25
"""The part of the largest picture below which another one would hardly be seen at the same scale."""
_FAR = 2.0
"""How much larger the plane may become for a picture that lies elsewhere."""
_APART = 0.6
"""The width of a panel with a scale of its own, beside the others."""
_HOLES = 0.25
"""How much larger pictures have to be, for each part of the room that stays empty."""
_SCALED_FROM, _NOTED_FROM = 84.0, 108.0
"""From these heights of a panel on, there is room for its scale of colours, and for its note."""


@dataclass(frozen=True)
class Cell:
    """Where the parts of a panel stand; its picture is in the middle of `room`. What has no height is left out."""

    title: QRectF
    room: QRectF
    scale: QRectF
    note: QRectF

    def closer(self, by: float) -> Cell:
        """Return the same with the words nearer to the picture, which needs less than its room."""
        moved = self.scale.translated(0, -by), self.note.translated(0, -by)
        return Cell(self.title.translated(0, by), self.room.adjusted(0, by, 0, -by), *moved)


def together(grids: Sequence[Grid]) -> tuple[bool, ...]:
    """Tell which panels are seen at one scale: those that cover about as much as the largest, in about its place."""
    shared = [grid for grid in grids if grid.shared]
    if not shared:
        return (False,) * len(grids)
    largest = max((grid.extent() for grid in shared), key=lambda area: area.width() * area.height())

    def fits(grid: Grid) -> bool:
        area = grid.extent()
        both = largest.united(area)
        visible = max(area.width() / largest.width(), area.height() / largest.height()) >= _SMALL
        return visible and both.width() <= _FAR * largest.width() and both.height() <= _FAR * largest.height()

    return tuple(grid.shared and fits(grid) for grid in grids)


def united(areas: Sequence[QRectF]) -> QRectF:
    """Return the smallest rectangle around all areas."""
    whole = QRectF(areas[0])
    for area in areas[1:]:
        whole = whole.united(area)
    return whole


def protruding(window: QRectF, grid: Grid, boxes: Sequence[Box]) -> tuple[float, float]:
    """Return how far boxes of a panel reach beyond a window of the plane, along x and y; at most its own length."""
    x = y = 0.0
    for area in map(grid.covered, boxes):
        x = max(x, window.left() - area.left(), area.right() - window.right())
        y = max(y, window.top() - area.top(), area.bottom() - window.bottom())
    return min(x, window.width()), min(y, window.height())


@dataclass(frozen=True)
class Arrangement:
    """Cells of `columns` columns, one for each window; `widths` are those of the columns."""

    columns: int
    widths: tuple[float, ...]
    height: float
    above: float
    scale: float
    note: float

    @property
    def picture_height(self) -> float:
        """The height of the room of a picture."""
        return max(self.height - self.above - self.scale - self.note, 1.0)

    def cell(self, place: int, area: QRectF) -> Cell:
        """Return where the parts of a panel stand within the `area` of all."""
        row, column = divmod(place, self.columns)
        left = area.left() + sum(self.widths[:column]) + column * GAP
        top = area.top() + row * (self.height + GAP / 2)
        heights = (self.above, self.picture_height, self.scale, self.note)
        parts = []
        for height in heights:
            parts.append(QRectF(left, top, self.widths[column], height))
            top += height
        title, *others = parts
        return Cell(title.adjusted(0, 0, 0, -2), *others)


def arrange(windows: Sequence[QRectF], alike: Sequence[bool], area: QSizeF, scaled: bool, noted: bool) -> Arrangement:
    """Return the arrangement in which pictures of these windows of the plane are largest; those `alike` at one scale.

    `scaled` and `noted` tell whether any panel has a scale of colours, and a note.
    """
    found = [_with_columns(count, windows, alike, area, scaled, noted) for count in range(1, len(windows) + 1)]
    return max(found, key=lambda each: _largeness(each, windows, alike))


def _with_columns(
    columns: int, windows: Sequence[QRectF], alike: Sequence[bool], area: QSizeF, scaled: bool, noted: bool
) -> Arrangement:
    rows = math.ceil(len(windows) / columns)
    weights = [0.0] * columns
    for place, (window, shared) in enumerate(zip(windows, alike, strict=True)):
        weight = min(max(window.width() / window.height(), 0.4), 2.5)
        # Where all have a scale of their own, none of them stands back.
        weights[place % columns] = max(weights[place % columns], weight * (1 if shared or not any(alike) else _APART))
    room = max(area.width() - GAP * (columns - 1), 1.0)
    widths = tuple(math.floor(room * weight / sum(weights)) for weight in weights)
    height = math.floor(max((area.height() - GAP / 2 * (rows - 1)) / rows, 1.0))
    return Arrangement(
        columns,
        tuple(max(width, 1.0) for width in widths),
        height,
        min(TITLE, height / 3),
        LINE if scaled and height >= _SCALED_FROM else 0.0,
        LINE if noted and height >= _NOTED_FROM else 0.0,
    )


def _largeness(found: Arrangement, windows: Sequence[QRectF], alike: Sequence[bool]) -> float:
    """Return how long the sides of all pictures are in an arrangement."""
    height = found.picture_height
    scales = [
        min(found.widths[place % found.columns] / window.width(), height / window.height())
        for place, window in enumerate(windows)
    ]
    common = min((scale for scale, shared in zip(scales, alike, strict=True) if shared), default=1.0)
    total = 0.0
    for scale, window, shared in zip(scales, windows, alike, strict=True):
        total += (common if shared else scale) * math.sqrt(window.width() * window.height())
    # An empty corner is worth a little only.
    holes = -len(windows) % found.columns
    return total * (1 - _HOLES * holes / (len(windows) + holes))
