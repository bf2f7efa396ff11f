"""The weights of a graph as a sandwich: each is a layer between two slices of bread."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.core import theme
from app.core.language import isolated, tr, words
from app.views.font_metrics import font_metrics
from app.views.numerals import exact, finite, significant
from app.views.painted import CENTRE, PaintedView, blend, readable_on, small_font, text
from app.views.prose import told
from lab.core.events import Event
from lab.core.figures import Graph, Node

_SPREADS = (4, 3, 2, 5)
"""Places in the series of the theme: butter is yellow and jam is pink, what may follow is neither."""
_LINE = 18.0
_TASTED = 1e-6
"""At a smaller loss nothing is left to change: its root, the error, is not tasted."""
_MOST = 1.2
"""The thickest layer, in that of the highest value of its slider: more than that is said in numbers."""


class SandwichView(PaintedView):
    """The weights in the `Graph` of one name, as thick as they are large; arrows say what lowers the loss."""

    events: ClassVar[tuple[type[Event], ...]] = (Graph,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title)
        self.name = name
        self._empty = empty or tr("Here the weights will lie on bread.")
        self._weights: tuple[Node, ...] = ()
        self._settled = False
        # It says little in words, and stands well beside two that say much.
        self.setMinimumWidth(100)

    def keep(self, event: Event) -> None:
        if isinstance(event, Graph) and event.name == self.name:
            self._weights = tuple(node for node in event.nodes if node.kind == "weight" and node.value is not None)
            losses = [node.value for node in event.nodes if node.kind == "loss" and node.value is not None]
            self._settled = bool(losses) and max(losses) < _TASTED

    def clear(self) -> None:
        self._weights = ()
        self.update()

    def empty(self) -> str:
        return "" if self._weights else self._empty

    def layers(self) -> list[QRectF]:
        """Return the place of each weight's layer, from the top; one that is zero or less has no thickness."""
        area = self.content()
        slice_height = self._slice_height()
        room = area.height() - 2 * slice_height - (_LINE * len(self._weights) if self._labelled() else 0.0)
        each = max(room, 0.0) / (_MOST * len(self._weights))
        heights = [each * min(max(_share(node), 0.0), _MOST) for node in self._weights]
        label = _LINE if self._labelled() else 0.0
        left, width = area.left() + 0.08 * area.width(), 0.84 * area.width()
        # The plate is below: what is spread less lets the upper slice sink.
        bottom = area.bottom() - slice_height
        places: list[QRectF] = []
        for height in reversed(heights):
            places.append(QRectF(left, bottom - height - label, width, height + label))
            bottom -= height + label
        return places[::-1]

    def _slice_height(self) -> float:
        return min(max(0.15 * self.content().height(), 10.0), 44.0)

    def _labelled(self) -> bool:
        return self.content().height() >= 110

    def paint(self, painter: QPainter, area: QRectF) -> None:
        colours, layers = theme.colours(), self.layers()
        crumb = blend(colours.series[1 if colours.dark else 4], colours.surface, 0.28)
        crust = blend(colours.series[1], colours.muted, 0.45)
        height = self._slice_height()
        painter.setPen(QPen(crust, 2))
        painter.setBrush(crumb)
        painter.drawPath(_slice(QRectF(area.left() + 2, area.bottom() - height, area.width() - 4, height - 1), False))
        painter.drawPath(_slice(QRectF(area.left() + 2, layers[0].top() - height, area.width() - 4, height - 1), True))
        for place, (node, layer) in enumerate(zip(self._weights, layers, strict=True)):
            self._paint_layer(painter, node, layer, QColor(colours.series[_SPREADS[place % len(_SPREADS)]]))

    def _paint_layer(self, painter: QPainter, node: Node, layer: QRectF, shade: QColor) -> None:
        colours = theme.colours()
        spread = _share(node) > 0
        painter.setPen(Qt.PenStyle.NoPen if spread else QPen(shade, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(shade if spread else Qt.BrushStyle.NoBrush)
        corner = min(9.0, layer.height() / 2)
        painter.drawRoundedRect(layer.adjusted(0, 1, 0, -1), corner, corner)
        if not self._labelled():
            return
        ink = readable_on(shade) if spread else QColor(colours.text)
        font = small_font(self.font(), bold=True)
        line = QRectF(layer.left() + 8, layer.center().y() - _LINE / 2, layer.width() - 16, _LINE)
        assert node.value is not None
        said = f"{words(node.label)} \u2066{significant(node.value, 4).replace('-', '−')}\u2069"
        gradient = node.gradient
        if gradient is not None and math.isfinite(gradient) and gradient and not self._settled:
            advice = tr("more") if gradient < 0 else tr("less")
            metrics = font_metrics(font)
            width, free = metrics.width(advice), line.width() - metrics.width(said)
            if free > width + 18:
                text(painter, QRectF(line.right() - width, line.top(), width, _LINE), advice, ink, CENTRE, font)
                line.setRight(line.right() - width)
            if free > 14:
                # Where there is no room for the word, the arrow alone says it.
                line.setRight(line.right() - 14)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawPolygon(_triangle(QPointF(line.right() + 6, line.center().y()), up=gradient < 0))
        text(painter, line, said, ink, CENTRE, font)

    def describe_content(self, point: QPointF) -> str:
        for node, layer in zip(self._weights, self.layers(), strict=True):
            if layer.contains(point):
                assert node.value is not None
                lines = told(isolated(words(node.label), ": ", exact(node.value)))
                if _share(node) < 0:
                    lines += told(tr("The arithmetic does not know that there is no less than nothing."))
                if node.gradient is not None:
                    lines += told(isolated(f"∂loss/∂{node.name}: ", exact(node.gradient)))
                return lines
        return ""


def _share(node: Node) -> float:
    """Return a weight as a share of the most that its slider allows; of what is no number, nothing."""
    most = node.high if node.field and node.high > 0 else 1.0
    return node.value / most if node.value is not None and finite(node.value) else 0.0


def _slice(box: QRectF, upper: bool) -> QPainterPath:
    """Return a slice of bread from the side; the upper one is domed."""
    path = QPainterPath()
    low, high = min(6.0, box.height() / 2), 0.75 * box.height() if upper else min(6.0, box.height() / 2)
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    path.moveTo(left + low, bottom)
    path.lineTo(right - low, bottom)
    path.quadTo(right, bottom, right, bottom - low)
    path.lineTo(right, top + high)
    path.quadTo(right, top, right - 1.6 * high, top)
    path.lineTo(left + 1.6 * high, top)
    path.quadTo(left, top, left, top + high)
    path.lineTo(left, bottom - low)
    path.quadTo(left, bottom, left + low, bottom)
    return path


def _triangle(middle: QPointF, *, up: bool) -> QPolygonF:
    down = -1 if up else 1
    return QPolygonF([middle + QPointF(x, y * down) for x, y in ((-4.5, -3.5), (4.5, -3.5), (0, 4.5))])
