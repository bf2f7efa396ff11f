"""How far something that is larger than its place is moved, along one axis, and the thin bar that shows it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QWheelEvent

from app.core import theme

THICK = 4.0
"""Of the bar, in logical pixels."""


class Scroll:
    """A length `whole` seen through a window of length `room`, from `offset` on; all in logical pixels."""

    def __init__(self) -> None:
        self.offset = self.whole = self.room = 0.0

    @property
    def needed(self) -> bool:
        """Whether it does not fit."""
        return self.whole > self.room + 0.5

    def fit(self, whole: float, room: float) -> None:
        """Take new lengths; what is in view stays there as far as possible."""
        self.whole, self.room = whole, max(room, 0.0)
        self.by(0.0)

    def by(self, way: float) -> bool:
        """Move on by `way`; return whether that was possible."""
        before = self.offset
        self.offset = min(max(before + way, 0.0), max(self.whole - self.room, 0.0))
        return self.offset != before

    def reveal(self, low: float, high: float) -> None:
        """Bring the part from `low` to `high` into view; its beginning where all of it has no room."""
        self.by(max(high - self.offset - self.room, 0.0))
        self.by(min(low - self.offset, 0.0))

    def paint(self, painter: QPainter, track: QRectF, *, mirrored: bool = False) -> None:
        """Paint a thin bar along the longer side of `track`, where it is needed."""
        if not self.needed:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        standing = track.height() > track.width()
        length = track.height() if standing else track.width()
        size = max(length * self.room / self.whole, 16.0)
        start = (length - size) * self.offset / (self.whole - self.room)
        start = length - size - start if mirrored else start
        bar = QRectF(track.left(), track.top() + start, THICK, size)
        if not standing:
            bar = QRectF(track.left() + start, track.top(), size, THICK)
        for box, colour in ((track, theme.colours().raised), (bar, theme.colours().muted)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(box, THICK / 2, THICK / 2)


def rolled(event: QWheelEvent, along: Scroll, down: Scroll, *, mirrored: bool = False) -> None:
    """Move by a turn of the wheel: down, or along with Shift or where down there is nothing more.

    What is shown whole leaves the event to what it stands in.
    """
    way = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() * 0.5
    if not way.x() and (event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not down.needed):
        way = way.transposed()
    moved = along.by(way.x() if mirrored else -way.x()) | down.by(-way.y())
    event.setAccepted(moved)
