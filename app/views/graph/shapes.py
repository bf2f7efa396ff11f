"""The shapes of a computation graph: outlines of nodes, tags of numbers, heads of arrows."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from lab.core.figures import Flow

TIP = 0.36
"""The point of a number's tag, in its height."""
_HEAD = 9.0
"""The length of an arrowhead, in pixels, where there is room for it."""
_SAMPLES = 17


class Arrow:
    """A smooth line from `start` to `end`: a cubic curve with the control points `leaves` and `arrives`."""

    def __init__(self, start: QPointF, leaves: QPointF, arrives: QPointF, end: QPointF) -> None:
        self.start, self.leaves, self.arrives, self.end = start, leaves, arrives, end
        self.length = math.hypot(end.x() - start.x(), end.y() - start.y())
        self.head = min(_HEAD, 0.4 * self.length)
        self.level = abs(end.y() - start.y()) < 0.2 * abs(end.x() - start.x())
        self._drawn: dict[tuple[bool, float], tuple[QPainterPath, QPolygonF]] = {}

    def at(self, share: float) -> QPointF:
        """Return the point at `share` in [0, 1] of the way."""
        rest = 1 - share
        return (
            self.start * rest**3
            + self.leaves * (3 * rest**2 * share)
            + self.arrives * (3 * rest * share**2)
            + self.end * share**3
        )

    def drawn(self, backward: bool, size: float) -> tuple[QPainterPath, QPolygonF]:
        """Return the line and its head of `size` pixels: at the end, or `backward` where the line starts."""
        if (backward, size) not in self._drawn:
            start, end = self.start, self.end
            if backward:
                tip = head(start, self.leaves, size)
                start = _towards(start, self.leaves, size - 2)
            else:
                tip = head(end, self.arrives, size)
                end = _towards(end, self.arrives, size - 2)
            path = QPainterPath(start)
            path.cubicTo(self.leaves, self.arrives, end)
            self._drawn[backward, size] = path, tip
        return self._drawn[backward, size]

    def distance(self, point: QPointF) -> float:
        """Return about how far `point` is from the line, in pixels."""
        places = (self.at(place / (_SAMPLES - 1)) - point for place in range(_SAMPLES))
        return min(math.hypot(place.x(), place.y()) for place in places)


def outline(kind: str, box: QRectF) -> QPainterPath:
    """Return the shape of a kind of node: box, pill, ellipse, double box for a target, and a lozenge for a loss."""
    path = QPainterPath()
    height = box.height()
    match kind:
        case "weight":
            corner = height / 2 if height < 30 else 0.4 * height
            path.addRoundedRect(box, corner, corner)
        case "operation":
            # An ellipse with flatter sides, so that three lines have room in it.
            middle, across, down = box.center(), 0.83 * box.width() / 2, 0.83 * height / 2
            left, right = QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y())
            top, bottom = QPointF(middle.x(), box.top()), QPointF(middle.x(), box.bottom())
            x, y = QPointF(across, 0), QPointF(0, down)
            path.moveTo(left)
            path.cubicTo(left - y, top - x, top)
            path.cubicTo(top + x, right - y, right)
            path.cubicTo(right + y, bottom + x, bottom)
            path.cubicTo(bottom - x, left + y, left)
        case "loss":
            tip = min(0.32 * height, box.width() / 4)
            aside, half = QPointF(tip, 0), QPointF(0, height / 2)
            start, end = QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())
            corners = [start, start + aside - half, end - aside - half, end, end - aside + half, start + aside + half]
            path.addPolygon(QPolygonF(corners))
            path.closeSubpath()
        case _:
            corner = 2.0 if kind == "target" else min(7.0, height / 3)
            path.addRoundedRect(box, corner, corner)
    return path


def pointed(box: QRectF, flow: Flow) -> QPolygonF:
    """Return a tag that points the way a number goes: right for forward, left for backward."""
    tip, middle = TIP * box.height(), box.center().y()
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    if flow == "backward":
        places = ((left, middle), (left + tip, top), (right, top), (right, bottom), (left + tip, bottom))
    else:
        places = ((right, middle), (right - tip, top), (left, top), (left, bottom), (right - tip, bottom))
    return QPolygonF([QPointF(x, y) for x, y in places])


def head(tip: QPointF, before: QPointF, length: float) -> QPolygonF:
    """Return an arrowhead whose line comes from `before`."""
    way = tip - before
    size = math.hypot(way.x(), way.y()) or 1.0
    along = way * (length / size)
    across = QPointF(-along.y(), along.x()) * 0.55
    return QPolygonF([tip, tip - along + across, tip - along - across])


def arrow_between(source: QRectF, target: QRectF) -> Arrow:
    """Return the arrow between two shapes: from side to side, or between top and bottom within a column."""
    if target.left() > source.right():
        start = QPointF(source.right(), source.center().y())
        end = QPointF(target.left(), target.center().y())
        bend = QPointF(0.5 * (end.x() - start.x()), 0)
        return Arrow(start, start + bend, end - bend, end)
    down = target.center().y() >= source.center().y()
    if target.right() < source.left() or source == target:
        # Backwards: below both, as a loop.
        start, end = (QPointF(box.center().x(), box.bottom()) for box in (source, target))
        bend = QPointF(0, 0.35 * abs(start.x() - end.x()) + 24)
        return Arrow(start, start + bend, end + bend, end)
    start = QPointF(source.center().x(), source.bottom() if down else source.top())
    end = QPointF(target.center().x(), target.top() if down else target.bottom())
    bend = QPointF(0, 0.5 * (end.y() - start.y()))
    return Arrow(start, start + bend, end - bend, end)


def arrow_over(source: QRectF, target: QRectF, top: float) -> Arrow:
    """Return the arrow that leads over what stands between two shapes of a row, at most up to `top`."""
    start, end = (QPointF(box.center().x(), box.top()) for box in (source, target))
    # A cubic curve reaches three quarters of what its control points do.
    lift = min(0.22 * abs(end.x() - start.x()) + 10, (start.y() - top) / 0.75 - 2)
    aside = QPointF(0.12 * (end.x() - start.x()), -max(lift, 0.0))
    return Arrow(start, start + aside, end + QPointF(-aside.x(), aside.y()), end)


def _towards(point: QPointF, other: QPointF, pixels: float) -> QPointF:
    way = other - point
    length = math.hypot(way.x(), way.y())
    return point + way * (min(pixels, 0.9 * length) / length) if length else point
