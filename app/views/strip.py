"""The network as a strip of layers: how large, what shape, how many parameters, how much work."""

from __future__ import annotations

import math
from html import escape
from typing import Any, ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QWheelEvent,
)

from app.core import theme
from app.core.language import right_to_left, tr
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, MARGIN, RIGHT, PaintedView, blend, small_font, text
from app.views.scroll import THICK, Scroll
from app.widgets.formula import as_html
from lab.core.events import Architecture, Event, Layer

_HEIGHT = 118
_GLYPH = 38  # Height of the drawings.
_LINE = 13
_PLANES = 5
_EDGE = 36.0
"""Width of the edge behind which there is more; a click there moves on."""
_PAGE = 0.7
"""Of what is seen, so much is moved on by."""


class StripView(PaintedView):
    """Layers from left to right; a strip that is longer than the view is moved by wheel, arrows or dragging.

    Where it goes on beyond an edge, that fades behind an arrow, which moves on when it is clicked.

    Emits `selected("layer", name)`, and None when the layer is let go; where the event names a number that it `picks`,
    `selected(picks, place)` from clicks and arrows.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Architecture,)
    interval_ms: ClassVar[int] = 200

    def __init__(self, title: str) -> None:
        super().__init__(title, picks=True)
        self.setFixedHeight(_HEIGHT)
        self._layers: tuple[Layer, ...] = ()
        self._widths: list[float] = []
        self._scroll = 0.0
        self._bar = Scroll()
        self._cursor = 0
        self._picked = ""
        self._picks, self._at = "", -1
        """The number that a click sets, and its value now."""
        self._pressed: QPointF | None = None
        self._dragged = False

    def sizeHint(self) -> QSize:
        return QSize(820, _HEIGHT)

    def keep(self, event: Event) -> None:
        if isinstance(event, Architecture):
            if self._layers != event.layers:
                self._layers, self._widths = event.layers, []
            self._picks, self._at = event.picks, event.picked if event.picks else -1
            if self._picks:
                self._cursor = event.picked
                self._reveal()

    def clear(self) -> None:
        self._layers, self._widths = (), []
        self._scroll, self._cursor, self._picked, self._at = 0.0, 0, "", -1
        self.update()

    def select(self, name: str, value: Any) -> None:
        if name == "layer":
            self._picked = value or ""
            self.update()

    def empty(self) -> str:
        return "" if self._layers else tr("Here the network will appear, layer by layer.")

    def content(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, 22, -MARGIN, -5)

    def summary(self) -> str:
        """The sums over all layers."""
        return tr(
            "{parameters} parameters, {work} multiply-adds per image",
            parameters=f"{sum(layer.parameters for layer in self._layers):,}",
            work=f"{sum(layer.multiply_adds for layer in self._layers):,}",
        )

    # Where things stand. Place 0 is the input, place n the n-th layer.

    def _lines(self, place: int) -> list[str]:
        """Return the lines under a drawing; the first is its name."""
        if place == 0:
            return [tr("input"), _shape(self._layers[0].shape_in)]
        layer = self._layers[place - 1]
        lines = [layer.name, _shape(layer.shape_out)]
        if layer.parameters:
            lines.append(tr("{count} parameters", count=_short(layer.parameters)))
        elif layer.kind.lower() not in layer.name.lower():
            lines.append(layer.kind)
        return lines

    def _measure(self) -> list[float]:
        """Return the width of every place; they share what is spare, and keep what their text needs."""
        if not self._widths:
            metrics = font_metrics(small_font(self.font()))
            for place in range(len(self._layers) + 1):
                widest = max(metrics.width(line) for line in self._lines(place))
                self._widths.append(max(52.0, widest + 10))
        return self._widths

    def _lefts(self) -> list[float]:
        widths = self._measure()
        room = self.content().width()
        spare = max(room - sum(widths), 0) / len(widths)
        self._scroll = min(max(self._scroll, 0.0), max(sum(widths) - room, 0.0))
        lefts = [self.content().left() - self._scroll]
        for width in widths:
            lefts.append(lefts[-1] + width + spare)
        return lefts

    def layer_area(self, place: int) -> QRectF:
        """Return the area of a layer, 0 being the input."""
        lefts, area = self._lefts(), self.content()
        return QRectF(lefts[place], area.top(), lefts[place + 1] - lefts[place], area.height())

    def _place_at(self, point: QPointF) -> int | None:
        if not self._layers or not self.content().contains(point):
            return None
        return next((p for p in range(len(self._layers) + 1) if self.layer_area(p).contains(point)), None)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        font = small_font(self.font())
        line = QRectF(MARGIN, 2, self.width() - 2 * MARGIN, 20)
        taken = font_metrics(self.font()).width(self.title) + 24
        from_left = not right_to_left()
        line = line.adjusted(taken, 0, 0, 0) if from_left else line.adjusted(0, 0, -taken, 0)
        text(painter, line, self.summary(), theme.colours().muted, RIGHT if from_left else LEFT, font)
        painter.setClipRect(area.adjusted(-2, 0, 2, 2))
        lefts = self._lefts()
        for place in range(len(self._layers) + 1):
            box = QRectF(lefts[place], area.top(), lefts[place + 1] - lefts[place], area.height())
            if box.right() >= area.left() and box.left() <= area.right():
                self._paint_place(painter, place, box)
        for leading in (True, False):
            if self._more(leading):
                self._paint_edge(painter, leading)
        painter.setClipping(False)
        self._paint_scroll(painter, area)

    def _more(self, leading: bool) -> bool:
        """Tell whether there are layers beyond the left edge, or the right one."""
        hidden = sum(self._measure()) - self.content().width() - self._scroll
        return (self._scroll if leading else hidden) > 0.5

    def _edge(self, leading: bool) -> QRectF:
        area = self.content()
        return QRectF(area.left() - 2 if leading else area.right() + 2 - _EDGE, area.top(), _EDGE, _GLYPH + 8)

    def _edge_at(self, point: QPointF) -> bool | None:
        """Return whether the left (True) or the right edge with an arrow is under a point; None: neither."""
        return next(
            (leading for leading in (True, False) if self._more(leading) and self._edge(leading).contains(point)), None
        )

    def _paint_edge(self, painter: QPainter, leading: bool) -> None:
        """Let the strip fade away, and say with an arrow that it goes on."""
        colours, box = theme.colours(), self._edge(leading)
        whole = QRectF(box.left(), box.top(), box.width(), self.content().height())
        outer, inner = (box.left(), box.right()) if leading else (box.right(), box.left())
        fade = QLinearGradient(outer, 0, inner, 0)
        surface = QColor(colours.surface)
        clear = QColor(surface)
        clear.setAlpha(0)
        for at, colour in ((0.0, surface), (0.55, surface), (1.0, clear)):
            fade.setColorAt(at, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fade)
        painter.drawRect(whole)
        centre = QPointF(outer + (11 if leading else -11), box.top() + 3 + _GLYPH / 2)
        painter.setBrush(QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawEllipse(centre, 10, 10)
        painter.setPen(QPen(QColor(colours.text), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tip = -2.5 if leading else 2.5
        painter.drawPolyline(
            QPolygonF([centre + QPointF(-tip, -4.5), centre + QPointF(tip, 0), centre + QPointF(-tip, 4.5)])
        )

    def _paint_place(self, painter: QPainter, place: int, box: QRectF) -> None:
        colours = theme.colours()
        layer = self._layers[place - 1] if place else None
        picked = place == self._at or (layer is not None and layer.name == self._picked)
        if picked:
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.setBrush(blend(colours.accent, colours.surface, 0.1))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, 0), 5, 5)
        if self.hasFocus() and place == self._cursor:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(4, 3, -4, -2), 4, 4)
        shape = layer.shape_out if layer else self._layers[0].shape_in
        learns = layer is not None and layer.parameters > 0
        glyph = QRectF(box.left(), box.top() + 3, box.width(), _GLYPH)
        self._paint_glyph(painter, glyph, shape, colours.accent if learns else colours.muted)
        if place:
            self._paint_arrow(painter, QPointF(box.left(), glyph.center().y()))
        line = QRectF(box.left() + 2, glyph.bottom() + 4, box.width() - 4, _LINE)
        for number_of_line, words in enumerate(self._lines(place)):
            bold = small_font(self.font(), bold=number_of_line == 0)
            shade = colours.text if number_of_line == 0 else colours.muted
            text(painter, line, words, shade, CENTRE, bold)
            line.translate(0, _LINE)

    def _paint_glyph(self, painter: QPainter, area: QRectF, shape: tuple[int, ...], colour: str) -> None:
        """Paint a volume as stacked planes, a vector as a column; sizes grow with square root and logarithm."""
        surface = theme.colours().surface
        painter.setPen(QPen(QColor(colour), 1))
        centre = area.center()
        if len(shape) == 3:
            largest = max(math.sqrt(max(s[1:])) for s in self._shapes() if len(s) == 3)
            planes = min(_PLANES, 1 + round(math.log2(max(shape[0], 1)))) if shape[0] > 1 else 1
            step = 3.0
            side = _GLYPH - step * (_PLANES - 1)
            height, width = (max(5, round(side * math.sqrt(size) / largest)) for size in shape[1:])
            # Lines of one pixel are sharp where they run through the middle of pixels.
            left = math.floor(centre.x() - (width + step * (planes - 1)) / 2) + 0.5
            top = math.floor(centre.y() - (height + step * (planes - 1)) / 2) + 0.5
            for plane in range(planes):
                painter.setBrush(blend(colour, surface, 0.18 + 0.3 * plane / _PLANES))
                painter.drawRect(QRectF(left + step * plane, top + step * plane, width, height))
            return
        length = math.prod(shape)
        cells = max(1, min(9, round(1 + 2.4 * math.log10(max(length, 1)))))
        size = 4
        left = math.floor(centre.x() - 3.5) + 0.5
        top = math.floor(centre.y() - cells * size / 2) + 0.5
        for cell in range(cells):
            painter.setBrush(blend(colour, surface, 0.45))
            painter.drawRect(QRectF(left, top + cell * size, 7, size))

    def _shapes(self) -> list[tuple[int, ...]]:
        return [self._layers[0].shape_in, *(layer.shape_out for layer in self._layers)]

    def _paint_arrow(self, painter: QPainter, at: QPointF) -> None:
        colour = QColor(theme.colours().muted)
        painter.setPen(QPen(colour, 1))
        painter.drawLine(at + QPointF(-7, 0), at + QPointF(4, 0))
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([at + QPointF(8, 0), at + QPointF(3, -3), at + QPointF(3, 3)]))

    def _paint_scroll(self, painter: QPainter, area: QRectF) -> None:
        """A bar below, where the strip is longer than the view."""
        whole = sum(self._measure())
        if whole <= area.width() + 0.5:
            return
        self._bar.fit(whole, area.width())
        self._bar.offset = self._scroll
        self._bar.paint(painter, QRectF(area.left(), self.height() - THICK - 2, area.width(), THICK))

    # Answers and picks.

    def describe_content(self, point: QPointF) -> str:
        if self._layers and self._edge_at(point) is not None:
            return tr("Further layers: click, drag or turn the wheel")
        place = self._place_at(point)
        if place is None:
            return self.summary() if self._layers and point.y() < self.content().top() else ""
        if place == 0:
            return tr("input of the network, shape {shape}", shape=_shape(self._layers[0].shape_in))
        layer = self._layers[place - 1]
        # Formulas and shapes are read from the left in every language.
        maths = [f"{_shape(layer.shape_in)} → {_shape(layer.shape_out)}", *layer.arithmetic.split(";  ")]
        work = tr(
            "{parameters} parameters, {work} multiply-adds per image",
            parameters=f"{layer.parameters:,}",
            work=f"{layer.multiply_adds:,}",
        )
        direction = "rtl" if right_to_left() else "ltr"
        return "".join(
            (
                f'<div dir="{direction}"><b>{tr("{name}: {kind}", name=layer.name, kind=layer.kind)}</b></div>',
                f'<div dir="ltr" align="center">{as_html(layer.formula) if layer.formula else ""}</div>',
                *(f'<div dir="ltr">{escape(line)}</div>' for line in maths if line),
                f'<div dir="{direction}">{work}</div>',
            )
        )

    def _pick(self, place: int) -> None:
        self._cursor = place
        if self._picks:
            self.selected.emit(self._picks, place)
        elif place:
            name = self._layers[place - 1].name
            self._picked = "" if name == self._picked else name
            self.selected.emit("layer", self._picked or None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().x() - self._pressed.x()
        if self._dragged or abs(way) > 4:
            self._dragged = True
            self._scroll -= way
            self._pressed = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place, edge = self._place_at(event.position()), self._edge_at(event.position()) if self._layers else None
        if self._pressed is not None and not self._dragged and edge is not None:
            self._scroll += (-_PAGE if edge else _PAGE) * self.content().width()
            self.update()
        elif self._pressed is not None and not self._dragged and place is not None:
            self._pick(place)
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        way = event.angleDelta().x() or event.angleDelta().y()
        before = self._scroll
        self._scroll -= way / 2
        if self._layers:
            self._lefts()
        # A strip that is shown whole leaves the wheel to what it stands in.
        event.setAccepted(self._scroll != before)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._layers:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._cursor = min(max(self._cursor + (1 if key == Qt.Key.Key_Right else -1), 0), len(self._layers))
            self._reveal()
            if self._picks:
                self._pick(self._cursor)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._cursor)
        else:
            super().keyPressEvent(event)

    def _reveal(self) -> None:
        """Move the strip so that the layer of the cursor is seen."""
        box, area = self.layer_area(self._cursor), self.content()
        self._scroll += min(box.left() - area.left(), 0) + max(box.right() - area.right(), 0)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(str(size) for size in shape)


def _short(count: int) -> str:
    return f"{count:,}" if count < 100_000 else tr("{count}k", count=f"{count / 1000:,.0f}")
