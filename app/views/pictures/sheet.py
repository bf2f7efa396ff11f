"""Pictures that are looked at: laid out, painted and explained."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent

from app.core import theme
from app.core.language import tr
from app.views.font_metrics import font_metrics
from app.views.painted import PaintedView, small_font
from app.views.pictures.foot import has_note, has_scale, paint_around
from app.views.pictures.marks import paint_boxes, paint_cursor, paint_labels, paint_place, paint_pointed
from app.views.pictures.picture import Layers
from app.views.pictures.scene import Scene, Spot
from app.views.pictures.words import box_words, note_words, pixel_words, scale_words, title_words
from app.views.prose import LINE, broken, either, paragraph, told
from lab.core.events import Event
from lab.core.pictures import PicturePanel, Pictures

_GAP = 3.0


class PicturesSheet(PaintedView):
    """Shows the `Pictures` of one name."""

    events: ClassVar[tuple[type[Event], ...]] = (Pictures,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here pictures will appear.")
        self._event: Pictures | None = None
        self._scene = Scene()
        self._placed = False
        self._layers = Layers()
        self._pointed: Spot | None = None
        self._cursor: Spot | None = None
        self.setMouseTracking(True)

    # Events.

    def keep(self, event: Event) -> None:
        if isinstance(event, Pictures) and event.name == self.name:
            self._event, self._placed = event, False
            self._scene.take([panel for panel in event.panels if panel.values.size])
            for kept in ("_pointed", "_cursor"):
                spot: Spot | None = getattr(self, kept)
                if spot is not None and (not self._scene.panels or self._scene.nearest(spot) != spot):
                    setattr(self, kept, None)

    def clear(self) -> None:
        self._event = self._pointed = self._cursor = None
        self._scene, self._placed = Scene(), False
        self._layers.forget()
        self.update()

    def empty(self) -> str:
        return "" if self._scene.panels else self._empty

    # Where things stand.

    def scene(self) -> Scene:
        """Return the panels in place; only while there are some."""
        if not self._placed:
            panels = self._scene.panels
            scaled, noted = any(map(has_scale, panels)), any(map(has_note, panels))
            self._scene.lay_out(self._body(), self.devicePixelRatioF(), scaled, noted)
            self._placed = True
        return self._scene

    def _body(self) -> QRectF:
        lines = len(self._note_lines())
        return self.content().adjusted(0, 0, 0, -lines * LINE - _GAP if lines else 0)

    def note_area(self) -> QRectF:
        """Return where the note of the event stands."""
        area = self.content()
        return area.adjusted(0, area.height() - len(self._note_lines()) * LINE, 0, 0)

    def _note_lines(self) -> list[str]:
        if self._event is None or not self._event.note or self.content().height() < 110:
            return []
        most = 2 if self.content().height() > 220 else 1
        return broken(self._event.note, font_metrics(small_font(self.font())), self.content().width(), most)

    def pixel_area(self, panel: int, row: int, column: int) -> QRectF:
        """Return where a pixel lies on the screen, seen or not."""
        return self.scene().frame(panel).pixel_area((row, column))

    def pixel_at(self, point: QPointF) -> Spot | None:
        """Return the panel and the (row, column) under a point; None where no pixel is seen."""
        return None if self.empty() else self.scene().spot_at(point)

    def current(self) -> Spot | None:
        """Return the pixel that is marked in all panels: the one pointed at, else the one of the keys."""
        return self._pointed or (self._cursor if self.hasFocus() else None)

    # The cursor.

    def follow_picked(self) -> None:
        """Put the cursor on the picked pixel where that has a box of its own: the keys go on from there."""
        for place, panel in enumerate(self._scene.panels):
            single = [box for box in panel.boxes if (box.height, box.width) == (1, 1)]
            if panel.picks and len(single) == 1 and self._scene.grids[place].holds((single[0].row, single[0].column)):
                self._cursor = place, (single[0].row, single[0].column)
                return

    def start(self) -> Spot:
        """Return where the keys begin: the first pixel of the first panel that picks, if there is one."""
        panels = self._scene.panels
        picking = next((place for place, panel in enumerate(panels) if panel.picks), 0)
        return self._cursor or (picking, (0, 0))

    def further(self, on: int) -> Spot:
        """Return the place of the cursor in a panel further on, or its own pixel there where no place is shared."""
        place, pixel = self.start()
        grids = self._scene.grids
        other = (place + on) % len(grids)
        shared = grids[place].shared and grids[other].shared
        return other, grids[other].pixel(grids[place].place(*pixel)) if shared else pixel

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        scene, current = self.scene(), self.current()
        ratio = self.devicePixelRatioF()
        for place, panel in enumerate(scene.panels):
            frame = scene.frame(place)
            layer = self._layers.layer(place, panel, frame, self.font())
            if layer is not None:
                painter.drawImage(layer.corner, layer.image)
                self._paint_edge(painter, frame.whole().intersected(frame.room))
            paint_boxes(painter, frame, panel.boxes)
            paint_around(painter, scene.cell(place), panel, self.font(), ratio)
        if current is not None:
            self._paint_current(painter, current)
        if self.hasFocus() and self._cursor is not None:
            paint_cursor(painter, scene.frame(self._cursor[0]), self._cursor[1])
        for place, panel in enumerate(scene.panels):
            paint_labels(painter, scene.frame(place), panel.boxes, scene.cell(place).room, self.font())
        self._layers.keep_only(len(scene.panels))
        paragraph(painter, self.note_area(), self._note_lines(), theme.colours().muted, small_font(self.font()))

    def _paint_edge(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.colours().border), 1))
        painter.drawRect(area.adjusted(-1, -1, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_current(self, painter: QPainter, current: Spot) -> None:
        scene = self._scene
        place = scene.grids[current[0]].place(*current[1])
        for other, grid in enumerate(scene.grids):
            if other == current[0]:
                paint_pointed(painter, scene.frame(other), current[1])
            elif grid.shared and scene.grids[current[0]].shared:
                paint_place(painter, scene.frame(other), place)

    # What is said.

    def describe_content(self, point: QPointF) -> str:
        scene = self.scene()
        spot = scene.spot_at(point)
        if spot is not None:
            return self.describe_pixel(spot)
        for place, panel in enumerate(scene.panels):
            cell = scene.cell(place)
            if cell.room.contains(point):
                return box_words(panel, scene.frame(place).pixel_near(point))
            if cell.title.contains(point):
                return title_words(panel)
            if cell.scale.contains(point):
                return scale_words(panel) if has_scale(panel) else ""
            if cell.note.contains(point):
                return note_words(panel)
        note = "" if self._event is None else self._event.note
        return either(note) if note and self.note_area().contains(point) else ""

    def describe_pixel(self, spot: Spot) -> str:
        """Say what a pixel is, and what can be done with it."""
        panel = self._scene.panels[spot[0]]
        return pixel_words(panel, spot[1]) + told(self.hint(panel))

    def hint(self, panel: PicturePanel) -> str:
        """Return what can be done in a panel."""
        return ""

    # Changes.

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._placed = False
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._placed = False
        self._layers.forget()
        super().restyle()
