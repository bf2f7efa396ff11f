"""Quantities of the same few things side by side, as lying bars; some can be dragged."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr, words
from app.views.columns.balance import moved
from app.views.columns.layout import BarsLayout
from app.views.columns.picture import BarsPicture
from app.views.columns.words import explained
from app.views.painted import PaintedView
from app.views.prose import either, told
from lab.core.events import Event
from lab.core.figures import Bars

Values = tuple[float, ...]


class BarsView(PaintedView):
    """The `Bars` of one name.

    A panel with a `field` can be dragged, or changed by keys: `selected(field, values)` with all its K values.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Bars,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here bars will appear.")
        self._event: Bars | None = None
        self._newest: Bars | None = None  # As it came; what is shown may keep an older scale for a while.
        self._layout: BarsLayout | None = None
        self._cursor: tuple[int, int] | None = None  # Panel and row; None before anything was picked.
        self._hovered: tuple[int, int] | None = None
        self._dragged: tuple[int, int] | None = None
        self._before: Values = ()  # All values when the drag began: the others keep their proportions to these.
        self._wished: dict[str, Values] = {}  # What was set here, until an event confirms it.
        self.setMouseTracking(True)

    def keep(self, event: Event) -> None:
        if isinstance(event, Bars) and event.name == self.name:
            self._newest = event
            self._event, self._layout = self._held(event), None
            if self._dragged is not None and not self._holds(event, *self._dragged):
                self._dragged = None
            # While something is dragged, events that are older than the newest wish would pull it back.
            said = {panel.field: tuple(map(float, panel.values)) for panel in event.panels}
            late = self._wished.items() if self._dragged is not None else ()
            self._wished = {field: wish for field, wish in late if said.get(field) != wish}

    def _held(self, event: Bars) -> Bars:
        """Return the event with the scale of the panel that is dragged as it was: it must not slip from the hand."""
        if self._dragged is None or self._event is None or not self._holds(event, *self._dragged):
            return event
        place = self._dragged[0]
        panels, before = list(event.panels), self._event.panels[place]
        panels[place] = replace(panels[place], low=before.low, high=before.high)
        return replace(event, panels=tuple(panels))

    @staticmethod
    def _holds(event: Bars, panel: int, row: int) -> bool:
        return panel < len(event.panels) and row < len(event.labels) and bool(event.panels[panel].field)

    def clear(self) -> None:
        self._event = self._newest = self._layout = self._cursor = self._hovered = self._dragged = None
        self._wished = {}
        self.update()

    def empty(self) -> str:
        return "" if self._event is not None and self._event.labels and self._event.panels else self._empty

    # What is shown.

    def values(self, panel: int) -> Values:
        """Return the values of a panel as they are on the screen, (K,); NaN where it has none."""
        assert self._event is not None
        shown = self._event.panels[panel]
        own = self._wished.get(shown.field) or tuple(map(float, shown.values))
        return (own + (math.nan,) * len(self._event.labels))[: len(self._event.labels)]

    def _arranged(self) -> BarsLayout:
        assert self._event is not None
        if self._layout is None:
            self._layout = BarsLayout(self._event, self.font(), self.content())
        return self._layout

    def bar_end(self, panel: int, row: int) -> QPointF:
        """Return where a bar ends, in the middle of its row; dragging begins there."""
        layout, value = self._arranged(), self.values(panel)[row]
        track = layout.tracks[panel]
        x = track.x(value if math.isfinite(value) else track.panel.low)
        return QPointF(x, layout.row_area(panel, row).center().y())

    def row_area(self, panel: int, row: int) -> QRectF:
        """Return the part of a panel that belongs to a row."""
        return self._arranged().row_area(panel, row)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        values = [self.values(panel) for panel in range(len(self._event.panels))]
        cursor = self._focused() if self.hasFocus() else None
        BarsPicture(self._arranged(), values, self._dragged or self._hovered, cursor).paint(painter)

    def describe_cell(self, panel: int, row: int) -> str:
        """Say what a bar stands for, exactly, and where it comes from."""
        assert self._event is not None
        value, field = self.values(panel)[row], self._event.panels[panel].field
        return explained(self._event, panel, row, value, known=field not in self._wished)

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None
        layout = self._arranged()
        cell = layout.cell_at(point)
        if cell is not None:
            return self.describe_cell(*cell)
        row = layout.row_at(point.y())
        if row is not None and layout.label_area(row).contains(point):
            return told(words(self._event.labels[row]))
        for place, panel in enumerate(self._event.panels):
            if layout.title_area(place).contains(point):
                return told(words(panel.title))
            if layout.remark_area(place).contains(point):
                return either(panel.remark)
        return ""

    # Changing values.

    def _set(self, cell: tuple[int, int], value: float, before: Values) -> None:
        assert self._event is not None
        panel = self._event.panels[cell[0]]
        values = moved(before, cell[1], value, panel.low, panel.high, panel.total)
        if values != self.values(cell[0]):
            self._wished[panel.field] = values
            self.update()
            self.selected.emit(panel.field, values)

    def _movable(self, cell: tuple[int, int] | None) -> bool:
        return self._event is not None and cell is not None and bool(self._event.panels[cell[0]].field)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        return None if self.empty() else self._arranged().cell_at(point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell is None:
            return
        self._cursor = cell
        self.update()
        if self._movable(cell):
            self._dragged, self._before = cell, self.values(cell[0])
            self._set(cell, self._arranged().tracks[cell[0]].value(event.position().x()), self._before)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None and event.buttons() & Qt.MouseButton.LeftButton:
            track = self._arranged().tracks[self._dragged[0]]
            self._set(self._dragged, track.value(event.position().x()), self._before)
            return
        self._point_at(self._cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragged is not None:
            self._dragged = None
            self._event, self._layout = self._newest, None
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.setCursor(Qt.CursorShape.SizeHorCursor if self._movable(cell) else Qt.CursorShape.ArrowCursor)
            self.update()

    # Keys.

    def _focused(self) -> tuple[int, int]:
        """Return where the keys act: at first on the first panel that can be changed."""
        assert self._event is not None
        panels, rows = len(self._event.panels), len(self._event.labels)
        if self._cursor is None:
            first = next((place for place, panel in enumerate(self._event.panels) if panel.field), 0)
            return first, 0
        return min(self._cursor[0], panels - 1), min(self._cursor[1], rows - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty() or not (self._walk(event) or self._change(event)):
            super().keyPressEvent(event)

    def _walk(self, event: QKeyEvent) -> bool:
        assert self._event is not None
        panel, row = self._focused()
        across = event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self._movable((panel, row))
        match event.key():
            case Qt.Key.Key_Up:
                row -= 1
            case Qt.Key.Key_Down:
                row += 1
            case Qt.Key.Key_Left if across:
                panel -= 1
            case Qt.Key.Key_Right if across:
                panel += 1
            case _:
                return False
        panels, rows = len(self._event.panels), len(self._event.labels)
        self._cursor = min(max(panel, 0), panels - 1), min(max(row, 0), rows - 1)
        self._tell()
        return True

    def _change(self, event: QKeyEvent) -> bool:
        assert self._event is not None
        cell = self._focused()
        if not self._movable(cell):
            return False
        panel, before = self._event.panels[cell[0]], self.values(cell[0])
        step = (panel.high - panel.low) / (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 100)
        now = before[cell[1]] if math.isfinite(before[cell[1]]) else panel.low
        wishes: dict[int, float] = {
            Qt.Key.Key_Left: now - step,
            Qt.Key.Key_Right: now + step,
            Qt.Key.Key_Home: panel.low,
            Qt.Key.Key_End: panel.high,
        }
        if event.key() not in wishes:
            return False
        self._cursor = cell
        self._set(cell, wishes[event.key()], before)
        self._tell()
        return True

    def _tell(self) -> None:
        """Explain the bar that the keys act on, beside it."""
        self.update()
        panel, row = self._focused()
        below = self.row_area(panel, row).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), self.describe_cell(panel, row), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._layout = None
        super().restyle()
