"""Where the panels of a scatter matrix stand, and the examples in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.views.plane import Plane, Span
from app.views.ticks import ticks
from lab.core.events import Array

_GAP = 5.0
_TICKS = 24.0  # The room of numbers beside the panels.
_BELOW = 14.0
_LEAST = 44.0  # A panel that is smaller has no numbers on its axes.
_MARGIN = 0.07
BINS = 14


@dataclass(frozen=True, eq=False)
class Grid:
    """F × F panels over an area for `features` (N, F): in row i and column j, feature i (up) over feature j."""

    features: Array
    area: QRectF

    @property
    def count(self) -> int:
        """The number of features, F."""
        return int(self.features.shape[1])

    @cached_property
    def numbered(self) -> bool:
        """Whether there is room for numbers on the axes."""
        return min(self.area.width(), self.area.height()) / self.count >= _LEAST + 10

    @cached_property
    def panels(self) -> QRectF:
        """The area of all panels."""
        return self.area.adjusted(_TICKS, 0, -_TICKS, -_BELOW) if self.numbered else self.area

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The range of each feature."""
        spans = []
        for column in self.features.T:
            finite = column[np.isfinite(column)]
            low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
            room = _MARGIN * (high - low)
            spans.append(Span.of(low - room, high + room, False))
        return tuple(spans)

    def panel(self, row: int, column: int) -> QRectF:
        """Return where a panel stands, on whole pixels."""
        whole = self.panels
        width = (whole.width() - _GAP * (self.count - 1)) / self.count
        height = (whole.height() - _GAP * (self.count - 1)) / self.count
        left, top = whole.left() + column * (width + _GAP), whole.top() + row * (height + _GAP)
        return QRectF(round(left) + 0.5, round(top) + 0.5, max(round(width) - 1, 4), max(round(height) - 1, 4))

    def panel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the (row, column) of the panel under a point."""
        for row in range(self.count):
            for column in range(self.count):
                if self.panel(row, column).contains(point):
                    return row, column
        return None

    def centres(self, row: int, column: int) -> Array:
        """Return where the examples are in a panel, (N, 2) in pixels."""
        plane = Plane(self.panel(row, column), self.spans[column], self.spans[row])
        return plane.pixels(self.features[:, column], self.features[:, row])

    def ticks(self, feature: int, length: float) -> list[tuple[float, str]]:
        """Return fractions and words of the numbers on the axis of a feature, `length` pixels long."""
        span = self.spans[feature]
        shown = ticks(span.low, span.high, False, max(2, int(length / 38)))
        return [(span.fraction(value), said) for value, said in shown]

    def histogram(self, feature: int, labels: Array, classes: int) -> Array:
        """Return how many examples of each class lie in each bin of a feature, (K, BINS)."""
        fractions = self.spans[feature].fractions(self.features[:, feature])
        known = np.isfinite(fractions)
        bins = np.clip((fractions[known] * BINS).astype(int), 0, BINS - 1)
        counts = np.bincount(labels[known] * BINS + bins, minlength=classes * BINS)
        return counts.reshape(classes, BINS)

    def boxes(self, feature: int, labels: Array, classes: int, top: float) -> list[list[QRectF]]:
        """Return the bars of the panel of one feature, class by class, stacked; `top` pixels stay free above."""
        counts = self.histogram(feature, labels, classes)
        panel = self.panel(feature, feature).adjusted(1, top, -1, 0)
        high = max(int(counts.sum(0).max(initial=0)), 1)
        ends = np.concatenate([np.zeros((1, BINS)), counts.cumsum(0)]) / high * panel.height()
        edges = panel.left() + np.arange(BINS + 1) / BINS * panel.width()
        return [
            [
                QRectF(
                    edges[place], panel.bottom() - ends[label + 1, place], edges[place + 1] - edges[place] - 1, height
                )
                for place in range(BINS)
                if (height := float(ends[label + 1, place] - ends[label, place])) > 0
            ]
            for label in range(classes)
        ]
