"""Matrices that are looked at: each cell says where it comes from, lights up what it is made of, and can be chosen."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core import theme
from app.core.language import tr
from app.views.font_metrics import font_metrics
from app.views.matrices.layout import MatricesLayout, Place
from app.views.matrices.picture import MatricesPicture
from app.views.matrices.text import Change
from app.views.matrices.words import arithmetic, explained, filled, hint, nearest
from app.views.painted import PaintedView, small_font
from app.views.prose import CROSS, LINE, broken, either, paragraph, refusal, told
from app.views.scroll import THICK, Scroll, rolled
from lab.core.events import Event
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.text import Message

_GAP = 4.0
_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class MatrixSheet(PaintedView):
    """Shows the `Matrices` of one name; arrows move a cursor whose cell is explained. A click, a drag or the cursor on
    a cell of an item that `picks` emits `selected(picks, (row, column))`.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Matrices,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here matrices will appear.")
        self._event: Matrices | None = None
        self._layout: MatricesLayout | None = None
        self._along, self._down = Scroll(), Scroll()
        self._cursor: Place = (0, 0, 0)
        self._pointed: Place | None = None
        self._handle: tuple[int, Change] | None = None
        self._complaint: Message | None = None
        self.setMouseTracking(True)

    def keep(self, event: Event) -> None:
        if isinstance(event, Matrices) and event.name == self.name:
            self.show_event(event)

    def show_event(self, event: Matrices) -> None:
        """Take matrices, keeping the cursor where it is as far as they reach."""
        self._event, self._layout = event, None
        self._cursor = nearest(event, self._cursor)
        if self._pointed is not None and nearest(event, self._pointed) != self._pointed:
            self._pointed = None

    def clear(self) -> None:
        # The cursor stays: what comes next mostly has the same cells, and the keys go on from there.
        self._event = self._layout = self._pointed = self._handle = self._complaint = None
        self.update()

    def empty(self) -> str:
        return "" if self._event is not None and any(map(filled, self._event.items)) else self._empty

    def item(self, place: int) -> MatrixItem:
        """Return an item of what is shown."""
        assert self._event is not None
        return self._event.items[place]

    # Where things stand.

    def _arranged(self) -> MatricesLayout:
        assert self._event is not None
        if self._layout is None:
            area = self.content()
            self._lines = 1
            if area.height() > 130:
                # What can be done here is read as a whole, also in a narrow view.
                self._lines = max(
                    2, len(broken(hint(self._event), font_metrics(small_font(self.font())), area.width(), 4))
                )
            body = area.adjusted(0, 0, 0, -self._lines * LINE - _GAP)
            self._layout = MatricesLayout(self._event, self.font(), body.width(), body.height())
            bar = THICK + _GAP
            if self._layout.width > body.width():
                body.adjust(0, 0, 0, -bar)
            if self._layout.height > body.height():
                body.adjust(0, 0, -bar, 0)
            self._along.fit(self._layout.width, body.width())
            self._down.fit(self._layout.height, body.height())
            self._body = body
        return self._layout

    def body(self) -> QRectF:
        """Return where the matrices are seen."""
        self._arranged()
        return self._body

    def origin(self) -> QPointF:
        """Return where the plane of the layout begins; what fits stands in the middle."""
        layout, body = self._arranged(), self._body
        x = -self._along.offset if self._along.needed else (body.width() - layout.width) / 2
        y = -self._down.offset if self._down.needed else (body.height() - layout.height) / 2
        return QPointF(round(body.left() + x), round(body.top() + y))

    def cell_area(self, place: Place) -> QRectF:
        """Return where a cell (item, row, column) stands, in view or not."""
        return self._arranged().cell_area(place).translated(self.origin())

    def cell_at(self, point: QPointF) -> Place | None:
        """Return the cell under a point."""
        inside = not self.empty() and self.body().contains(point)
        return self._arranged().cell_at(point - self.origin()) if inside else None

    def handle_at(self, point: QPointF) -> tuple[int, Change] | None:
        """Return the handle under a point."""
        inside = not self.empty() and self.body().contains(point)
        return self._arranged().handle_at(point - self.origin()) if inside else None

    def said_area(self) -> QRectF:
        """Return where the arithmetic stands."""
        area = self.content()
        self._arranged()
        return area.adjusted(0, area.height() - self._lines * LINE, 0, 0)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        layout, body, origin = self._arranged(), self._body, self.origin()
        painter.save()
        painter.setClipRect(body.adjusted(-2, -2, 2, 2))
        painter.translate(origin)
        cursor = self._cursor if self.hasFocus() else None
        picture = MatricesPicture(layout, body.translated(-origin))
        picture.paint(painter, self.current(), cursor, self._handle)
        painter.restore()
        self._along.paint(painter, QRectF(body.left(), body.bottom() + 2, body.width(), THICK))
        self._down.paint(painter, QRectF(body.right() + 3, body.top(), THICK, body.height()))
        self._paint_said(painter, self.said_area())

    def _paint_said(self, painter: QPainter, area: QRectF) -> None:
        measure, room = self._arranged().measure, area.width()
        if self._complaint is not None:
            lines = broken(self._complaint, measure, room - CROSS, self._lines)
            refusal(painter, area, lines, measure.font)
            return
        current = self.current()
        colour = theme.colours().muted if current is None else theme.colours().text
        said = self.hint() if current is None else arithmetic(self.item(current[0]), *current[1:])
        paragraph(painter, area, broken(said, measure, room, self._lines), colour, measure.font)

    # What is said.

    def hint(self) -> Words:
        """Return what can be done, while no cell is explained."""
        assert self._event is not None
        return hint(self._event)

    def current(self) -> Place | None:
        """Return the cell that is explained: the one pointed at, else the one of the keys."""
        if self.empty():
            return None
        return self._pointed or (self._cursor if self.hasFocus() else None)

    def describe_cell(self, place: Place) -> str:
        """Say what a cell is, exactly, and where it comes from."""
        return explained(self.item(place[0]), *place[1:])

    def describe_content(self, point: QPointF) -> str:
        cell = self.cell_at(point)
        if cell is not None:
            return self.describe_cell(cell)
        assert self._event is not None
        layout, inside = self._arranged(), point - self.origin()
        for place, block in enumerate(layout.blocks):
            if layout.title_area(place).contains(inside):
                return told(block.title)
        if layout.refusal.contains(inside):
            return either(self._event.refusal)
        return ""

    # The pointer and the keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before = self._pointed
        self.point_at(event.position())
        cell, held = self._pointed, event.buttons() & Qt.MouseButton.LeftButton
        if held and cell is not None and cell != before and cell[0] == self._cursor[0] and self.item(cell[0]).picks:
            self._cursor = cell
            self.pick()

    def point_at(self, point: QPointF | None) -> None:
        """Light up what is under a point."""
        cell = None if point is None else self.cell_at(point)
        handle = None if point is None else self.handle_at(point)
        if (cell, handle) != (self._pointed, self._handle):
            self._pointed, self._handle = cell, handle
            self.setCursor(Qt.CursorShape.PointingHandCursor if handle else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._cursor, self._complaint = cell, None
            self.pick()
            self.update()

    def pick(self) -> None:
        """Tell the page of the cell under the cursor, where it is one that can be chosen."""
        item, row, column = self._cursor
        picks = self.item(item).picks
        if picks:
            self.selected.emit(picks, (row, column))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        self._arranged()
        rolled(event, self._along, self._down)
        self.point_at(event.position())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty() or event.key() not in _STEPS:
            super().keyPressEvent(event)
            return
        down, right = _STEPS[event.key()]
        item, row, column = self._cursor
        columns = len(self.item(item).rows[row])
        before = self._cursor
        if 0 <= column + right < columns:
            self.go((item, row + down, column + right))
        else:
            # On to the next matrix that has cells, whose nearest column faces this one.
            others = (
                range(item + right, len(self._event.items) if right > 0 else -1, right) if self._event else range(0)
            )
            other = next((at for at in others if filled(self.item(at))), None)
            if other is not None:
                self.go((other, row, 0 if right > 0 else len(self.item(other).rows[0]) - 1))
        if self._cursor != before:
            self.pick()

    def go(self, place: Place) -> None:
        """Put the cursor on the nearest cell, bring it into view and explain it."""
        assert self._event is not None
        self._cursor, self._complaint = nearest(self._event, place), None
        cell = self._arranged().cell_area(self._cursor)
        self._along.reveal(cell.left() - 8, cell.right() + 8)
        self._down.reveal(cell.top() - 20, cell.bottom() + 8)
        self.update()
        below = self.cell_area(self._cursor).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), self.describe_cell(self._cursor), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._layout = None
        super().restyle()
