"""The picture of `Bars`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core import theme
from app.views.columns.layout import FIGURES, KNOB, BarsLayout, Track
from app.views.numerals import significant
from app.views.painted import CENTRE, LEFT, RIGHT, blend, mark, text
from app.views.prose import paragraph

_THICKEST = 32.0
_ARROW = 5.0
_BESIDE = 4.0
"""Between the end of a bar and its number."""

Place = tuple[int, int] | None
"""A panel and a row."""


class BarsPicture:
    """What `layout` looks like with the values of each panel, (K,), and the place pointed at and that of the focus."""

    def __init__(self, layout: BarsLayout, values: Sequence[Sequence[float]], pointed: Place, cursor: Place) -> None:
        self._layout, self._values, self._cursor = layout, values, cursor
        self._row = -1 if pointed is None else pointed[1]
        self._colours = theme.colours()
        self._band = blend(self._colours.raised, self._colours.surface, 0.6)

    def paint(self, painter: QPainter) -> None:
        """Paint labels, panels and all that belongs to them."""
        colours, layout = self._colours, self._layout
        small = layout.measure.font
        if self._row >= 0:
            label = layout.label_area(self._row)
            band = QRectF(layout.left - 3, label.top(), layout.right - layout.left + 6, label.height())
            painter.fillRect(band, self._band)
        # Where rows are thinner than letters, every second or third label speaks for its neighbours too.
        for row in range(0, len(layout.labels), max(math.ceil(9.0 / layout.row_height), 1)):
            text(painter, layout.label_area(row).adjusted(0, 0, 1, 0), layout.labels[row], colours.text, RIGHT, small)
        for place, track in enumerate(layout.tracks):
            title, remark = layout.title_area(place), layout.remark_area(place)
            paragraph(painter, title, layout.titles[place], colours.text, layout.heading.font, CENTRE)
            self._paint_bars(painter, place, track)
            self._paint_ends(painter, place, track)
            paragraph(painter, remark, layout.remarks[place], colours.muted, small, CENTRE)
        if self._cursor is not None:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(layout.row_area(*self._cursor).adjusted(-2.5, 0.5, 2.5, -0.5))

    def _shade(self, track: Track) -> QColor:
        series, place = self._colours.series, track.panel.colour
        return QColor(self._colours.muted if place < 0 else series[place % len(series)])

    def _paint_bars(self, painter: QPainter, place: int, track: Track) -> None:
        layout, shade, zero = self._layout, self._shade(track), track.x(0.0)
        thick = max(min(0.66 * layout.row_height, _THICKEST), 2.0)
        groove = min(thick, 4.0) if track.panel.field else thick
        painter.setPen(Qt.PenStyle.NoPen)
        for row, value in enumerate(self._values[place]):
            middle = layout.row_area(place, row).center().y()
            painter.setBrush(QColor(self._colours.raised))
            painter.drawRect(QRectF(track.left, middle - groove / 2, track.right - track.left, groove))
            if math.isfinite(value):
                end = track.x(value)
                painter.setBrush(shade)
                painter.drawRect(QRectF(min(zero, end), middle - thick / 2, abs(end - zero), thick))
                if track.beyond(value):
                    # The head of an arrow: the bar would go on.
                    tip = QPointF(end + _ARROW * track.beyond(value), middle)
                    half = QPointF(0, thick / 2)
                    painter.drawPolygon(QPolygonF([tip, QPointF(end, middle) - half, QPointF(end, middle) + half]))
        line = round(zero) + 0.5
        painter.setPen(QPen(QColor(self._colours.muted), 1))
        painter.drawLine(QPointF(line, layout.top), QPointF(line, layout.bottom))

    def _paint_ends(self, painter: QPainter, place: int, track: Track) -> None:
        """Paint handles and numbers."""
        radius = min(KNOB, 0.42 * self._layout.row_height)
        pen = QPen(self._shade(track), 2 if radius > 4 else 1)
        for row, value in enumerate(self._values[place]):
            area = self._layout.row_area(place, row)
            if not math.isfinite(value):
                self._paint_no_number(painter, track, area, value)
                continue
            end = QPointF(track.x(value), area.center().y())
            if track.numbers:
                self._paint_number(painter, track, end, value, self._band if row == self._row else None)
            if track.panel.field:
                painter.setPen(pen)
                painter.setBrush(QColor(self._colours.surface))
                painter.drawEllipse(end, radius, radius)

    def _paint_number(self, painter: QPainter, track: Track, end: QPointF, value: float, band: QColor | None) -> None:
        measure, said = self._layout.measure, significant(value, FIGURES)
        width = measure.width(said)
        beside = _BESIDE + (KNOB if track.panel.field else 0.0) + (_ARROW if track.beyond(value) else 0.0)
        left = end.x() + beside
        if track.numbers == "side":
            left = track.area.right() - width
        elif value < 0 and track.panel.low < 0:
            left = end.x() - beside - width
        if track.panel.field:
            # The groove does not run through the number.
            painter.fillRect(QRectF(left - 2, end.y() - 3, width + 4, 6), band or QColor(self._colours.surface))
        painter.setFont(measure.font)
        painter.setPen(QColor(self._colours.text))
        painter.drawText(QPointF(left, end.y() + measure.cap_height / 2), said)

    def _paint_no_number(self, painter: QPainter, track: Track, area: QRectF, value: float) -> None:
        """Say in words that a value is infinite, or no number; a cross where words have no room."""
        measure, colour, zero = self._layout.measure, self._colours.bad, track.x(0.0)
        said = significant(value, FIGURES)
        if measure.width(said) >= area.width() and math.isnan(value):
            said = "NaN"
        width = measure.width(said) + 1
        if self._layout.row_height < measure.cap_height or width > area.width():
            mark(painter, QRectF(zero + 4, area.center().y() - 3, 6, 6), False, colour)
            return
        left = zero - 5 - width if value < 0 else zero + 5
        left = min(max(left, area.left()), area.right() - width)
        text(painter, QRectF(left, area.top(), width, area.height()), said, colour, LEFT, measure.font)
