"""A program that can be read, asked line by line, and copied."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.code.changes import Changes, changes
from app.views.code.picture import CodePicture
from app.views.painted import PaintedView
from app.views.prose import either, maths, told
from app.views.scroll import Scroll, rolled
from lab.core.code import Code, source_of
from lab.core.events import Event

LIT = "code parts"
"""The name under which codes of one page tell each other which parts are pointed at."""


class CodeView(PaintedView):
    """The `Code` of one name, from the left in every language. Lines that are new since the last text are marked.

    ↑ and ↓ move a cursor whose line is explained, with Shift they choose lines, as dragging does; Ctrl+C copies what is
    chosen, or else all. Lines about the thing that is pointed at light up in all codes of the page. The line that is
    executed now is marked, and brought into view when it changes.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Code,)
    interval_ms: ClassVar[int] = 50

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here the code will appear.")
        self._event: Code | None = None
        self._changes = Changes()
        self._picture: CodePicture | None = None  # Made when it is first needed after an event.
        self._down, self._along = Scroll(), Scroll()
        self._cursor = 0
        self._chosen_from: int | None = None
        self._parts: tuple[str, ...] = ()
        self._moved = False
        self._copy = self.header_button(tr("copy"), tr("Copy the code (Ctrl+C)"))
        self._copy.clicked.connect(self.copy)
        self._copy.hide()
        self.setMouseTracking(True)

    def keep(self, event: Event) -> None:
        if not isinstance(event, Code) or event.name != self.name:
            return
        if self._event is None or event.source != self._event.source:
            before = [] if self._event is None else [line.text for line in self._event.lines]
            self._changes = changes(before, [line.text for line in event.lines])
            self._chosen_from = None
        self._moved |= bool(event.now) and (self._event is None or event.now != self._event.now)
        self._event, self._picture = event, None
        self._cursor = min(self._cursor, max(len(event.lines) - 1, 0))

    def redraw(self) -> None:
        if self._copy.isHidden() != bool(self.empty()):
            self._copy.setVisible(not self.empty())
            self.place_buttons()
        if self._moved and not self.empty():
            now = self._about(self._event.now if self._event is not None else ())
            for line in (max(now, default=0), min(now, default=0)):
                self.drawn().reveal(line)
            self._moved = False
        self.update()

    def clear(self) -> None:
        self._event = self._picture = self._chosen_from = None
        self._changes, self._parts, self._cursor = Changes(), (), 0
        self._down.offset = self._along.offset = 0.0
        self.redraw()

    def empty(self) -> str:
        return "" if self._event is not None and self._event.lines else self._empty

    def select(self, name: str, value: Any) -> None:
        if name == LIT and value != self._parts:
            self._parts = tuple(value)
            self.update()

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        if self._event is not None:
            QGuiApplication.clipboard().setText(self._event.source)

    def copy_chosen(self) -> None:
        """Put the lines that are chosen on the clipboard, or all."""
        chosen = self._chosen()
        if self._event is not None and chosen:
            QGuiApplication.clipboard().setText(source_of(self._event.lines[chosen.start : chosen.stop]))
        else:
            self.copy()

    def drawn(self) -> CodePicture:
        """Return the picture, which knows where each line stands; only while there is a program."""
        assert self._event is not None
        if self._picture is None:
            self._picture = CodePicture(self._event, self.font(), self.content(), self._down, self._along)
        return self._picture

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        lit, now = self._about(self._parts), self._about(self._event.now)
        cursor = self._cursor if self.hasFocus() else None
        self.drawn().paint(painter, self._changes, lit, now, self._chosen(), cursor)

    def _about(self, parts: tuple[str, ...]) -> frozenset[int]:
        """Return the lines that are about one of these parts."""
        assert self._event is not None
        return frozenset(at for at, line in enumerate(self._event.lines) if set(parts).intersection(line.parts))

    def _chosen(self) -> range:
        if self._chosen_from is None:
            return range(0)
        return range(min(self._chosen_from, self._cursor), max(self._chosen_from, self._cursor) + 1)

    # Answers.

    def describe_line(self, line: int) -> str:
        """Say what a line does, and whether it is new."""
        assert self._event is not None
        shown = self._event.lines[line]
        said = either(shown.why)
        if line in self._about(self._event.now):
            said += told(tr("This is executed now."))
        if line in self._changes.new:
            said += told(tr("New since the last change."))
        if line in self._changes.gone:
            said += told(tr("Before this line something was taken away."))
        return maths(shown.text.strip()) + said if said else ""

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None
        line = self.drawn().line_at(point)
        if line is not None:
            return self.describe_line(line)
        return either(self._event.note) if self.drawn().note_area.contains(point) else ""

    # The pointer and the keys.

    def _point_at(self, line: int | None) -> None:
        """Light up what the line is about, here and elsewhere on the page."""
        parts = () if line is None or self._event is None else self._event.lines[line].parts
        if parts != self._parts:
            self._parts = parts
            self.selected.emit(LIT, parts)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._chosen_from is not None:
            self._go(self.drawn().nearest_line(event.position()))
        else:
            self._point_at(self.drawn().line_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = None if self.empty() else self.drawn().line_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if line is None:
            self._chosen_from = None
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._chosen_from = self._cursor if self._chosen_from is None else self._chosen_from
            self._go(line)
        else:
            self._cursor = self._chosen_from = line
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        self.drawn()
        rolled(event, self._along, self._down)
        self._point_at(self.drawn().line_at(event.position()))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty() or not self._act(event):
            super().keyPressEvent(event)

    def _act(self, event: QKeyEvent) -> bool:
        """Do what a key means; False if nothing."""
        assert self._event is not None
        last, key = len(self._event.lines) - 1, event.key()
        picture = self.drawn()
        page = max(int(self._down.room / picture.row_height) - 1, 1)
        steps: dict[int, int] = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -last,
            Qt.Key.Key_End: last,
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_chosen()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._chosen_from = 0
            self._cursor = last
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._along.by(4 * picture.letter * (1 if key == Qt.Key.Key_Right else -1))
        elif key == Qt.Key.Key_Escape and self._chosen_from is not None:
            self._chosen_from = None
        elif key in steps:
            extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._chosen_from = None if not extends else self._chosen_from if self._chosen() else self._cursor
            self._go(self._cursor + steps[key])
            self._explain()
        else:
            return False
        self.update()
        return True

    def _go(self, line: int) -> None:
        assert self._event is not None
        self._cursor = min(max(line, 0), len(self._event.lines) - 1)
        self.drawn().reveal(self._cursor)
        self._point_at(self._cursor)
        self.update()

    def _explain(self) -> None:
        said = self.describe_line(self._cursor)
        below = self.drawn().line_area(self._cursor).bottomLeft().toPoint()
        if said:
            QToolTip.showText(self.mapToGlobal(below), said, self)
        else:
            QToolTip.hideText()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        self._point_at(None)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._picture = None
        super().restyle()
