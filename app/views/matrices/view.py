"""Matrices of which some can be changed: cell by cell, and by rows and columns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.matrices.cell_editor import CellEditor
from app.views.matrices.layout import Place
from app.views.matrices.sheet import MatrixSheet
from app.views.matrices.text import (
    CellError,
    Change,
    Rows,
    of_numbers,
    read,
    resized,
    text_of,
    typed_as,
    with_cell,
)
from app.views.matrices.words import nearest
from app.views.prose import either, told
from lab.core.figures import Matrices, Words
from lab.core.text import Message, message


class MatricesView(MatrixSheet):
    """The `Matrices` of one name. Changing an item with a `field` emits `selected(field, text)`.

    A cell is changed by a double click, F2, Enter or by typing into it; rows and columns are added and removed by the
    handles beside the matrix, or Ctrl+Plus, Ctrl+Minus, and with Shift for columns.
    """

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, name, empty)
        self._editor = CellEditor(self)
        self._editor.committed.connect(self._committed)

    def show_event(self, event: Matrices) -> None:
        before = self._cursor
        super().show_event(event)
        if self._cursor != before or not self._editable(self._cursor):
            # The cell that was being typed into is gone.
            self._editor.put_away()

    def redraw(self) -> None:
        self._place_editor()
        super().redraw()

    def clear(self) -> None:
        self._editor.put_away()
        super().clear()

    def current(self) -> Place | None:
        return None if self._editor.is_open else super().current()

    def hint(self) -> Words:
        if self._editor.is_open:
            return message("Enter or Tab keeps it, Escape leaves it as it was.")
        return super().hint()

    def describe_cell(self, place: Place) -> str:
        said = super().describe_cell(place)
        return said + (told(tr("Double click, or type, to change it.")) if self._editable(place) else "")

    def describe_content(self, point: QPointF) -> str:
        handle = self.handle_at(point)
        return either(self._handle_words(*handle)) if handle is not None else super().describe_content(point)

    def _handle_words(self, item: int, change: Change) -> Message:
        """Say what a handle does, or why it can do nothing now."""
        rows, columns = self.item(item).most
        words: dict[Change, tuple[Message, Message]] = {
            "row+": (message("Add a row (Ctrl+Plus)"), message("There can be at most {count} rows.", count=rows)),
            "row-": (message("Remove the last row (Ctrl+Minus)"), message("One row has to stay.")),
            "column+": (
                message("Add a column (Ctrl+Shift+Plus)"),
                message("There can be at most {count} columns.", count=columns)
                if columns > 1
                else message("This table has one column."),
            ),
            "column-": (message("Remove the last column (Ctrl+Shift+Minus)"), message("One column has to stay.")),
        }
        return words[change][resized(self.item(item), change) is None]

    # Changing.

    def _editable(self, place: Place) -> bool:
        return not self.empty() and bool(self.item(place[0]).field)

    def open_editor(self, place: Place, typed: str = "") -> None:
        """Let a person type into a cell, over what stands there or, with `typed`, instead of it."""
        if self._editable(place):
            self.go(place)
            QToolTip.hideText()
            row, column = self._cursor[1:]
            self._editor.begin(typed or typed_as(self.item(place[0]).rows[row][column]), select=not typed)
            self._place_editor()
            self.update()

    def _place_editor(self) -> None:
        if self._editor.is_open:
            area = self.cell_area(self._cursor).adjusted(-1, -1, 1, 1)
            wider = max(64 - area.width(), 0) / 2
            box = area.adjusted(-wider, 0, wider, 0).toRect()
            box.moveLeft(min(max(box.left(), 2), self.width() - box.width() - 2))
            self._editor.setGeometry(box)

    def _committed(self, typed: str, way: int) -> None:
        item, row, column = self._cursor
        rows = self.item(item).rows
        kept = rows[row][column]
        try:
            value = read(typed, kept, of_numbers(self.item(item)))
        except CellError as error:
            self._refuse(error.message)
            return
        self._complaint = None
        if value != kept:
            self._change(item, with_cell(rows, row, column, value))
        cells = [(item, i, j) for i, line in enumerate(rows) for j in range(len(line))]
        following = cells.index((item, row, column)) + way
        if (
            way
            and 0 <= following < len(cells)
            and self._event is not None
            and nearest(self._event, cells[following]) == cells[following]
        ):
            self.open_editor(cells[following])
        self.update()

    def _change(self, item: int, rows: Rows) -> None:
        """Show new rows at once; what follows from them comes with the next event."""
        assert self._event is not None
        items = list(self._event.items)
        items[item] = replace(items[item], rows=rows)
        self.show_event(replace(self._event, items=tuple(items)))
        self.update()
        self.selected.emit(items[item].field, text_of(rows))

    def _resize(self, item: int, change: Change) -> None:
        rows = resized(self.item(item), change)
        if rows is None:
            self._refuse(self._handle_words(item, change))
        else:
            self._complaint = None
            self._change(item, rows)

    def _refuse(self, why: Message) -> None:
        """Say why something stays as it was: beneath the matrices, and at the cell."""
        self._complaint = why
        self.update()
        below = self.cell_area(self._cursor).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), either(why), self)

    # The pointer and the keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.handle_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and handle is not None:
            self._resize(*handle)
            self.point_at(event.position())
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second of two quick clicks: on a handle it counts like the first.
        self.mousePressEvent(event)
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.open_editor(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        change, typed = _change_of(event), event.text()
        if not self._editable(self._cursor):
            super().keyPressEvent(event)
        elif change is not None:
            self._resize(self._cursor[0], change)
        elif event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_editor(self._cursor)
        elif typed.strip() and typed.isprintable() and not control:
            self.open_editor(self._cursor, typed)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        self._place_editor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_editor()


def _change_of(event: QKeyEvent) -> Change | None:
    """Return what a key does to rows or columns. On many keyboards Plus itself needs Shift, so Equal adds a row."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return None
    columns = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        return "column+" if columns else "row+"
    if event.key() in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
        return "column-" if columns else "row-"
    return None
