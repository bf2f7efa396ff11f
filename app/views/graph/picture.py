"""The picture of a `Graph`: shapes for kinds of nodes, tags for numbers, arrows for what flows."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.core import theme
from app.views.graph.fit import BETWEEN, shown_parts
from app.views.graph.layout import GraphLayout
from app.views.graph.shapes import TIP, Arrow, outline, pointed
from app.views.numerals import finite
from app.views.painted import CENTRE, blend, readable_on, text
from app.views.prose import spoken
from lab.core.figures import Flow, Graph, Node

_NONE = Qt.BrushStyle.NoBrush
_LIT_WIDTH = 2.6
_MANY = 30
"""More lit arrows than this are one pixel wide: so that they stay apart, and quick."""
_DASHES = [2.6, 1.8]
"""Backward arrows are broken, in widths of the pen: so that colour is not the only difference."""


def flow_colour(flow: Flow) -> str:
    """Return the colour of a direction; of none, the colour of what rests."""
    colours = theme.colours()
    return {"forward": colours.accent, "backward": colours.bad, "": colours.muted}[flow]


class GraphPicture:
    """Paints `graph` as `layout` has it; `focus` and `pointed` are the names of nodes, or None."""

    def __init__(self, graph: Graph, layout: GraphLayout, focus: str | None, pointed: str | None) -> None:
        self._graph, self._layout, self._focus, self._pointed = graph, layout, focus, pointed
        self._colours = theme.colours()

    def paint(self, painter: QPainter) -> None:
        """Paint arrows first, nodes over them, and the words of arrows last."""
        self._paint_arrows(painter)
        for node in self._graph.nodes:
            self._paint_node(painter, node)
        self._paint_edge_labels(painter)

    # Arrows.

    def _paint_arrows(self, painter: QPainter) -> None:
        """Paint what rests as one path, which is quick only with a pen of one pixel, and what is lit over it."""
        lines = QPainterPath()
        heads, lit = [], []
        for edge in self._graph.edges:
            arrow = self._layout.arrows[edge.source, edge.target]
            if edge.flow:
                lit.append((arrow, edge.flow))
                continue
            path, tip = arrow.drawn(False, 0.8 * arrow.head)
            lines.addPath(path)
            heads.append(tip)
        resting = blend(self._colours.muted, self._colours.surface, 0.75)
        painter.setPen(QPen(resting, 1))
        painter.setBrush(_NONE)
        painter.drawPath(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(resting)
        for tip in heads:
            painter.drawPolygon(tip)
        for arrow, flow in lit:
            paint_arrow(painter, arrow, flow, width=_LIT_WIDTH if len(lit) <= _MANY else 1.0)

    def _paint_edge_labels(self, painter: QPainter) -> None:
        layout = self._layout
        taken = list(layout.shapes.values())
        for edge in self._graph.edges:
            words = spoken(edge.label)
            if not words:
                continue
            width, high = layout.fit.label_width(words) + 4, layout.fit.line
            arrow = layout.arrows[edge.source, edge.target]
            boxes = _label_boxes(arrow, width, high)
            box = next((box for box in boxes if not any(box.intersects(other) for other in taken)), None)
            if box is None:
                continue  # There is no room; the pointer tells it.
            taken.append(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colours.surface))
            painter.drawRoundedRect(box, 4, 4)
            text(painter, box, words, flow_colour(edge.flow), CENTRE, layout.fit.font)

    # Nodes.

    def _paint_node(self, painter: QPainter, node: Node) -> None:
        layout, colours = self._layout, self._colours
        shape = layout.shapes[node.name]
        if node.name == self._focus:
            ring = shape.united(layout.gauges[node.name]) if node.name in layout.gauges else shape
            painter.setPen(QPen(QColor(colours.text), 1.2, Qt.PenStyle.DotLine))
            painter.setBrush(_NONE)
            painter.drawRoundedRect(ring.adjusted(-4, -4, 4, 5), 7, 7)
        lit = QColor(flow_colour(node.flow))
        border = lit if node.flow else QColor(colours.text if node.name == self._pointed else colours.muted)
        ground = blend(flow_colour(node.flow), colours.surface, 0.17) if node.flow else QColor(colours.raised)
        painter.setPen(QPen(border, _LIT_WIDTH if node.flow else 1.0))
        painter.setBrush(ground)
        painter.drawPath(layout.outlines[node.name])
        if node.kind == "target" and min(shape.width(), shape.height()) > 24:
            painter.setBrush(_NONE)
            painter.setPen(QPen(border, 1))
            painter.drawPath(outline(node.kind, shape.adjusted(4, 3.5, -4, -3.5)))
        self._paint_texts(painter, node)
        if node.name in layout.gauges:
            self._paint_gauge(painter, node, layout.gauges[node.name])

    def _paint_texts(self, painter: QPainter, node: Node) -> None:
        layout, fit = self._layout, self._layout.fit
        inside = layout.inside(node.name)
        lines = shown_parts(fit.plan.lines, node.name in layout.learned, node.flow == "backward")
        top = inside.center().y() - len(lines) * fit.line / 2
        for parts in lines:
            line = QRectF(inside.left(), top, inside.width(), fit.line)
            top += fit.line
            if len(parts) == 2:
                self._paint_both(painter, node, line)
            elif parts[0] == "label":
                words, width = layout.label(node.name)
                painter.setFont(fit.font)
                painter.setPen(QColor(self._colours.text))
                painter.drawText(QPointF(line.center().x() - width / 2, line.center().y() + fit.cap_height / 2), words)
            else:
                self._paint_number(painter, node, parts[0], line)

    def _paint_both(self, painter: QPainter, node: Node, line: QRectF) -> None:
        if node.gradient is None:
            self._paint_number(painter, node, "value", line)
            return
        fit = self._layout.fit
        left = fit.number_width(fit.plan.widest)
        left += (line.width() - BETWEEN - left - fit.tag_width("∂ " + fit.plan.widest)) / 2
        self._paint_number(painter, node, "value", QRectF(line.left(), line.top(), left, line.height()))
        self._paint_number(painter, node, "gradient", line.adjusted(left + BETWEEN, 0, 0, 0))

    def _paint_number(self, painter: QPainter, node: Node, part: str, line: QRectF) -> None:
        """Paint a value, or a gradient in its tag that points back; what flows now has a filled tag."""
        fit, gradient = self._layout.fit, part == "gradient"
        value = node.gradient if gradient else node.value
        if value is None:
            return
        words = fit.number(value, line.width(), gradient=gradient)
        width = min(fit.tag_width(words), line.width())
        tag = QRectF(line.center().x() - width / 2, line.top() + 0.5, width, line.height() - 1)
        flow: Flow = "backward" if gradient else "forward"
        shade, ink = QColor(flow_colour(flow)), QColor(self._colours.text)
        lean = TIP * tag.height() / 4
        if node.flow == flow:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            painter.drawPolygon(pointed(tag, flow))
            ink = readable_on(shade)
        elif gradient:
            painter.setPen(QPen(shade, 1))
            painter.setBrush(QColor(self._colours.surface))
            painter.drawPolygon(pointed(tag, flow))
            ink = shade
        else:
            lean = 0.0
        painter.setFont(fit.bold)
        painter.setPen(ink if finite(value) or node.flow == flow else QColor(self._colours.muted))
        left = tag.center().x() - fit.number_width(words) / 2 + (lean if gradient else -lean)
        painter.drawText(QPointF(left, tag.center().y() + fit.cap_height / 2), words)

    def _paint_gauge(self, painter: QPainter, node: Node, track: QRectF) -> None:
        colours = self._colours
        value = node.value if node.value is not None and math.isfinite(node.value) else node.low
        share = min(max((value - node.low) / (node.high - node.low), 0.0), 1.0) if node.high > node.low else 0.0
        zero = min(max(-node.low / (node.high - node.low), 0.0), 1.0) if node.high > node.low else 0.0
        held = node.name in (self._focus, self._pointed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        # From zero, where it lies on the track, to the value.
        painter.setBrush(QColor(colours.text if held else colours.muted))
        begin, end = sorted((track.left() + zero * track.width(), track.left() + share * track.width()))
        painter.drawRect(QRectF(begin, track.top(), end - begin, track.height()))
        if track.height() > 3:
            painter.setPen(QPen(QColor(colours.surface), 1.5))
            painter.drawEllipse(QPointF(track.left() + share * track.width(), track.center().y()), 5.5, 5.5)


def _label_boxes(arrow: Arrow, width: float, high: float) -> list[QRectF]:
    """Return where the words of an arrow may stand: above a level one, in the course of a steep one; best first."""
    if arrow.level:
        middle = arrow.at(0.5) - QPointF(0, 0.75 * high)
        return [QRectF(middle.x() - width / 2, middle.y() - high / 2, width, high)]
    if arrow.length < 1.2 * width + 20:
        return []
    middles = (arrow.at(share) for share in (0.5, 0.4, 0.6))
    return [QRectF(middle.x() - width / 2, middle.y() - high / 2, width, high) for middle in middles]


def paint_arrow(painter: QPainter, arrow: Arrow, flow: Flow, colour: str = "", width: float = _LIT_WIDTH) -> None:
    """Paint a lit arrow: whole with its head at the end, or broken with its head where it starts."""
    back = flow == "backward"
    shade = QColor(colour or flow_colour(flow))
    path, tip = arrow.drawn(back, 1.3 * arrow.head)
    pen = QPen(shade, width)
    if back:
        pen.setDashPattern([dash * _LIT_WIDTH / width for dash in _DASHES])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(_NONE)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawPolygon(tip)


def active(graph: Graph) -> set[Flow]:
    """Return the directions in which something flows now."""
    flows: set[Flow] = {node.flow for node in graph.nodes}
    return (flows | {edge.flow for edge in graph.edges}) - {""}
