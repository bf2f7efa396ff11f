"""Living and dead cells, which can be drawn on."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.cells.board import Board, line_between
from app.views.cells.picture import board_image, paint_board, paint_cursor, paint_marks
from app.views.cells.words import cell_words, neighbourhood
from app.views.painted import PaintedView
from app.views.prose import told
from lab.core.events import Array, Event
from lab.core.figures import Cells

_NOTCH = 120  # What Qt calls one notch of a wheel.
_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_ZOOMS: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}

Place = tuple[int, int]


class CellsView(PaintedView):
    """The `Cells` of one name.

    Drawing emits `selected("edits", edits)` with all edits since the last `clear`, each (row, column, 0 or 1), and
    shows them at once. The cell under the pointer, or under the cursor of the arrow keys, is told as
    `selected("cell", (row, column))`.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Cells,)
    interval_ms: ClassVar[int] = 16
    captioned = True

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty
        self._event: Cells | None = None
        self._alive: Array = np.zeros((0, 0), np.uint8)
        self._drawn: Array | None = None  # What was drawn on this generation, -1 where nothing was.
        self._edits: list[tuple[int, int, int]] = []
        self._image: tuple[float, tuple[QImage, float]] | None = None
        self._board = Board()
        self._hovered: Place | None = None
        self._cursor = (0, 0)
        self._pen: tuple[Place, int] | None = None  # Where the last cell was drawn, and with what.
        self._held: QPointF | None = None  # Where the board is held that is being moved.
        self._turned = 0
        self._all = self.header_button(tr("all"), tr("Show all cells again (key 0)"))
        self._all.clicked.connect(self.show_all)
        self._all.hide()
        self.setMouseTracking(True)

    @property
    def alive(self) -> Array:
        """The cells (H, W) as they are shown, with what was drawn on them."""
        return self._alive

    # Events.

    def keep(self, event: Event) -> None:
        if not isinstance(event, Cells) or event.name != self.name:
            return
        before = self._event
        same = before is not None and before.alive.shape == event.alive.shape
        if not same:
            self._hovered, self._cursor, self._pen = None, (0, 0), None
        if not same or before is None or before.generation != event.generation:
            self._drawn = None
        self._event, self._image = event, None
        self._alive = np.asarray(event.alive, dtype=np.uint8)
        if self._drawn is not None:
            # The experiment may not know yet all that was drawn.
            self._alive = np.where(self._drawn < 0, self._alive, self._drawn).astype(np.uint8)

    def clear(self) -> None:
        self._event = self._drawn = self._image = self._hovered = self._pen = self._held = None
        self._alive = np.zeros((0, 0), np.uint8)
        self._edits = []
        self._cursor = (0, 0)
        self.show_all()

    def restyle(self) -> None:
        self._image = None
        super().restyle()

    def empty(self) -> str:
        if self._alive.size:
            return ""
        return self._empty or tr("Here cells will live and die.\nPress Run to start, then draw on them.")

    def caption(self) -> str:
        if self._event is None:
            return ""
        return tr(
            "generation {generation}: {alive} of {total} cells live",
            generation=f"{self._event.generation:,}",
            alive=f"{int(np.count_nonzero(self._alive)):,}",
            total=f"{self._alive.size:,}",
        )

    # Where things stand.

    def board(self) -> Board:
        """Return where the cells lie; only while there are some."""
        height, width = self._alive.shape
        self._board.place(height, width, self.content().adjusted(1, 2, -1, -1), self.devicePixelRatioF())
        return self._board

    def show_all(self) -> None:
        """Show all cells again."""
        self._board.show_all()
        self._moved()

    def _moved(self) -> None:
        """Paint the board where it is now, with the button that shows all of it where that is needed."""
        if self._all.isHidden() == self._board.zoomed:
            if self._all.hasFocus():
                self.setFocus()
            self._all.setVisible(self._board.zoomed)
            self.place_buttons()
        self.update()

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        board = self.board()
        key = 1 if board.even else board.pixels
        if self._image is None or self._image[0] != key:
            self._image = key, board_image(self._alive, board)
        paint_board(painter, board, *self._image[1], self._event.wraps)
        if self._hovered is not None:
            around = neighbourhood(*self._hovered, self._alive.shape, self._event.wraps)
            paint_marks(painter, board, self._hovered, around)
        if self.hasFocus():
            paint_cursor(painter, board, self._cursor)

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        cell = self.board().cell_at(point)
        return "" if cell is None else self._words(*cell)

    def _words(self, row: int, column: int) -> str:
        assert self._event is not None
        hint = told(tr("Left button draws, right button moves, wheel zooms"))
        return cell_words(self._alive, row, column, self._event.wraps) + hint

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        cell = self.board().cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._cursor = cell
            value = 1 - int(self._alive[cell])
            self._pen = cell, value
            self._draw([(*cell, value)])
        elif event.button() == Qt.MouseButton.RightButton:
            self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        point = event.position()
        if self._held is not None:
            self._board.pan(point - self._held)
            self._held = point
            self.update()
        elif self._pen is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._draw_to(self.board().cell_near(point))
        self._hover(self.board().cell_at(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pen = None
        elif event.button() == Qt.MouseButton.RightButton:
            self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        # Fine wheels and touch pads turn by parts of a notch.
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        self._zoom(event.position(), steps)
        self._hover(self.board().cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.update()

    def _hover(self, cell: Place | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            if cell is not None:
                self.selected.emit("cell", cell)

    def _zoom(self, point: QPointF, steps: int) -> None:
        if steps:
            self.board().zoom(point, steps)
            self._moved()

    def _draw_to(self, cell: Place) -> None:
        """Draw on from the last cell, also where the pointer has jumped over some."""
        assert self._pen is not None
        last, value = self._pen
        self._pen = cell, value
        height, width = self._alive.shape
        passed = (place for place in line_between(last, cell) if 0 <= place[0] < height and 0 <= place[1] < width)
        self._draw([(*place, value) for place in passed])

    def _draw(self, edits: list[tuple[int, int, int]]) -> None:
        """Show edits at once, and tell the experiment all that there ever were."""
        if not edits:
            return
        if self._drawn is None:
            self._drawn = np.full(self._alive.shape, -1, np.int8)
            self._alive = self._alive.copy()  # What an event holds is never changed.
        rows, columns, values = zip(*edits, strict=True)
        self._alive[rows, columns] = self._drawn[rows, columns] = values
        self._edits.extend(edits)
        self._image = None
        self.update()
        self.selected.emit("edits", tuple(self._edits))

    # The keyboard.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, zoom = _STEPS.get(event.key()), _ZOOMS.get(event.key())
        if self.empty():
            super().keyPressEvent(event)
        elif step is not None:
            self._move_cursor(self._cursor[0] + step[0], self._cursor[1] + step[1])
        elif zoom is not None:
            self._zoom(self.board().cell_area(*self._cursor).center(), zoom)
        elif event.key() == Qt.Key.Key_0:
            self.show_all()
        elif event.key() == Qt.Key.Key_Space:
            self._draw([(*self._cursor, 1 - int(self._alive[self._cursor]))])
        else:
            super().keyPressEvent(event)

    def _move_cursor(self, row: int, column: int) -> None:
        """Move the cursor, and say what is there, as the pointer would."""
        height, width = self._alive.shape
        cell = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        if cell == self._cursor:
            return
        self._cursor = cell
        board = self.board()
        board.reveal(*cell)
        self.update()
        place = self.mapToGlobal(board.cell_area(*cell).center().toPoint() + QPoint(12, 8))
        QToolTip.showText(place, self._words(*cell), self)
        self.selected.emit("cell", cell)
