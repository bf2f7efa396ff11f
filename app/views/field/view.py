"""A quantity over the plane, with contour lines, and what moves over it."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from app import theme
from app.language import tr
from app.views.coalesced import Coalesced
from app.views.field.legend import paint_legend
from app.views.field.overlay import nearest, newest_ball, paint_overlay
from app.views.field.scene import FieldScene
from app.views.field.words import cell_words, point_words
from app.views.painted import PaintedView, small_font
from app.views.plane import Plane
from app.views.prose import told
from app.views.ticks import rounded
from lab.events import Event
from lab.figures import Field, Line, Link, Overlay

FOLLOW_MS = 15
_STEP = 0.01
_FINE = 1e-4
"""Of the range: what a hand can tell apart, and less."""
"""What an arrow key moves the picked point by, as a fraction of the range; with Shift ten times that."""
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}


class FieldView(PaintedView):
    """The `Field` of a name, with the `Overlay` of that name over it; either may come first, and change alone.

    Emits `selected(field.picks, (x, y))` while the left button is held and from the arrow keys,
    `selected(field.follows, (x, y))` while the pointer moves, and `selected("open", link)` from clicks and Enter.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Field, Overlay)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title)
        self.name = name
        self._empty = empty
        self._scene: FieldScene | None = None
        self._overlay: Overlay | None = None
        self._cursor = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self._picked: tuple[float, float] | None = None
        self._following = Coalesced(self, FOLLOW_MS)
        self._following.delivered.connect(self._tell)
        self.setMouseTracking(True)

    # Events.

    def keep(self, event: Event) -> None:
        if isinstance(event, Field) and event.name == self.name:
            if not event.values.size:
                self._scene = None
                return
            if self._scene is None or self._scene.field.values.shape != event.values.shape:
                self._cursor, self._hovered = (0, 0), None
            if self._scene is None or self._scene.field is not event:
                self._scene = FieldScene(event)
            reached = event.picks or event.follows or event.links
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if reached else Qt.FocusPolicy.NoFocus)
        elif isinstance(event, Overlay) and event.name == self.name:
            self._overlay = event
            self._picked = newest_ball(event.lines) or self._picked

    def clear(self) -> None:
        self._scene = self._overlay = self._picked = self._hovered = None
        self._following.drop()
        self.unsetCursor()
        self.update()

    def restyle(self) -> None:
        if self._scene is not None:
            self._scene = FieldScene(self._scene.field)
        super().restyle()

    def empty(self) -> str:
        if self._scene is not None:
            return ""
        return self._empty or tr("Here you will see a quantity over the plane.\nPress Run to start.")

    # Where things stand.

    def plane(self) -> Plane:
        """Return the axes and where they stand; only while there is something to show."""
        return self._laid_out().frame.plane

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a value is painted, row 0 being the lowest."""
        return self._laid_out().cell_area(row, column)

    def _laid_out(self) -> FieldScene:
        assert self._scene is not None
        self._scene.lay_out(self.content(), self._lines(), small_font(self.font()))
        return self._scene

    def _lines(self) -> tuple[Line, ...]:
        return () if self._overlay is None else self._overlay.lines

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        scene = self._laid_out()
        font = small_font(self.font())
        plane = scene.frame.plane
        painter.drawPixmap(0, 0, scene.picture(self.size(), self.devicePixelRatioF(), font))
        paint_legend(painter, area.topLeft(), area.width(), scene.legend, font)
        painter.save()
        painter.setClipRect(plane.area)
        if self.hasFocus() and self._picked is not None and not scene.field.links:
            _paint_hairs(painter, plane, self._picked)
        if self._overlay is not None:
            paint_overlay(painter, plane, self._overlay.lines, self._overlay.arrows, font)
        painter.restore()
        if scene.field.links:
            if self._hovered is not None:
                _paint_cursor(painter, scene.cell_area(*self._hovered), Qt.PenStyle.SolidLine)
            if self.hasFocus():
                _paint_cursor(painter, scene.cell_area(*self._cursor), Qt.PenStyle.DotLine)

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        scene = self._laid_out()
        plane = scene.frame.plane
        said = []
        found = nearest(plane, self._lines(), point)
        if found is not None and plane.area.adjusted(-4, -4, 4, 4).contains(point):
            said.append(point_words(scene.field, *found))
        cell = scene.cell_at(point)
        if cell is not None:
            said.append(cell_words(scene.field, *cell))
        if said and self._link_at(point) is not None:
            said.append(told(tr("Click to open it")))
        elif said and scene.field.picks:
            said.append(told(tr("Click or drag to move it here")))
        return "".join(said)

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        scene, point = self._laid_out(), event.position()
        link = self._link_at(point)
        if link is not None:
            self._cursor = scene.cell_at(point) or self._cursor
            self.update()
            self.selected.emit("open", link)
        elif scene.field.picks and scene.frame.plane.area.contains(point):
            self._pick(*scene.frame.plane.values_at(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        scene, point = self._laid_out(), event.position()
        plane = scene.frame.plane
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(point)
        elif scene.field.picks and not scene.field.links:
            self._pick(*plane.values_at(point))
        if scene.field.follows and plane.area.contains(point):
            self._following.put((scene.field.follows, plane.values_at(point)))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._following.flush()

    def _hover(self, point: QPointF) -> None:
        assert self._scene is not None
        cell, field = self._scene.cell_at(point), self._scene.field
        if cell != self._hovered:
            self._hovered = cell
            if field.links:
                self.update()
        shape = Qt.CursorShape.ArrowCursor
        if self._link_at(point) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif cell is not None and (field.picks or field.follows):
            shape = Qt.CursorShape.CrossCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _link_at(self, point: QPointF) -> Link | None:
        """Return what a click on a point opens: a point of a line, or a cell."""
        scene = self._laid_out()
        linked = [line for line in self._lines() if line.links]
        found = nearest(scene.frame.plane, linked, point)
        if found is not None and found[1] < len(found[0].links):
            return found[0].links[found[1]]
        cell = scene.cell_at(point)
        return None if cell is None else self._link_of(cell)

    def _link_of(self, cell: tuple[int, int]) -> Link | None:
        assert self._scene is not None
        field = self._scene.field
        place = cell[0] * field.values.shape[1] + cell[1]
        return field.links[place] if place < len(field.links) else None

    def _pick(self, x: float, y: float) -> None:
        assert self._scene is not None
        field, plane = self._scene.field, self.plane()
        # No more digits than the hand can mean.
        x, y = (
            span.clamped(rounded(value, span.value(min(1.0, at + _FINE)) - span.value(max(0.0, at - _FINE))))
            for span, value, at in ((plane.x, x, plane.x.fraction(x)), (plane.y, y, plane.y.fraction(y)))
        )
        self._picked = x, y
        self.update()
        self._tell((field.picks or field.follows, (x, y)))

    def _tell(self, told: tuple[str, Any]) -> None:
        self.selected.emit(*told)

    # The keyboard.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        field = None if self._scene is None else self._scene.field
        step = _ARROWS.get(event.key())
        if field is not None and step is not None and field.links:
            self._move_cursor(step)
        elif field is not None and step is not None and (field.picks or field.follows):
            self._move_picked(step, 10 * _STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP)
        elif field is not None and field.links and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            link = self._link_of(self._cursor)
            if link is not None:
                self.selected.emit("open", link)
        else:
            super().keyPressEvent(event)

    def _move_cursor(self, step: tuple[int, int]) -> None:
        """Move the cursor of cells, and say where it is, as the pointer would."""
        scene = self._laid_out()
        height, width = scene.field.values.shape
        row, column = self._cursor[0] + step[1], self._cursor[1] + step[0]
        self._cursor = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        self.update()
        point = scene.cell_area(*self._cursor).center()
        QToolTip.showText(self.mapToGlobal(point.toPoint() + QPoint(8, 4)), self.describe_content(point), self)

    def _move_picked(self, step: tuple[int, int], by: float) -> None:
        """Move the picked point on, from the middle where there is none yet."""
        plane = self.plane()
        across = up = 0.5
        if self._picked is not None:
            across = plane.x.fraction(plane.x.clamped(self._picked[0]))
            up = plane.y.fraction(plane.y.clamped(self._picked[1]))
        across, up = min(max(across + step[0] * by, 0.0), 1.0), min(max(up + step[1] * by, 0.0), 1.0)
        self._pick(plane.x.value(across), plane.y.value(up))


def _paint_hairs(painter: QPainter, plane: Plane, picked: tuple[float, float]) -> None:
    """Mark what the arrow keys move."""
    point, area = plane.place(plane.x.clamped(picked[0]), plane.y.clamped(picked[1])), plane.area
    colours = theme.colours()
    for colour, style in ((colours.surface, Qt.PenStyle.SolidLine), (colours.text, Qt.PenStyle.DotLine)):
        painter.setPen(QPen(QColor(colour), 1, style))
        painter.drawLine(QPointF(area.left(), point.y()), QPointF(area.right(), point.y()))
        painter.drawLine(QPointF(point.x(), area.top()), QPointF(point.x(), area.bottom()))


def _paint_cursor(painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.colours().surface), 3))
    painter.drawRect(box)
    painter.setPen(QPen(QColor(theme.colours().text), 1.5, style))
    painter.drawRect(box)
