"""A small table, every cell of which can be asked where it comes from."""

from __future__ import annotations

from typing import ClassVar

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

from app.core.language import right_to_left, tr, words
from app.views.numerals import exact
from app.views.painted import PaintedView
from app.views.prose import either, listed, maths, told
from app.views.scroll import Scroll, rolled
from app.views.table.layout import cell_words
from app.views.table.picture import TablePicture
from lab.core.events import Event
from lab.core.figures import Cell, Table
from lab.core.text import Message


class TableView(PaintedView):
    """The `Table` of one name. Arrows move a cursor whose cell is explained; Ctrl+C copies all of it.

    Emits `selected("open", link)` from a click on a cell that has one, and from Enter.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Table,)
    interval_ms: ClassVar[int] = 50

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here a table will appear.")
        self._event: Table | None = None
        self._picture: TablePicture | None = None  # Made when it is first needed after an event.
        self._down, self._along = Scroll(), Scroll()
        self._cursor = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self._copy = self.header_button(tr("copy"), tr("Copy the table as text, columns separated by tabs (Ctrl+C)"))
        self._copy.clicked.connect(self.copy)
        self._copy.hide()
        self.setMouseTracking(True)

    def keep(self, event: Event) -> None:
        if isinstance(event, Table) and event.name == self.name:
            self._event, self._picture, self._hovered = event, None, None
            self._cursor = self._within(*self._cursor)

    def redraw(self) -> None:
        if self._copy.isHidden() != bool(self.empty()):
            self._copy.setVisible(not self.empty())
            self.place_buttons()
        self.update()

    def clear(self) -> None:
        self._event = self._picture = self._hovered = None
        self._cursor = (0, 0)
        self._down.offset = self._along.offset = 0.0
        self.redraw()

    def empty(self) -> str:
        return "" if self._event is not None and self._event.rows and self._event.columns else self._empty

    def copy(self) -> None:
        """Put the table on the clipboard, numbers exactly, columns separated by tabs."""
        if self._event is not None:
            lines = [[words(column) for column in self._event.columns]]
            lines += [[_copied(cell) for cell in row] for row in self._event.rows]
            # A tab or line break inside a cell would become one of the table.
            said = "\n".join("\t".join(" ".join(part.split()) for part in line) for line in lines)
            QGuiApplication.clipboard().setText(said)

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell stands, in view or not."""
        return self._drawn().cell_area(row, column)

    def _drawn(self) -> TablePicture:
        assert self._event is not None
        if self._picture is None:
            self._picture = TablePicture(self._event, self.font(), self.content(), self._down, self._along)
        return self._picture

    def _within(self, row: int, column: int) -> tuple[int, int]:
        assert self._event is not None
        rows, columns = len(self._event.rows), len(self._event.columns)
        return min(max(row, 0), max(rows - 1, 0)), min(max(column, 0), max(columns - 1, 0))

    def paint(self, painter: QPainter, area: QRectF) -> None:
        band = None if self._hovered is None else self._hovered[0]
        self._drawn().paint(painter, band, self._cursor if self.hasFocus() else None)

    # Answers.

    def describe_cell(self, row: int, column: int) -> str:
        """Say what a cell is, exactly, and where it comes from."""
        assert self._event is not None
        cell, title = self._drawn().cell(row, column), words(self._event.columns[column])
        first = cell_words(self._drawn().cell(row, 0))
        if column and first:
            title = listed(first, title, between=" · ")
        return told(title) + _exactly(cell) + either(cell.why)

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None
        picture = self._drawn()
        cell, header = picture.cell_at(point), picture.header_at(point)
        if cell is not None:
            return self.describe_cell(*cell)
        if header is not None:
            return told(words(self._event.columns[header]))
        return either(self._event.note) if picture.note_area.contains(point) else ""

    # The pointer and the keys.

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = None if self.empty() else self._drawn().cell_at(event.position())
        self._point_at(cell)
        linked = cell is not None and self._drawn().cell(*cell).link is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if linked else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = None if self.empty() else self._drawn().cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._cursor = cell
            self.update()
            self._open(cell)

    def _open(self, cell: tuple[int, int]) -> None:
        """Follow the link of a cell, where it has one."""
        link = self._drawn().cell(*cell).link
        if link is not None:
            self.selected.emit("open", link)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        self._drawn()
        rolled(event, self._along, self._down, mirrored=right_to_left())
        self._point_at(self._drawn().cell_at(event.position()))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty():
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self._cursor)
        elif not self._step(event.key()):
            super().keyPressEvent(event)

    def _step(self, key: int) -> bool:
        assert self._event is not None
        rows, onward = len(self._event.rows), -1 if right_to_left() else 1
        page = max(int(self._down.room / self._drawn().row_height) - 1, 1)
        steps: dict[int, tuple[int, int]] = {
            Qt.Key.Key_Left: (0, -onward),
            Qt.Key.Key_Right: (0, onward),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_PageUp: (-page, 0),
            Qt.Key.Key_PageDown: (page, 0),
            Qt.Key.Key_Home: (-rows, 0),
            Qt.Key.Key_End: (rows, 0),
        }
        if key not in steps:
            return False
        self._cursor = self._within(self._cursor[0] + steps[key][0], self._cursor[1] + steps[key][1])
        self._drawn().reveal(*self._cursor)
        self.update()
        below = self.cell_area(*self._cursor).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), self.describe_cell(*self._cursor), self)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._picture = None
        super().restyle()


def _exactly(cell: Cell) -> str:
    """Return the whole value of a cell as a line of a tooltip."""
    if cell.value is None:
        return ""
    return either(cell.value) if isinstance(cell.value, str | Message) else maths(exact(cell.value))


def _copied(cell: Cell) -> str:
    """Return the whole value of a cell as other programs read it."""
    if cell.value is None:
        return ""
    return words(cell.value) if isinstance(cell.value, str | Message) else str(cell.value)
