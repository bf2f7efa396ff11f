"""What a network says of every example: its probabilities on top of each other, a column an example."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.core.language import tr, words
from app.views.examples.base import ExamplesView
from app.views.examples.looks import LINE, cross_entry, crosses, fill, fill_entry, paint_legend
from app.views.painted import CENTRE, RIGHT, small_font, text
from lab.core.events import Array

_LEFT, _BELOW, _ABOVE = 26.0, 16.0, 13.0
_HATCHED = 4.5  # Columns that are narrower show no hatch.
_FAINT = 0.25


class SharesView(ExamplesView):
    """A column an example, sorted by class: the probabilities stacked, so that its height is their sum."""

    def order(self) -> Array:
        """Return the examples (N,) from left to right."""
        assert self._event is not None
        return np.argsort(self._event.labels, kind="stable")

    def plot(self) -> QRectF:
        """Return the area of the columns."""
        area = self.content()
        top = (LINE if area.height() > 110 else 0) + _ABOVE
        return area.adjusted(_LEFT, top, -2, -_BELOW)

    def top(self) -> float:
        """Return the sum that reaches the upper edge."""
        assert self._event is not None
        sums = self._event.shares.sum(axis=1)
        # In steps, so that the axis stays where it is while the network learns.
        largest = float(sums[np.isfinite(sums)].max(initial=1.0))
        return 1.0 if largest <= 1.0 + 1e-6 else float(np.ceil(largest / 0.5) * 0.5)

    def column_area(self, index: int) -> QRectF:
        """Return where the column of an example stands, up to the upper edge."""
        plot = self.plot()
        assert self._event is not None
        width = plot.width() / len(self._event.labels)
        place = int(np.flatnonzero(self.order() == index)[0])
        return QRectF(plot.left() + place * width, plot.top(), width, plot.height())

    def paint(self, painter: QPainter, area: QRectF) -> None:
        event, plot, top, order = self._event, self.plot(), self.top(), self.order()
        assert event is not None
        colours, font = theme.colours(), small_font(self.font())
        wrong, faint = (event.wrong & bool(event.epoch))[order], self.faint()[order]
        if plot.top() - area.top() > LINE:
            entries = [fill_entry(name, place) for place, name in enumerate(event.classes)]
            if wrong.any():
                entries.append(cross_entry(tr("taken for another class")))
            paint_legend(painter, QRectF(area.left(), area.top(), area.width(), LINE), entries, font)
        self._paint_axis(painter, plot, top)
        # NaN is left out: there the column is empty.
        shares = np.nan_to_num(event.shares[order])
        width = plot.width() / len(order)
        lefts = plot.left() + np.arange(len(order)) * width
        ends = np.concatenate([np.zeros((len(order), 1)), shares.cumsum(1)], 1) / top * plot.height()
        gap = 1.0 if width > 4 else 0.0
        # On whole pixels: with soft edges, hatches take ten times as long.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        edges = np.append(lefts, plot.right()).round()
        heights = (plot.bottom() - ends).round()
        for place in range(len(event.classes)):
            boxes = [
                QRectF(left, high, right - left - gap, low - high)
                for left, right, low, high in zip(
                    edges[:-1].tolist(),
                    edges[1:].tolist(),
                    heights[:, place].tolist(),
                    heights[:, place + 1].tolist(),
                    strict=True,
                )
            ]
            for chosen, opacity in ((faint, _FAINT), (~faint, 1.0)):
                painter.setOpacity(opacity)
                part = [box for box, one in zip(boxes, chosen.tolist(), strict=True) if one]
                if part:
                    fill(painter, part, place, hatched=width >= _HATCHED)
        painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_whole(painter, plot, top)
        above = plot.top() - _ABOVE / 2
        crosses(painter, [QPointF(left + width / 2, above) for left in lefts[wrong & ~faint]])
        self._paint_kinds(painter, plot, width, order)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index in self.marked:
            painter.setPen(QPen(QColor(colours.text), 1.6))
            painter.drawRect(self.column_area(index).adjusted(-1, -1, 1, 1))

    def _paint_axis(self, painter: QPainter, plot: QRectF, top: float) -> None:
        colours, font = theme.colours(), small_font(self.font())
        step = 0.5 if plot.height() > 40 else 1.0
        for place in range(int(top / step + 1e-9) + 1):
            value = place * step
            y = plot.bottom() - value / top * plot.height()
            text(painter, QRectF(plot.left() - _LEFT, y - 6, _LEFT - 5, 12), f"{value:g}", colours.muted, RIGHT, font)
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _paint_whole(self, painter: QPainter, plot: QRectF, top: float) -> None:
        """Draw the line of the sum 1 over columns that do not keep to it."""
        if top > 1.0:
            y = plot.bottom() - plot.height() / top
            painter.setPen(QPen(QColor(theme.colours().text), 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _paint_kinds(self, painter: QPainter, plot: QRectF, width: float, order: Array) -> None:
        """Name the classes below their columns, and part them."""
        event = self._event
        assert event is not None
        colours, font = theme.colours(), small_font(self.font())
        counts = np.bincount(event.labels, minlength=len(event.classes))
        left = plot.left()
        for place, count in enumerate(counts.tolist()):
            box = QRectF(left, plot.bottom() + 3, count * width, _BELOW - 3)
            text(painter, box, words(event.classes[place]), colours.muted, CENTRE, font)
            left += count * width
            if place < len(counts) - 1:
                painter.setPen(QPen(QColor(colours.text), 1.4))
                painter.drawLine(QPointF(left, plot.top() - 4), QPointF(left, plot.bottom() + 6))

    # Answers.

    def example_at(self, point: QPointF) -> int | None:
        plot = self.plot()
        if not plot.adjusted(0, -_ABOVE, 0, 0).contains(point):
            return None
        order = self.order()
        place = int((point.x() - plot.left()) / plot.width() * len(order))
        return int(order[min(max(place, 0), len(order) - 1)])

    def place_of(self, index: int) -> QPointF:
        return self.column_area(index).bottomRight() + QPointF(4, -20)
