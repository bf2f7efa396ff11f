"""A canvas to draw a digit on, with the mouse or a pen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core import theme
from app.core.language import tr

SIDE = 280
"""Pixels of the drawing, whatever the size of the widget."""


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen: points in drawing pixels, the pen's width, and whether it erases."""

    points: tuple[QPointF, ...]
    width: float
    erases: bool


class Canvas(QWidget):
    """Strokes on a square; `drawn` after each change, so while the pen moves too."""

    drawn = Signal()
    dropped = Signal(Path)
    """A file was let fall here."""

    def __init__(self) -> None:
        super().__init__()
        self.pen_width: float = 22
        self.erasing = False
        self._strokes: list[Stroke] = []
        self._undone: list[Stroke] = []
        self._image = _empty()
        self._moving: list[QPointF] = []
        self._picture: QImage | None = None
        self._button = Qt.MouseButton.NoButton
        self._width, self._erases = 22.0, False
        """The pen of the stroke that is being drawn: what is set meanwhile is for the next one."""
        self.setMinimumSize(QSize(180, 180))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Canvas: draw a digit with the mouse"))
        self.hint = tr("Draw a digit here, large and freely")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def drawing(self) -> NDArray[np.uint8]:
        """Return the drawing (280, 280), ink 255 on 0."""
        lines = np.frombuffer(self._image.constBits(), np.uint8).reshape(SIDE, self._image.bytesPerLine())
        return lines[:, :SIDE].copy()

    def show_picture(self, picture: QImage) -> None:
        """Show a picture in place of what was drawn, until the pen touches the canvas or everything is taken back."""
        self._strokes, self._undone, self._moving = [], [], []
        self._image = _empty()
        self._picture = picture
        self.update()

    @property
    def shows_picture(self) -> bool:
        """Whether a picture stands there in place of a drawing."""
        return self._picture is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._strokes)

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was taken back."""
        return bool(self._undone)

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._undone.append(self._strokes.pop())
            self._redraw()

    def redo(self) -> None:
        """Draw again what was taken back."""
        if self._undone:
            self._strokes.append(self._undone.pop())
            self._redraw()

    def clear(self) -> None:
        """Take everything back; undo brings nothing of it again."""
        self._strokes, self._undone, self._moving = [], [], []
        self._redraw()

    def strokes(self) -> tuple[Stroke, ...]:
        """Return what was drawn, for a page that is built anew."""
        return tuple(self._strokes)

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Draw strokes that were drawn before."""
        self._strokes, self._undone = list(strokes), []
        self._redraw()

    def colours(self) -> tuple[QColor, QColor, QColor]:
        """Return those of surface, ink and words: of the theme."""
        colours = theme.colours()
        return QColor(colours.surface), QColor(colours.text), QColor(colours.muted)

    def kept(self, stroke: Stroke) -> Stroke:
        """Return a stroke that has just ended as it is kept."""
        return stroke

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke; the right button erases. A second button in the middle of one does nothing."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and not self._moving:
            self._picture = None
            self._button = event.button()
            self._width = self.pen_width
            self._erases = self.erasing or event.button() == Qt.MouseButton.RightButton
            self._moving = [self._place(event.position())]
            self._extend(self._moving[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._moving:
            self._extend(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if self._moving and event.button() == self._button:
            self._strokes.append(self.kept(Stroke(tuple(self._moving), self._width, self._erases)))
            self._undone, self._moving = [], []
            self.drawn.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the drawing, with the square in which it is drawn."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = theme.colours()
        surface, ink, words = self.colours()
        square = self._square()
        frame = square.adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(surface)
        painter.drawRoundedRect(frame, 6, 6)
        if self._picture is None:
            painter.drawImage(square, _inked(self._image, ink))
        else:
            painter.drawImage(_fitted(self._picture, square.adjusted(6, 6, -6, -6)), self._picture)
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.border), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 6, 6)
        if not self._strokes and not self._moving and self._picture is None:
            painter.setPen(words)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(square.adjusted(20, 20, -20, -20), int(flags), self.hint)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, where the canvas was told to."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the first of the files."""
        path = next(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()
        self.dropped.emit(Path(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the strokes, which are not in pixels of the widget."""
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the drawing's own size."""
        return QSize(SIDE, SIDE)

    def _square(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _place(self, position: QPointF) -> QPointF:
        square = self._square()
        return (position - square.topLeft()) * (SIDE / square.width())

    def _extend(self, point: QPointF) -> None:
        last = self._moving[-1]
        self._moving.append(point)
        painter = QPainter(self._image)
        _draw(painter, (last, point), self._width, self._erases)
        painter.end()
        self.update()
        self.drawn.emit()

    def _redraw(self) -> None:
        self._image, self._picture = _empty(), None
        painter = QPainter(self._image)
        for stroke in self._strokes:
            _draw(painter, stroke.points, stroke.width, stroke.erases)
        if self._moving:
            _draw(painter, tuple(self._moving), self._width, self._erases)
        painter.end()
        self.update()
        self.drawn.emit()


def _fitted(picture: QImage, area: QRectF) -> QRectF:
    """Return the middle of an area, as large as the picture can be there."""
    size = QSizeF(picture.size()).scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(0, 0), size)
    place.moveCenter(area.center())
    return place


def _empty() -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    image.fill(0)
    return image


def _draw(painter: QPainter, points: tuple[QPointF, ...], width: float, erases: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(0, 0, 0) if erases else QColor(255, 255, 255)
    style, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(colour, width, style, cap, join))
    # Piece by piece, as while the pen moved: the smooth edges of the pieces overlap.
    for start, end in pairwise(points if len(points) > 1 else points * 2):
        if start == end:
            painter.drawPoint(start)
        else:
            painter.drawLine(start, end)


def _inked(image: QImage, ink: QColor) -> QImage:
    """Return the drawing as ink of a colour on nothing."""
    coloured = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    coloured.fill(ink)
    alpha = QImage(image)
    alpha.reinterpretAsFormat(QImage.Format.Format_Alpha8)
    painter = QPainter(coloured)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, alpha)
    painter.end()
    return coloured
