"""Drawing with the mouse, event by event."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.canvas import SIDE, Canvas
from tests.lab.strokes import Drawing

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """Return where a point of the drawing, in its 280 × 280 pixels, lies in the widget."""
    side = min(canvas.width(), canvas.height())
    left, top = (canvas.width() - side) / 2, (canvas.height() - side) / 2
    return QPoint(round(left + x * side / SIDE), round(top + y * side / SIDE))


def move(widget: QWidget, to: QPoint, held: Qt.MouseButton) -> None:
    """Move the mouse with a button held down, which QTest cannot."""
    place = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(to)),
        NONE,
        held,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def stroke(canvas: Canvas, *points: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    """Draw one stroke through points in pixels of the drawing."""
    places = [at(canvas, *point) for point in points]
    QTest.mousePress(canvas, button, pos=places[0])
    for place in places[1:]:
        move(canvas, place, button)
    QTest.mouseRelease(canvas, button, pos=places[-1])


def draw(canvas: Canvas, drawing: Drawing) -> None:
    """Draw strokes of the unit square."""
    for points in drawing:
        stroke(canvas, *((x * SIDE, y * SIDE) for x, y in points))
