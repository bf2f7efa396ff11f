"""Rows of images under each other: originals, what was done to them, and what a network made of that."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import after, tr, words
from app.views.image_rows.picture import RowsPicture
from app.views.numerals import exact
from app.views.painted import PaintedView
from app.views.scroll import Scroll, rolled
from lab.core.events import Event, ImageRows

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ImageRowsView(PaintedView):
    """The `ImageRows` of one name; what is below each other is of one example.

    A click, or Enter where the arrows have led, picks it: `selected("image", index)`. More images than have room are
    moved by the wheel and the arrows.
    """

    events: ClassVar[tuple[type[Event], ...]] = (ImageRows,)
    interval_ms: ClassVar[int] = 250

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._promise = empty
        self._event: ImageRows | None = None
        self._picked: int | None = None
        self._cursor = (0, 0)
        self._along, self._down = Scroll(), Scroll()

    def keep(self, event: Event) -> None:
        if isinstance(event, ImageRows) and event.name == self.name:
            self._event = event
            row, place = self._cursor
            self._cursor = max(min(row, len(event.rows) - 1), 0), max(min(place, event.count - 1), 0)

    def clear(self) -> None:
        self._event = self._picked = None
        self._cursor = (0, 0)
        self._along.offset = self._down.offset = 0.0
        self.update()

    def select(self, name: str, value: Any) -> None:
        if name == "image":
            self._picked = value
            self.update()

    def empty(self) -> str:
        if self._event is not None and self._event.count:
            return ""
        return self._promise or tr("Here you will see images, and below each what is made of it.\nPress Run to start.")

    def _picture(self) -> RowsPicture:
        assert self._event is not None
        ratio = self.devicePixelRatioF()
        return RowsPicture(self._event, self.font(), self.content(), ratio, self._along, self._down)

    def image_area(self, row: int, place: int) -> QRectF:
        """Return where an image is painted, in view or not."""
        return self._picture().image_area(row, place)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        self._picture().paint(painter, self._picked, self._cursor if self.hasFocus() else None)

    # Answers and picks.

    def describe_content(self, point: QPointF) -> str:
        picture = self._picture()
        found = picture.image_at(point)
        if found is None or self._event is None:
            return ""
        row, place = found
        images = self._event.rows[row][1]
        height, width = np.shape(images)[1:3]
        target = picture.image_area(row, place)
        y = int((point.y() - target.top()) / target.height() * height)
        x = int((point.x() - target.left()) / target.width() * width)
        pixel = ""
        if 0 <= y < height and 0 <= x < width:
            value = np.asarray(images[place][y, x])
            said = ", ".join(_figures(each) for each in value.ravel().tolist())
            pixel = tr("row {row}, column {column}: {value}", row=y, column=x, value=said)
        return self.describe_image(row, place, pixel)

    def describe_image(self, row: int, place: int, pixel: str = "") -> str:
        """Say which image it is, and what its `pixel` is."""
        assert self._event is not None
        said, images = self._event.rows[row]
        lines = [tr("{row}: image {index}", row=words(said), index=self._event.index(place))]
        if pixel:
            lines.append(pixel)
        if self._event.step is not None:
            lines.append(after(self._event.step))
        if np.asarray(images).dtype.kind == "f":
            low, high = (_figures(end) for end in self._event.limits)
            lines.append(tr("black is {low}, white {high}, in all rows", low=low, high=high))
        return "\n".join(lines)

    def _pick(self, row: int, place: int) -> None:
        assert self._event is not None
        self._cursor = row, place
        self._picked = self._event.index(place)
        self.update()
        self.selected.emit("image", self._picked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = None if self.empty() else self._picture().image_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self._pick(*found)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        self._picture()
        rolled(event, self._along, self._down)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._event is None or self.empty():
            super().keyPressEvent(event)
        elif event.key() in _ENTER:
            self._pick(*self._cursor)
        elif event.key() in _ARROWS:
            down, along = _ARROWS[event.key()]
            row = min(max(self._cursor[0] + down, 0), len(self._event.rows) - 1)
            place = min(max(self._cursor[1] + along, 0), max(len(self._event.rows[row][1]) - 1, 0))
            self._cursor = row, place
            self._picture().reveal(row, place)
            at = self.image_area(row, place).bottomLeft().toPoint()
            QToolTip.showText(self.mapToGlobal(at), self.describe_image(row, place), self)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)


def _figures(value: float) -> str:
    return exact(value) if isinstance(value, int) else f"{value:.6g}"
