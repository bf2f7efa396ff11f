"""Where the keyboard is on a field, and what shows it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.views.field.overlay import paint_line
from app.views.plane import Plane
from app.views.ticks import rounded
from lab.core.figures import Line

STEP = 0.01
"""What an arrow key moves the picked point by, as a fraction of the range; with Shift ten times that."""
ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ADD, REMOVE = (*ENTER, Qt.Key.Key_Space), (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_FINE = 1e-4
"""Of the range: less than a hand can tell apart."""


def aimed(plane: Plane, picked: tuple[float, float] | None) -> tuple[float, float]:
    """Return the picked point as far as it is on the plane, the middle where there is none yet."""
    if picked is None:
        return plane.x.value(0.5), plane.y.value(0.5)
    return plane.x.clamped(picked[0]), plane.y.clamped(picked[1])


def moved(plane: Plane, point: tuple[float, float], across: float, up: float) -> tuple[float, float]:
    """Return a point moved by fractions of both ranges, and not beyond them."""
    across, up = plane.x.fraction(point[0]) + across, plane.y.fraction(point[1]) + up
    return plane.x.value(min(max(across, 0.0), 1.0)), plane.y.value(min(max(up, 0.0), 1.0))


def meant(plane: Plane, x: float, y: float) -> tuple[float, float]:
    """Return a point with no more digits than the hand can mean."""
    x, y = (
        span.clamped(rounded(value, span.value(min(1.0, at + _FINE)) - span.value(max(0.0, at - _FINE))))
        for span, value, at in ((plane.x, x, plane.x.fraction(x)), (plane.y, y, plane.y.fraction(y)))
    )
    return x, y


def paint_hairs(painter: QPainter, plane: Plane, picked: tuple[float, float]) -> None:
    """Mark what the arrow keys move."""
    point, area = plane.place(plane.x.clamped(picked[0]), plane.y.clamped(picked[1])), plane.area
    colours = theme.colours()
    for colour, style in ((colours.surface, Qt.PenStyle.SolidLine), (colours.text, Qt.PenStyle.DotLine)):
        painter.setPen(QPen(QColor(colour), 1, style))
        painter.drawLine(QPointF(area.left(), point.y()), QPointF(area.right(), point.y()))
        painter.drawLine(QPointF(point.x(), area.top()), QPointF(point.x(), area.bottom()))


def paint_brush(painter: QPainter, plane: Plane, picked: tuple[float, float], brush: int) -> None:
    """Show, half transparent, the point that would be added."""
    x, y = (np.array([value]) for value in picked)
    painter.setOpacity(0.55)
    paint_line(painter, plane.pixels(x, y), plane.area, Line("", x, y, "points", brush), marked=False)
    painter.setOpacity(1.0)


def paint_cursor(painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
    """Outline a cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.colours().surface), 3))
    painter.drawRect(box)
    painter.setPen(QPen(QColor(theme.colours().text), 1.5, style))
    painter.drawRect(box)
