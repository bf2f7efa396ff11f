"""Where the units of a network stand, which of them have room, and what is under a point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.core.language import tr, words
from app.views.font_metrics import Metrics, font_metrics
from app.views.painted import small_font
from app.views.units.connections import Curves
from app.views.units.parts import BIAS, Part
from lab.core.events import Array
from lab.core.units import Units

LINE = 15.0
_LARGEST, _WIDEST, _TALLEST = 72.0, 88.0, 36.0
"""Sides of a picture, and of a box with words in place of one."""
_LEAST = 22.0
"""From one unit to the next there is at least this, where there are more units than room."""
_READABLE = 38.0
_UNDER = 9.0
"""Beneath a box: its bias, and some air."""
_GAP = 0.9
"""The least distance of columns in widths of a box; there go the connections."""
_GUTTER = 0.17


@dataclass(frozen=True)
class Column:
    """One column: the boxes of the units that are drawn, the first of all; `hidden` is the number of the others."""

    boxes: tuple[QRectF, ...]
    hidden: int
    more: QRectF
    middle: float
    pitch: float


class UnitsLayout:
    """The places of everything in `area`; `ratio` pixels of the screen are a logical one.

    With `numbers` three lines are kept at the bottom, for what there is to count in each column.
    """

    def __init__(self, event: Units, font: QFont, area: QRectF, ratio: float, *, numbers: bool) -> None:
        self.counts = [len(labels) for labels in event.labels]
        self.pictured = any(maps is not None for maps in event.maps)
        self.area, self.ratio = area, ratio
        metrics = font_metrics(small_font(font))
        columns = len(self.counts)
        self.headed = area.height() >= 100 and area.width() / columns >= 30
        self.counted = numbers and area.height() >= 120
        top = area.top() + (LINE + 3 if self.headed else 0)
        bottom = area.bottom() - (3 * LINE + 5 if self.counted else 0)
        self.net = QRectF(area.left(), top, area.width(), bottom - top)
        self.left, self.right = self._gutters(event, metrics)
        self.width, self.height = self._box()
        self.columns = tuple(self._column(place) for place in range(columns))
        self.thickest = max(2.0, min(6.0, 0.16 * self.height))
        places = [self.bias(Part(at, unit)).center() for at in range(1, columns) for unit in range(self.shown(at))]
        self.bias_places = np.array([(place.x(), place.y()) for place in places], dtype=float).reshape(-1, 2)
        self._connect()

    def shown(self, column: int) -> int:
        """Return how many units of a column are drawn."""
        return len(self.columns[column].boxes)

    def _gutters(self, event: Units, metrics: Metrics) -> tuple[float, float]:
        """Return the widths kept for the names of inputs and of outputs, which stand beside them."""
        most = _GUTTER * self.area.width()
        first, last = ([metrics.width(words(said)) for said in event.labels[at]] for at in (0, -1))
        left = max(first, default=0.0) if self.pictured else 0.0
        right = max(last, default=0.0) + (14 if event.points else 0) if self.pictured else 0.0
        if self.counted:
            titles = (tr("nodes"), tr("weights"), tr("biases"))
            left = max(left, *(metrics.width(title) for title in titles))
            right = max(right, metrics.width(f"= {sum(a * b for a, b in self.pairs)}"))
        elif self.area.width() < 240:
            return 2.0, 2.0
        return min(left, most) + 7, min(right, most) + 7

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The numbers of units before and behind each layer of weights."""
        return list(zip(self.counts, self.counts[1:], strict=False))

    def _box(self) -> tuple[float, float]:
        """Return the width and height of all boxes, whole pixels of the screen."""
        columns = len(self.counts)
        room = self.net.width() - self.left - self.right
        width = room / (columns + _GAP * (columns - 1))
        most, fitting = max(self.counts), max(1, int(self.net.height() // _LEAST))
        # Where not all fit even so, fewer that can be read are better.
        rows = most if most <= fitting else min(max(int(self.net.height() // _READABLE), 9), fitting)
        height = self.net.height() / rows - _UNDER
        if self.pictured:
            side = self._whole(max(min(width, height, _LARGEST), 8.0))
            return side, side
        return self._whole(max(min(width, _WIDEST), 8.0)), self._whole(max(min(height, _TALLEST), 8.0))

    def _whole(self, length: float) -> float:
        return math.floor(length * self.ratio) / self.ratio

    def _column(self, place: int) -> Column:
        count, net, step = self.counts[place], self.net, self.height + _UNDER
        room = max(1, int((net.height() + 2) // step))
        shown = count if count <= room else max(1, room - 1)
        hidden = count - shown
        pitch = self._whole(min(net.height() / (shown + bool(hidden)), 1.7 * step))
        pitch = max(pitch, self._whole(step)) if not hidden else self._whole(step)
        taken = shown * pitch + (LINE if hidden else 0)
        span = net.width() - self.left - self.right - self.width
        last = len(self.counts) - 1
        x = self._whole(net.left() + self.left + (span * place / last if last else span / 2))
        y = self._whole(net.top() + max((net.height() - taken) / 2 + (pitch - self.height - 4) / 2, 1.0))
        boxes = tuple(QRectF(x, y + unit * pitch, self.width, self.height) for unit in range(shown))
        more = QRectF(x - 14, y + shown * pitch - 2, self.width + 28, LINE) if hidden else QRectF()
        return Column(boxes, hidden, more, x + self.width / 2, pitch)

    def _connect(self) -> None:
        """Lay the curves, each layer by its units before, then its units."""
        ends, parts = [], []
        for place, (before, after) in enumerate(zip(self.columns, self.columns[1:], strict=False)):
            for source, start in enumerate(before.boxes):
                for unit, end in enumerate(after.boxes):
                    ends.append((start.right(), start.center().y(), end.left(), end.center().y()))
                    parts.append(Part(place + 1, unit, source))
        self.parts = tuple(parts)
        self._places = {part: place for place, part in enumerate(parts)}
        self.curves = Curves(np.array(ends, dtype=float).reshape(-1, 4))

    def chosen(self, arrays: list[Array]) -> Array:
        """Return of weights (F, U) a layer those that are drawn, in the order of the curves (C,)."""
        pairs = zip(arrays, self.columns, self.columns[1:], strict=False)
        drawn = [array[: len(before.boxes), : len(after.boxes)].ravel() for array, before, after in pairs]
        return np.concatenate(drawn) if drawn else np.zeros(0)

    # What stands where.

    def shows(self, part: Part) -> bool:
        """Tell whether a part is drawn."""
        shown = part.unit < len(self.columns[part.column].boxes)
        return shown and (part.source is None or part.source < len(self.columns[part.column - 1].boxes))

    def box(self, part: Part) -> QRectF:
        """Return the box of a unit."""
        return self.columns[part.column].boxes[part.unit]

    def bias(self, part: Part) -> QRectF:
        """Return where the bias of a unit is drawn, as a bar beneath its box that begins in its middle."""
        box = self.box(part)
        return QRectF(box.left(), box.bottom() + 2, box.width(), 4)

    def curve(self, part: Part) -> int:
        """Return the place of a weight among the curves."""
        return self._places[part]

    def anchor(self, part: Part) -> QPointF:
        """Return the middle of a part."""
        if part.source is None:
            return self.box(part).center()
        if part.source == BIAS:
            return self.bias(part).center()
        # Not all at half of the way, where the curves of a layer meet.
        return self.curves.at(self.curve(part), 0.64)

    def part_at(self, point: QPointF) -> Part | None:
        """Return what is under a point: a unit, a bias, or else the nearest connection."""
        for place, column in enumerate(self.columns):
            if abs(point.x() - column.middle) > self.width / 2 + 2:
                continue
            for unit, box in enumerate(column.boxes):
                if box.contains(point):
                    return Part(place, unit)
                if place and box.bottom() <= point.y() <= box.bottom() + _UNDER - 1:
                    return Part(place, unit, BIAS)
        near = self.curves.nearest(point)
        return None if near is None else self.parts[near]

    def hidden_at(self, point: QPointF) -> int | None:
        """Return the column whose "+12" is under a point."""
        return next((place for place, each in enumerate(self.columns) if each.more.contains(point)), None)

    def lit(self, part: Part | None) -> NDArray[np.bool_]:
        """Return which curves (C,) stay bright while a part is pointed at: for a unit, those that end or begin there.

        All of them for a connection, so that they do not flicker under a pointer that moves across the picture.
        """
        if part is None or (part.source is not None and part.source != BIAS):
            return np.ones(len(self.parts), dtype=bool)
        column, unit = part.column, part.unit
        own = [each.whole == part.whole or (each.column == column + 1 and each.source == unit) for each in self.parts]
        return np.array(own, dtype=bool)
