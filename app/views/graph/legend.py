"""The two directions of a computation graph, in the corner of its title line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.core import theme
from app.core.language import right_to_left, tr
from app.views.font_metrics import font_metrics
from app.views.graph.picture import active, flow_colour, paint_arrow
from app.views.graph.shapes import Arrow
from app.views.painted import LEFT, MARGIN, TITLE_HEIGHT, readable_on, small_font, text, title_font
from lab.core.figures import Flow, Graph

_SAMPLE = 30.0
_AROUND = 8.0


def paint_legend(painter: QPainter, graph: Graph, view: QWidget, both: bool) -> None:
    """Paint a sample of each direction; the one that flows now is filled. Where there is no room, nothing."""
    now = active(graph)
    if not both and not now:
        return
    entries: list[tuple[Flow, str]] = [("forward", tr("forward: values"))]
    if both or "backward" in now:
        entries.append(("backward", tr("back: gradients ∂")))
    font = small_font(view.font())
    metrics = font_metrics(font)
    widths = [_SAMPLE + metrics.width(words) + 3 * _AROUND for _, words in entries]
    title = font_metrics(title_font(view.font())).width(view.accessibleName())
    if sum(widths) + title + 4 * MARGIN > view.width():
        return
    left = MARGIN if right_to_left() else view.width() - MARGIN - sum(widths)
    for (flow, words), width in zip(entries, widths, strict=True):
        box = QRectF(left, 3, width - 4, TITLE_HEIGHT - 4)
        ink = theme.colours().text
        if flow in now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(flow_colour(flow)))
            painter.drawRoundedRect(box, 5, 5)
            ink = readable_on(QColor(flow_colour(flow))).name()
        start = QPointF(box.left() + _AROUND, box.center().y())
        end = start + QPointF(_SAMPLE, 0)
        paint_arrow(painter, Arrow(start, end, start, end), flow, ink if flow in now else flow_colour(flow))
        text(painter, box.adjusted(_SAMPLE + 2 * _AROUND, 0, 0, 0), words, ink, LEFT, font)
        left += width
