"""A quantity over the plane, with contour lines, and what moves over it."""

from __future__ import annotations

import operator
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.coalesced import Coalesced
from app.views.field.aim import (
    ADD,
    ARROWS,
    ENTER,
    REMOVE,
    STEP,
    aimed,
    meant,
    moved,
    paint_brush,
    paint_cursor,
    paint_hairs,
)
from app.views.field.legend import paint_legend
from app.views.field.overlay import nearest, newest_ball, paint_overlay
from app.views.field.own import OwnPoints
from app.views.field.scene import FieldScene
from app.views.field.words import place_words
from app.views.painted import PaintedView, small_font
from app.views.plane import Plane
from app.views.still import Still
from lab.core.events import Event
from lab.core.figures import Field, Line, Link, Overlay

FOLLOW_MS = 15


class FieldView(PaintedView):
    """The `Field` of a name, with the `Overlay` of that name over it; either may come first, and change alone.

    Emits `selected(field.picks, (x, y))` while the left button is held and from the arrow keys,
    `selected(field.follows, (x, y))` while the pointer moves, and `selected("open", link)` from clicks and Enter.

    Where the field `adds` points, a click emits `selected(field.adds, text)` with one more instead of picking, and a
    right click with one less; Enter and Delete do so where the arrow keys have led.
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
        self._resting: list[object] = []
        self._still = Still()
        self._own = OwnPoints(self)
        self._own.told.connect(self.selected)
        self._own.refused.connect(self._say)
        self._halves = self.header_button(
            tr("two colours"), tr("Show only which of two answers is given, not how sure it is"), checkable=True
        )
        self._halves.toggled.connect(lambda _on: self.restyle())
        self._halves.hide()
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
                self._scene = FieldScene(event, self._halves.isChecked())
            self._offer(event.decides)
            self._own.keep(event)
            reached = event.picks or event.follows or event.links or event.adds
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if reached else Qt.FocusPolicy.NoFocus)
        elif isinstance(event, Overlay) and event.name == self.name:
            self._overlay = event
            self._picked = newest_ball(event.lines) or self._picked

    def clear(self) -> None:
        if self._scene is None or not self._scene.field.adds:  # Each point that is added may begin a run anew.
            self._picked = None
        self._scene = self._overlay = self._hovered = None
        self._own.clear()
        self._following.drop()
        self.unsetCursor()
        self.update()

    def restyle(self) -> None:
        if self._scene is not None:
            self._scene = FieldScene(self._scene.field, self._halves.isChecked())
        super().restyle()

    def empty(self) -> str:
        if self._scene is not None:
            return ""
        return self._empty or tr("Here you will see a quantity over the plane.\nPress Run to start.")

    def _offer(self, decides: bool) -> None:
        if self._halves.isHidden() == decides:
            self._halves.setVisible(decides)
            self.place_buttons()

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
        plane, lines = scene.frame.plane, self._lines()
        painter.drawPixmap(0, 0, scene.picture(self.size(), self.devicePixelRatioF(), font))
        painter.save()
        painter.setClipRect(plane.area)
        if self.hasFocus() and self._picked is not None and not scene.field.links:
            paint_hairs(painter, plane, self._picked)
        painter.restore()
        if self._rests():
            # Only a ball moves: all else is painted once.
            size, ratio = self.size(), self.devicePixelRatioF()
            painter.drawPixmap(0, 0, self._still.picture(size, ratio, self._resting, self._paint_resting))
            lines = tuple(line for line in lines if line.style == "ball")
        else:
            paint_legend(painter, area.topLeft(), area.width(), scene.legend, font)
        painter.save()
        painter.setClipRect(plane.area)
        if self._overlay is not None:
            paint_overlay(painter, plane, lines, self._overlay.arrows, font, scene.shading, scene.field.scale)
        if self.hasFocus() and self._picked is not None and scene.field.adds:
            paint_brush(painter, plane, self._picked, scene.field.brush)
        painter.restore()
        if scene.field.links:
            if self._hovered is not None:
                paint_cursor(painter, scene.cell_area(*self._hovered), Qt.PenStyle.SolidLine)
            if self.hasFocus():
                paint_cursor(painter, scene.cell_area(*self._cursor), Qt.PenStyle.DotLine)

    def _rests(self) -> bool:
        """Tell whether what lies over the field, but for balls, is the very same as it was the last time."""
        scene, overlay = self._laid_out(), self._overlay
        if overlay is None or overlay.arrows:
            return False
        parts = [
            part for line in overlay.lines for part in ((line.label, line.colour) if line.style == "ball" else (line,))
        ]
        made_of: list[object] = [scene, scene.frame, *parts]
        same = len(made_of) == len(self._resting) and all(map(operator.is_, made_of, self._resting))
        self._resting = made_of
        return same

    def _paint_resting(self, painter: QPainter) -> None:
        scene, area, font = self._laid_out(), self.content(), small_font(self.font())
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        paint_legend(painter, area.topLeft(), area.width(), scene.legend, font)
        painter.setClipRect(scene.frame.plane.area)
        lines = [line for line in self._lines() if line.style != "ball"]
        paint_overlay(painter, scene.frame.plane, lines, (), font, scene.shading, scene.field.scale)

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        scene, lines = self._laid_out(), self._lines()
        plane = scene.frame.plane
        near = plane.area.adjusted(-4, -4, 4, 4).contains(point)
        found = nearest(plane, lines, point) if near else None
        return place_words(scene.field, lines, found, scene.cell_at(point), self._link_at(point) is not None)

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        scene, point = self._laid_out(), event.position()
        inside = scene.frame.plane.area.contains(point)
        if event.button() == Qt.MouseButton.RightButton and scene.field.adds and inside:
            self._own.remove(scene.field, scene.frame.plane, point)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        link = self._link_at(point)
        if link is not None:
            self._cursor = scene.cell_at(point) or self._cursor
            self.update()
            self.selected.emit("open", link)
        elif scene.field.adds and inside:
            self._aim(*scene.frame.plane.values_at(point))
            self._own.add(scene.field, scene.frame.plane, *aimed(scene.frame.plane, self._picked))
        elif scene.field.picks and inside:
            self._pick(*scene.frame.plane.values_at(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        scene, point = self._laid_out(), event.position()
        plane = scene.frame.plane
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(point)
        elif scene.field.picks and not scene.field.links and not scene.field.adds:
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
        elif cell is not None and (field.picks or field.follows or field.adds):
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
        field = self._scene.field
        self._aim(x, y)
        name = field.follows if field.adds else field.picks or field.follows
        if name:
            self._tell((name, self._picked))

    def _aim(self, x: float, y: float) -> None:
        self._picked = meant(self.plane(), x, y)
        self.update()

    def _say(self, point: QPointF, sentence: str) -> None:
        QToolTip.showText(self.mapToGlobal(point.toPoint() + QPoint(8, 4)), sentence, self)

    def _tell(self, told: tuple[str, Any]) -> None:
        self.selected.emit(*told)

    # The keyboard.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        field = None if self._scene is None else self._scene.field
        step = ARROWS.get(event.key())
        if field is not None and step is not None and field.links:
            self._move_cursor(step)
        elif field is not None and step is not None and (field.picks or field.follows or field.adds):
            self._move_picked(step, 10 * STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP)
        elif field is not None and field.adds and not field.links and event.key() in (*ADD, *REMOVE):
            plane = self.plane()
            x, y = aimed(plane, self._picked)
            if event.key() in ADD:
                self._aim(x, y)
                self._own.add(field, plane, x, y)
            else:
                self._own.remove(field, plane, plane.place(x, y))
        elif field is not None and field.links and event.key() in ENTER:
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
        self._say(point, self.describe_content(point))

    def _move_picked(self, step: tuple[int, int], by: float) -> None:
        """Move the picked point on."""
        plane = self.plane()
        self._pick(*moved(plane, aimed(plane, self._picked), step[0] * by, step[1] * by))
