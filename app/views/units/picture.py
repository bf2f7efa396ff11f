"""A dense network as it is: its picture, and what is said of each part of it."""

from __future__ import annotations

import itertools
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QResizeEvent

from app.core.language import tr
from app.views.font_metrics import font_metrics
from app.views.painted import PaintedView, small_font
from app.views.prose import broken, refusal
from app.views.units.layout import UnitsLayout
from app.views.units.legend import paint_legend, paint_tag, tag_area
from app.views.units.lens import lens_area, paint_lens
from app.views.units.maps import column_images, usual_size
from app.views.units.paint import Scene, number_words, paint_network
from app.views.units.parts import Numbers, Part, fault, steady
from app.views.units.words import hidden_words, legend_words, part_words
from lab.core.events import Array, Event
from lab.core.text import Message
from lab.core.units import Units


class UnitsPicture(PaintedView):
    """The `Units` of one name. With `counts`, units, weights and biases are counted beneath the picture."""

    events: ClassVar[tuple[type[Event], ...]] = (Units,)
    interval_ms: ClassVar[int] = 100
    captioned: ClassVar[bool] = True

    def __init__(self, title: str, name: str, empty: str = "", *, counts: bool = False) -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty, self._counts = empty, counts
        self._event: Units | None = None
        self._numbers = Numbers()
        self._layout: UnitsLayout | None = None
        self._arrangement: object = None  # What the layout was made of.
        self._images: list[QImage | None] | None = None
        self._full = self._full_bias = self._scale = 0.0
        self._hovered: Part | None = None
        self._cursor: Part | None = None
        self._complaint: Message | None = None
        self._legend = QRectF()
        self.setMouseTracking(True)

    # Events.

    def keep(self, event: Event) -> None:
        """Raises ValueError for arrays that do not fit together: a fault of the experiment."""
        if not isinstance(event, Units) or event.name != self.name:
            return
        wrong = fault(event)
        if wrong:
            raise ValueError(f"the network {event.name} has {wrong}")
        self._event, self._images = event, None
        self._numbers.take(event)
        self._measure()
        self._hovered = self._hovered if self._hovered and self._hovered.within(event) else None
        self._cursor = self._cursor if self._cursor and self._cursor.within(event) else None

    def clear(self) -> None:
        self._event = self._hovered = self._cursor = self._images = self._complaint = None
        self._numbers.clear()
        self._full = self._full_bias = self._scale = 0.0
        self.update()

    def _measure(self) -> None:
        """Find the scales; they stay while what is shown fits them, so that nothing flickers."""
        assert self._event is not None
        self._full = steady(self._full, max(map(_top, self._numbers.weights), default=0.0))
        self._full_bias = steady(self._full_bias, max(map(_top, self._numbers.biases), default=0.0))
        self._scale = steady(self._scale, usual_size(self._event.maps))

    def empty(self) -> str:
        if self._event is not None and self._event.labels:
            return ""
        return self._empty or tr("Here the network will appear, with each of its units and weights.")

    def caption(self) -> str:
        if self._event is None or self._complaint is not None:
            return ""
        counts = [len(labels) for labels in self._event.labels]
        weights, biases = sum(a * b for a, b in itertools.pairwise(counts)), sum(counts[1:])
        return tr(
            "{parameters} parameters = {weights} weights + {biases} biases, in {shape}",
            shape=" → ".join(map(str, counts)),
            weights=f"{weights:,}",
            biases=f"{biases:,}",
            parameters=f"{weights + biases:,}",
        )

    def restyle(self) -> None:
        self._images = self._layout = None
        super().restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        super().resizeEvent(event)

    # What is shown.

    def arranged(self) -> UnitsLayout:
        """Return the layout, made anew only when more than numbers has changed; only while there is a network."""
        event = self._event
        assert event is not None
        area, ratio = self.content().adjusted(4, 3, -4, -2), self.devicePixelRatioF()
        pictured = tuple(maps is not None for maps in event.maps)
        arrangement = (event.labels, pictured, bool(event.points), area, ratio, self.font().key())
        if self._layout is None or arrangement != self._arrangement:
            self._layout = UnitsLayout(event, self.font(), area, ratio, numbers=self._counts)
            self._arrangement, self._images = arrangement, None
        return self._layout

    def _pictures(self) -> list[QImage | None]:
        layout, event = self.arranged(), self._event
        assert event is not None
        if self._images is None:
            ratio, columns = layout.ratio, layout.columns
            self._images = column_images(
                event.maps,
                [len(column.boxes) for column in columns],
                [round(column.pitch * ratio) for column in columns],
                round(layout.width * ratio),
                self._scale,
                ratio,
            )
        return self._images

    def current(self) -> Part | None:
        """Return the part where the keys act, while they do."""
        cursor = self._cursor
        return cursor if cursor is not None and self.hasFocus() and self.arranged().shows(cursor) else None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        layout, hovered = self.arranged(), self._hovered
        hovered = hovered if hovered is not None and layout.shows(hovered) else None
        current = self.current()
        scene = Scene(
            self._event, layout, self._numbers, self._full, self._full_bias, self._pictures(), hovered, current
        )
        paint_network(painter, scene, self.font())
        self._legend = paint_legend(painter, self, self._scale if layout.pictured else 0.0)
        if self._complaint is not None:
            measure = font_metrics(small_font(self.font()))
            line = self.caption_area()
            said = broken(self._complaint, measure, line.width() - 20, 1)
            refusal(painter, line, said, measure.font)
        for part in {current, hovered} - {None}:
            assert part is not None
            if not part.is_unit:
                said_number = number_words(self._numbers.value(part))
                place = tag_area(said_number, layout.anchor(part), area, self.font())
                paint_tag(painter, said_number, place, self.font(), part == current)
        self._paint_lens(painter, hovered or current)

    def _paint_lens(self, painter: QPainter, part: Part | None) -> None:
        assert self._event is not None
        if part is None or not part.is_unit or self._event.maps[part.column] is None:
            return
        layout = self.arranged()
        lens = lens_area(layout, part)
        if lens is not None:
            paint_lens(painter, self._event, part, lens, self._scale, layout.ratio, self.font())

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None
        layout = self.arranged()
        if self._legend.contains(point):
            return legend_words(self._full, self._full_bias, self._scale if layout.pictured else 0.0)
        hidden = layout.hidden_at(point)
        if hidden is not None:
            return hidden_words(self._event, hidden, layout.columns[hidden].hidden)
        part = layout.part_at(point)
        return "" if part is None else self.describe_part(part, point)

    def describe_part(self, part: Part, point: QPointF | None = None) -> str:
        """Say what a part is, its number exactly, and what it does; `point` is where its map is asked."""
        assert self._event is not None
        return part_words(self._event, self._numbers, part, self.arranged().box(part), point)

    # The pointer.

    def point_at(self, part: Part | None) -> None:
        """Light up what is under the pointer."""
        if part != self._hovered:
            self._hovered = part
            editable = part is not None and not part.is_unit and self._event is not None and bool(self._event.edits)
            self.setCursor(Qt.CursorShape.SizeVerCursor if editable else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)


def _top(array: Array) -> float:
    size = np.abs(array)
    return float(size.max(initial=0.0, where=np.isfinite(size)))
