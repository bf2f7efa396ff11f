"""Where panels, rows and bars stand: labels at the left, then one panel beside the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.views.font_metrics import Metrics, font_metrics
from app.views.numerals import significant
from app.views.painted import small_font
from app.views.prose import LINE, broken, spoken
from lab.core.figures import BarPanel, Bars

FIGURES = 4
KNOB = 5.0
"""Radius of the handle of a bar that can be dragged, in logical pixels."""
_TALLEST, _THINNEST = 60.0, 11.0
"""Of a row; in thinner ones numbers have no room."""
_BETWEEN, _OVER = 14.0, 5.0
"""Between two panels; and how far words may reach into that on each side."""
_NARROWEST = 36.0
"""What a bar has at least, or its number is left to the pointer."""


@dataclass(frozen=True)
class Track:
    """Where the bars of a panel run, from its `low` at `left` to its `high` at `right`, in logical pixels."""

    panel: BarPanel
    area: QRectF
    left: float
    right: float
    numbers: Literal["ends", "side", ""]
    """Where values are written: at the ends of the bars, below each other at the right, or nowhere."""

    def x(self, value: float) -> float:
        """Return the place of a value, at most at an edge."""
        share = (
            (value - self.panel.low) / (self.panel.high - self.panel.low) if self.panel.high > self.panel.low else 0.0
        )
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def beyond(self, value: float) -> int:
        """Return 1 or -1 for a value above or below the limits of the panel, else 0."""
        return int(value > self.panel.high) - int(value < self.panel.low)

    def value(self, x: float) -> float:
        """Return the value at a place, within the limits of the panel."""
        share = (x - self.left) / max(self.right - self.left, 1e-9)
        return self.panel.low + (self.panel.high - self.panel.low) * min(max(share, 0.0), 1.0)


class BarsLayout:
    """`event` laid out for `area`."""

    def __init__(self, event: Bars, font: QFont, area: QRectF) -> None:
        self.measure = font_metrics(small_font(font))
        self.labels = [spoken(label) for label in event.labels]
        widest = max(map(self.measure.width, self.labels), default=0.0)
        self.label_width = min(widest, 0.32 * area.width())
        self.left, self.right = area.left(), area.right()
        panels = max(len(event.panels), 1)
        start = area.left() + self.label_width + 8
        width = (area.right() - start - _BETWEEN * (panels - 1)) / panels
        most = 2 if area.height() > 150 else 1
        room = width + 2 * _OVER
        self.heading = font_metrics(small_font(font, bold=True))
        self.titles = [broken(panel.title, self.heading, room, most) for panel in event.panels]
        self.remarks = [broken(panel.remark, self.measure, room, most) for panel in event.panels]
        self.top = area.top() + LINE * max(map(len, self.titles), default=0) + 3
        below = LINE * max(map(len, self.remarks), default=0) + 1
        self.row_height = min((area.bottom() - self.top - below) / max(len(self.labels), 1), _TALLEST)
        self.tracks = [
            self._track(panel, QRectF(start + place * (width + _BETWEEN), self.top, width, self.bottom - self.top))
            for place, panel in enumerate(event.panels)
        ]

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.top + self.row_height * len(self.labels)

    def _track(self, panel: BarPanel, area: QRectF) -> Track:
        knob = KNOB + 1 if panel.field else 0.0
        finite = [float(value) for value in panel.values if math.isfinite(value)]
        # As wide as a usual number at least: the bars would jump while one is dragged.
        room = max(map(self.measure.width, ("0.8888", *(significant(value, FIGURES) for value in finite)))) + 6 + knob
        left, right = panel.low < 0, panel.high > 0 or panel.low >= 0
        numbers: Literal["ends", "side", ""] = ""
        if self.row_height >= _THINNEST:
            if area.width() - room * (left + right) >= _NARROWEST:
                numbers = "ends"
            elif area.width() - room >= _NARROWEST:
                numbers = "side"
        before = room if numbers == "ends" and left else knob
        after = room if numbers == "side" or (numbers == "ends" and right) else knob
        return Track(panel, area, area.left() + before, area.right() - after, numbers)

    def title_area(self, panel: int) -> QRectF:
        """Return where the title of a panel stands: over the middle of its bars."""
        lines = self.titles[panel]
        return self._beside(panel, lines, self.heading, self.top - 3 - LINE * len(lines))

    def remark_area(self, panel: int) -> QRectF:
        """Return where the remark of a panel stands: below the middle of its bars."""
        return self._beside(panel, self.remarks[panel], self.measure, self.bottom + 1)

    def _beside(self, panel: int, lines: list[str], measure: Metrics, top: float) -> QRectF:
        track, width = self.tracks[panel], max(map(measure.width, lines), default=0.0) + 1
        left = (track.left + track.right - width) / 2
        left = min(max(left, track.area.left() - _OVER), track.area.right() + _OVER - width)
        return QRectF(left, top, width, LINE * len(lines))

    def label_area(self, row: int) -> QRectF:
        """Return where the label of a row stands."""
        return QRectF(self.left, self.top + row * self.row_height, self.label_width, self.row_height)

    def row_area(self, panel: int, row: int) -> QRectF:
        """Return the part of a panel that belongs to a row."""
        area = self.tracks[panel].area
        return QRectF(area.left(), self.top + row * self.row_height, area.width(), self.row_height)

    def row_at(self, y: float) -> int | None:
        """Return the row at a height."""
        row = math.floor((y - self.top) / self.row_height)
        return row if 0 <= row < len(self.labels) else None

    def panel_at(self, x: float) -> int | None:
        """Return the panel at a place, with half of the gap beside it."""
        half = _BETWEEN / 2
        areas = (track.area for track in self.tracks)
        return next((at for at, box in enumerate(areas) if box.left() - half <= x < box.right() + half), None)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the (panel, row) under a point."""
        panel, row = self.panel_at(point.x()), self.row_at(point.y())
        return None if panel is None or row is None else (panel, row)
