"""Where the nodes and arrows of a `Graph` stand, and how large, so that they can be read in the room there is."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.views.graph.fit import Fit
from app.views.graph.shapes import arrow_between, arrow_over, outline
from app.views.prose import spoken
from lab.core.figures import Edge, Graph

_ACROSS, _DOWN, _CLOSE = 0.74, 0.94, 0.86
"""How much of the distance between neighbours a node may take; the rest is for arrows."""


class GraphLayout:
    """The places of everything in `area`. `learned` are the names of nodes that room for a gradient is kept for."""

    def __init__(self, graph: Graph, learned: Collection[str], font: QFont, area: QRectF) -> None:
        self.nodes = {node.name: node for node in graph.nodes}
        self.learned = learned
        self.labels = {node.name: spoken(node.label) for node in graph.nodes}
        self.shapes: dict[str, QRectF] = {}
        self.gauges: dict[str, QRectF] = {}
        across = _Grid(
            [node.column for node in graph.nodes],
            _gap(graph, along=True),
            area.width(),
            _ACROSS if graph.numbers else _CLOSE,
        )
        down = _Grid([node.row for node in graph.nodes], _gap(graph, along=False), area.height(), _DOWN)
        self.fit = fit = Fit(
            self.labels,
            {node.name: node.kind for node in graph.nodes},
            font,
            (across.room, down.room),
            gradients=bool(learned),
            sliders=any(node.field for node in graph.nodes),
            values=graph.numbers,
        )
        for node in graph.nodes:
            left = area.left() + across.place(node.column, fit.width)
            top = area.top() + down.place(node.row, fit.height)
            self.shapes[node.name] = shape = QRectF(left, top, fit.width, max(fit.height - fit.under, 4.0))
            if node.field:
                self.gauges[node.name] = _track(shape, fit.under)
        self.arrows = {
            (edge.source, edge.target): arrow_between(self.shapes[edge.source], self.shapes[edge.target])
            if not self._passes(edge)
            else arrow_over(self.shapes[edge.source], self.shapes[edge.target], area.top())
            for edge in graph.edges
        }
        self.outlines = {name: outline(self.nodes[name].kind, shape) for name, shape in self.shapes.items()}
        self._elided: dict[str, tuple[str, float]] = {}

    def _passes(self, edge: Edge) -> bool:
        """Tell whether a straight arrow would pass through nodes of the same row."""
        one, other = self.nodes[edge.source], self.nodes[edge.target]
        low, high = sorted((one.column, other.column))
        return one.row == other.row and any(
            node.row == one.row and low < node.column < high for node in self.nodes.values()
        )

    # What the picture asks.

    def inside(self, name: str) -> QRectF:
        """Return the part of a node's shape that texts may fill."""
        aside = self.fit.padding(name)
        return self.shapes[name].adjusted(aside, 0, -aside, 0)

    def label(self, name: str) -> tuple[str, float]:
        """Return the label of a node as it fits, and its width."""
        if name not in self._elided:
            metrics = self.fit.metrics
            words = metrics.cut(self.labels[name], self.inside(name).width() + 1)
            self._elided[name] = words, metrics.width(words)
        return self._elided[name]

    def node_at(self, point: QPointF) -> str | None:
        """Return the name of the node under a point, its slider included."""
        for name, shape in self.shapes.items():
            box = shape.united(self.gauges[name].adjusted(-4, 0, 4, 5)) if name in self.gauges else shape
            if box.contains(point):
                return name
        return None

    def edge_at(self, point: QPointF) -> tuple[str, str] | None:
        """Return the ends of the arrow under a point."""
        near = {ends: arrow.distance(point) for ends, arrow in self.arrows.items()}
        closest = min(near, key=near.__getitem__, default=None)
        return closest if closest is not None and near[closest] <= 12 else None


class _Grid:
    """The places of one direction: nodes at both ends touch the edge of what there is."""

    def __init__(self, places: list[float], gap: float, size: float, share: float) -> None:
        self._low, self._span, self._size = min(places), max(places) - min(places), size
        self.room = size * share * gap / (self._span + share * gap) if self._span else size
        self._gap = gap

    def place(self, at: float, size: float) -> float:
        """Return where a node of `size` pixels begins, from the edge."""
        if not self._span:
            return (self._size - size) / 2
        return (at - self._low) / self._span * (self._size - size)


def _gap(graph: Graph, along: bool) -> float:
    """Return the smallest distance of two nodes that would stand over each other, along the columns or the rows."""
    places = [(node.column, node.row) if along else (node.row, node.column) for node in graph.nodes]
    gaps = [
        abs(one[0] - other[0])
        for place, one in enumerate(places)
        for other in places[:place]
        if abs(one[1] - other[1]) < 0.9 and one[0] != other[0]
    ]
    return min([1.0, *gaps]) if graph.numbers else min(gaps, default=1.0)


def _track(shape: QRectF, under: float) -> QRectF:
    """Return the track of the slider beneath a shape; without room it is the lower edge of the shape, unseen."""
    thick, inset = (4.0, 8.0) if under > 8 else (3.0, min(8.0, shape.width() / 6)) if under else (0.0, 0.0)
    middle = shape.bottom() + (under + 2) / 2 if under else shape.bottom()
    return QRectF(shape.left() + inset, middle - thick / 2, shape.width() - 2 * inset, thick)


def missing(graph: Graph) -> Edge | None:
    """Return an arrow that begins or ends nowhere."""
    names = {node.name for node in graph.nodes}
    return next((edge for edge in graph.edges if not {edge.source, edge.target} <= names), None)
