"""A dialog to draw a picture in, which is a text of strokes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.language import isolated, say, tr
from app.widgets import canvas
from app.widgets.canvas import Canvas
from app.widgets.fields import set_property
from lab.core.params import ParamError
from lab.core.text import message
from lab.data.images import drawn

_SCALE = canvas.SIDE / drawn.SIDE
_STEP = 3.0
"""Pixels of a drawing that a point of a stroke is at least away from the one before."""


class Paper(Canvas):
    """White paper and a dark pencil, in every theme; strokes are kept as a text can say them."""

    def __init__(self) -> None:
        super().__init__()
        self.pen_width = drawn.WIDTH * _SCALE
        self.setAccessibleName(tr("Paper: draw with the mouse"))
        self.hint = tr("Draw here")

    def text(self) -> str:
        """Return the strokes as a text, in pixels of a drawing."""
        return drawn.written(tuple(tuple(_whole(point) for point in stroke.points) for stroke in self.strokes()))

    def set_text(self, text: str) -> None:
        """Draw the strokes of a text. Raises ParamError."""
        strokes = drawn.strokes_of(text)
        self.set_strokes(tuple(self._stroke(stroke) for stroke in strokes))

    def colours(self) -> tuple[QColor, QColor, QColor]:
        """Return white, the grey of the pencil, and one for words."""
        return QColor("white"), QColor(drawn.INK, drawn.INK, drawn.INK), QColor(96, 96, 96)

    def kept(self, stroke: canvas.Stroke) -> canvas.Stroke:
        """Return a stroke in whole pixels of a drawing, without points that are close together."""
        first, *others = [_whole(point) for point in stroke.points]
        points = [first]
        for x, y in others:
            if (x - points[-1][0]) ** 2 + (y - points[-1][1]) ** 2 >= _STEP**2:
                points.append((x, y))
        last = others[-1] if others else first
        if points[-1] != last:
            points.append(last)
        return self._stroke(tuple(points))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw with the left button only: nothing erases."""
        if event.button() == Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)

    def _stroke(self, points: drawn.Stroke) -> canvas.Stroke:
        return canvas.Stroke(tuple(QPointF(x, y) * _SCALE for x, y in points), self.pen_width, False)


def _whole(point: QPointF) -> drawn.Point:
    x, y = (min(drawn.SIDE - 1, max(0, round(place / _SCALE))) for place in (point.x(), point.y()))
    return x, y


class DrawingDialog(QDialog):
    """Paper with what is drawn; `changed` with its text after each stroke, and after each that is taken back.

    A text of more than `longest` characters is refused, and so is its last stroke.
    """

    changed = Signal(str)

    def __init__(self, text: str, longest: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Own drawing"))
        self.resize(470, 540)
        self._longest = longest
        self.paper = Paper()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.undo = self._button(tr("Undo"), "Ctrl+Z")
        self.redo = self._button(tr("Redo"), "Ctrl+Shift+Z")
        self.clear = self._button(tr("Clear"), "Delete")
        self.undo.clicked.connect(self.paper.undo)
        self.redo.clicked.connect(self.paper.redo)
        self.clear.clicked.connect(self.paper.clear)
        close = QPushButton(tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        for button in (self.undo, self.redo, self.clear):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.paper, 1)
        layout.addWidget(self.words)
        layout.addLayout(buttons)
        self._explain()
        try:
            self.paper.set_text(text)
        except ParamError as error:
            self._complain(say(error.called(message("Drawing"))))
        self._known = self.paper.strokes()
        self._offer()
        self.paper.drawn.connect(self._drawn)
        self.paper.setFocus()

    def _button(self, words: str, keys: str) -> QPushButton:
        button = QPushButton(words)
        button.setShortcut(keys)
        button.setToolTip(f"{words} ({keys})")
        button.setAutoDefault(False)
        return button

    def _drawn(self) -> None:
        """Tell of a stroke that is complete, and not while the pen moves."""
        strokes = self.paper.strokes()
        if strokes == self._known:
            return
        text = self.paper.text()
        if len(text) > self._longest:
            self._complain(tr("The paper is full: take something back before you draw on."))
            self.paper.undo()
            return
        self._known = strokes
        self._explain()
        self._offer()
        self.changed.emit(text)

    def _offer(self) -> None:
        self.undo.setEnabled(self.paper.can_undo)
        self.redo.setEnabled(self.paper.can_redo)
        self.clear.setEnabled(self.paper.can_undo)

    def _explain(self) -> None:
        self._say(tr("The page follows each stroke."), False)

    def _complain(self, words: str) -> None:
        self._say(isolated(words), True)

    def _say(self, words: str, bad: bool) -> None:
        self.words.setText(words)
        set_property(self.words, "bad", bad)
        set_property(self.words, "muted", not bad)
