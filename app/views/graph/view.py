"""A computation graph: what flows forward through it, and what comes back."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import isolated, tr, words
from app.views.graph.layout import GraphLayout, missing
from app.views.graph.legend import paint_legend
from app.views.graph.picture import GraphPicture
from app.views.numerals import exact
from app.views.painted import PaintedView
from app.views.prose import either, told
from lab.core.events import Event
from lab.core.figures import Graph, Node

_DECIMALS = 3
_LEAST_TRAVEL = 120.0
"""Pixels from the lowest to the highest value, however small a node is."""


class GraphView(PaintedView):
    """The `Graph` of one name.

    A node with a `field` is a slider: `selected(field, value)` with a value in [low, high], rounded to three decimals.
    Tab goes from one such node to the next, arrows up and down through all nodes, left and right change the value.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Graph,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._empty = empty or tr("Here a computation graph will appear.")
        self._event: Graph | None = None
        self._layout: GraphLayout | None = None
        self._arrangement: object = None  # What the layout was made of.
        self._learned: frozenset[str] = frozenset()
        self._cursor = ""  # The name of a node.
        self._hovered: str | None = None
        self._dragged: str | None = None
        self._grip = 0.0  # Pixels from the pointer to where the value lies on its track.
        self._wished: dict[str, float] = {}  # What was set here, until an event confirms it.
        self.setMouseTracking(True)

    def keep(self, event: Event) -> None:
        """Raises ValueError for an edge whose ends are not both there: a fault of the experiment."""
        if not isinstance(event, Graph) or event.name != self.name:
            return
        lost = missing(event)
        if lost is not None:
            raise ValueError(f"the graph {event.name} has no nodes for its edge {lost.source} → {lost.target}")
        self._event = event
        # Room for a gradient stays, once there was one: nothing jumps between the two directions.
        self._learned |= {node.name for node in event.nodes if node.gradient is not None}
        said = {node.field: node.value for node in event.nodes}
        late = self._wished.items() if self._dragged is not None else ()
        self._wished = {field: wish for field, wish in late if said.get(field) != wish}

    def clear(self) -> None:
        # What is dragged stays in the hand: dragging may be what began the new run.
        self._event = self._hovered = None
        self._wished = {}
        self.update()

    def empty(self) -> str:
        return "" if self._event is not None and self._event.nodes else self._empty

    # What is shown.

    def node_area(self, name: str) -> QRectF:
        """Return the shape of a node, without its slider."""
        return self._arranged().shapes[name]

    def track(self, name: str) -> QRectF:
        """Return the track of a node's slider."""
        return self._arranged().gauges[name]

    def _node(self, name: str | None) -> Node | None:
        nodes = () if self._event is None else self._event.nodes
        return next((node for node in nodes if node.name == name), None)

    def _arranged(self) -> GraphLayout:
        """Return the layout, made anew only when more than numbers has changed."""
        assert self._event is not None
        area = self.content().adjusted(6, 5, -6, -5)
        nodes = [(n.name, n.label, n.column, n.row, n.kind, bool(n.field)) for n in self._event.nodes]
        edges = [(edge.source, edge.target) for edge in self._event.edges]
        arrangement = (nodes, edges, self._learned, area, self.font().key())
        if self._layout is None or arrangement != self._arrangement:
            self._layout = GraphLayout(self._event, self._learned, self.font(), area)
            self._arrangement = arrangement
        return self._layout

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        focus = self._focused().name if self.hasFocus() else None
        GraphPicture(self._event, self._arranged(), focus, self._dragged or self._hovered).paint(painter)
        paint_legend(painter, self._event, self, bool(self._learned))

    def describe_content(self, point: QPointF) -> str:
        layout = self._arranged()
        name = layout.node_at(point)
        if name is not None:
            return self.describe_node(name)
        ends = layout.edge_at(point)
        return "" if ends is None else self._describe_edge(*ends)

    def describe_node(self, name: str) -> str:
        """Say what a node is, its value and gradient exactly, and where each comes from."""
        node = self._node(name)
        assert node is not None
        assert self._event is not None
        lines = told(words(node.label))
        if self._event.numbers:
            lines += self._quantity(tr("value (forward)"), node.value)
        lines += either(node.why)
        if node.gradient is not None or node.name in self._learned:
            lines += self._quantity(tr("gradient ∂loss/∂ of it (backward)"), node.gradient)
            lines += either(node.gradient_why) if node.gradient is not None else ""
        if node.field:
            lines += told(tr("Drag it, or press ← and →: {low} to {high}", low=exact(node.low), high=exact(node.high)))
        return lines

    @staticmethod
    def _quantity(name: str, value: float | None) -> str:
        if value is None:
            return told(isolated(name, ": ", tr("not known yet")))
        return told(isolated(name, ": ", exact(value)))

    def _describe_edge(self, source: str, target: str) -> str:
        assert self._event is not None
        said = [words(node.label) for node in map(self._node, (source, target)) if node is not None]
        labels = [edge.label for edge in self._event.edges if (edge.source, edge.target) == (source, target)]
        return told(tr("from {source} to {target}", source=said[0], target=said[-1])) + either(labels[0])

    # Changing values.

    def _value(self, node: Node) -> float:
        """Return the value of a slider as it was wished last."""
        value = self._wished.get(node.field, node.low if node.value is None else node.value)
        return min(max(value, node.low), node.high) if math.isfinite(value) else node.low

    def _set(self, node: Node, value: float) -> None:
        value = min(max(round(value, _DECIMALS), node.low), node.high)
        if value != self._wished.get(node.field, node.value):
            self._wished[node.field] = value
            self.update()
            self.selected.emit(node.field, value)

    def _travel(self, node: Node) -> float:
        """Return the value of one pixel."""
        return (node.high - node.low) / max(self.track(node.name).width(), _LEAST_TRAVEL)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        name = None if self.empty() else self._arranged().node_at(at)
        node = self._node(name)
        if event.button() != Qt.MouseButton.LeftButton or node is None:
            return
        self._cursor = node.name
        self.update()
        if not node.field:
            return
        self._dragged = node.name
        track = self.track(node.name)
        if at.y() >= self.node_area(node.name).bottom() and track.width() >= _LEAST_TRAVEL / 3:
            share = (at.x() - track.left()) / track.width()
            self._set(node, node.low + share * (node.high - node.low))
        # From here on the value moves as the pointer does, whether it holds the knob or the node.
        self._grip = at.x() - self._value(node) / self._travel(node) if node.high > node.low else 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None and event.buttons() & Qt.MouseButton.LeftButton:
            node = self._node(self._dragged)
            if node is not None and node.field and node.high > node.low:
                self._set(node, (event.position().x() - self._grip) * self._travel(node))
            return
        self._point_at(None if self.empty() else self._arranged().node_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = None
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, name: str | None) -> None:
        if name != self._hovered:
            self._hovered = name
            node = self._node(name)
            movable = node is not None and bool(node.field)
            self.setCursor(Qt.CursorShape.SizeHorCursor if movable else Qt.CursorShape.ArrowCursor)
            self.update()

    # Keys.

    def _order(self, *, sliders: bool = False) -> list[Node]:
        """Return the nodes from left to right and from top to bottom."""
        nodes = () if self._event is None else self._event.nodes
        return sorted((n for n in nodes if n.field or not sliders), key=lambda node: (node.column, node.row))

    def _focused(self) -> Node:
        """Return where the keys act: at first on the first node that is a slider."""
        return self._node(self._cursor) or (self._order(sliders=True) or self._order())[0]

    def focusInEvent(self, event: QFocusEvent) -> None:
        stops = self._order(sliders=True)
        if stops and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._cursor = stops[0 if event.reason() == Qt.FocusReason.TabFocusReason else -1].name
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        order = self._order()
        if order and self.hasFocus():
            here = order.index(self._focused())
            ahead = order[here + 1 :] if next else order[:here][::-1]
            sliders = [node for node in ahead if node.field]
            if sliders:
                self._go(sliders[0])
                return True
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty() or not (self._change(event) or self._walk(event)):
            super().keyPressEvent(event)

    def _change(self, event: QKeyEvent) -> bool:
        node = self._focused()
        if not node.field or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        step = (node.high - node.low) / (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 100)
        wishes: dict[int, float] = {
            Qt.Key.Key_Left: self._value(node) - step,
            Qt.Key.Key_Right: self._value(node) + step,
            Qt.Key.Key_Home: node.low,
            Qt.Key.Key_End: node.high,
        }
        if event.key() not in wishes:
            return False
        self._set(node, wishes[event.key()])
        self._go(self._node(node.name) or node)
        return True

    def _walk(self, event: QKeyEvent) -> bool:
        steps: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        if event.key() not in steps:
            return False
        order = self._order()
        place = order.index(self._focused()) + steps[event.key()]
        self._go(order[min(max(place, 0), len(order) - 1)])
        return True

    def _go(self, node: Node) -> None:
        """Let the keys act on a node, and explain it beside it."""
        self._cursor = node.name
        self.update()
        below = self.node_area(node.name).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), self.describe_node(node.name), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        super().resizeEvent(event)

    def restyle(self) -> None:
        self._layout = None
        super().restyle()
