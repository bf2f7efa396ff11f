"""What classes look like in views of examples: a colour, and a shape or a hatch that tells it without the colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen

from app.core import theme
from app.core.language import words
from app.views.font_metrics import font_metrics
from app.views.painted import LEFT, blend, text
from app.views.strokes import draw_markers
from lab.core.figures import Words

LINE = 16.0
"""The height of the legend."""
_SAMPLE, _GAP = 14.0, 14.0
_HATCHES = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.CrossPattern,
    Qt.BrushStyle.HorPattern,
)


def class_colour(place: int) -> QColor:
    """Return the colour of a class."""
    series = theme.colours().series
    return QColor(series[place % len(series)])


def fill(painter: QPainter, boxes: list[QRectF], place: int, *, hatched: bool) -> None:
    """Fill boxes as those of a class; with its hatch where they are large enough to show one."""
    colour = class_colour(place)
    painter.setPen(Qt.PenStyle.NoPen)
    pattern = _HATCHES[place % len(_HATCHES)]
    if not hatched or pattern is Qt.BrushStyle.SolidPattern:
        painter.setBrush(colour)
        painter.drawRects(boxes)
        return
    painter.setBrush(blend(colour.name(), theme.colours().surface, 0.55))
    painter.drawRects(boxes)
    painter.setBrush(QBrush(colour, pattern))
    painter.drawRects(boxes)


@dataclass(frozen=True)
class Entry:
    """Words of a legend, and what paints their sample into a square."""

    words: str
    sample: Callable[[QPainter, QRectF], None]


def marker_entry(said: Words, place: int, radius: float) -> Entry:
    """Return the entry of a class by its marker."""

    def paint(painter: QPainter, area: QRectF) -> None:
        draw_markers(painter, _middle(area), place, class_colour(place), radius)

    return Entry(words(said), paint)


def fill_entry(said: Words, place: int) -> Entry:
    """Return the entry of a class by its fill."""

    def paint(painter: QPainter, area: QRectF) -> None:
        fill(painter, [area.adjusted(1, 1, -1, -1)], place, hatched=True)

    return Entry(words(said), paint)


def ring_entry(said: str) -> Entry:
    """Return the entry of what has a ring."""

    def paint(painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(QColor(theme.colours().text), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(area.center(), 5.0, 5.0)

    return Entry(said, paint)


def cross_entry(said: str) -> Entry:
    """Return the entry of what has a cross."""
    return Entry(said, lambda painter, area: crosses(painter, [area.center()]))


def crosses(painter: QPainter, places: list[QPointF]) -> None:
    """Paint a small cross at each place."""
    painter.setPen(QPen(QColor(theme.colours().bad), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for at in places:
        painter.drawLine(at + QPointF(-2.8, -2.8), at + QPointF(2.8, 2.8))
        painter.drawLine(at + QPointF(-2.8, 2.8), at + QPointF(2.8, -2.8))


def paint_legend(painter: QPainter, line: QRectF, entries: list[Entry], font: QFont) -> None:
    """Paint entries beside each other, as many as have room: the pointer tells the rest."""
    metrics, colours = font_metrics(font), theme.colours()
    left = line.left()
    for entry in entries:
        width = metrics.width(entry.words) + 1
        if left + _SAMPLE + 4 + width > line.right() + 1:
            return
        entry.sample(painter, QRectF(left, line.center().y() - _SAMPLE / 2, _SAMPLE, _SAMPLE))
        text(
            painter,
            QRectF(left + _SAMPLE + 4, line.top(), width, line.height()),
            entry.words,
            colours.muted,
            LEFT,
            font,
        )
        left += _SAMPLE + 4 + width + _GAP


def _middle(area: QRectF) -> np.ndarray:
    return np.array([[area.center().x(), area.center().y()]])
