"""Where the window opens: as it was left, and never beyond the screen."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

TITLE_BAR = QMargins(2, 34, 2, 2)
"""Room for the frame, which nobody knows before the window is shown: as much as the usual desktops take."""


def open_at(window: QWidget, size: list[int], place: list[int]) -> None:
    """Give a window its size and place before it is shown; an empty `place` is the middle of the main screen."""
    screen = _screen_of(place)
    if screen is not None:
        where = QPoint(*place) if place else None
        window.setGeometry(fitted(QSize(*size), where, screen.availableGeometry(), TITLE_BAR))


def fitted(size: QSize, place: QPoint | None, available: QRect, frame: QMargins) -> QRect:
    """Return the rectangle of a window, without its frame, that lies within the `available` part of a screen."""
    room = available.marginsRemoved(frame)
    rectangle = QRect(room.topLeft(), size.boundedTo(room.size()))
    if place is None:
        rectangle.moveCenter(room.center())
    else:
        rectangle.moveTo(place)
    # The leading corner last: where it does not fit to the pixel, the beginning is what must be seen.
    rectangle.moveRight(min(rectangle.right(), room.right()))
    rectangle.moveBottom(min(rectangle.bottom(), room.bottom()))
    rectangle.moveLeft(max(rectangle.left(), room.left()))
    rectangle.moveTop(max(rectangle.top(), room.top()))
    return rectangle


def _screen_of(place: list[int]) -> QScreen | None:
    """Return the screen on which a window was left, or the main one where that is gone."""
    found = QGuiApplication.screenAt(QPoint(*place)) if place else None
    return found or QGuiApplication.primaryScreen()
