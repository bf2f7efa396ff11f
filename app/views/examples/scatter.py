"""A scatter matrix: every measurement of the examples against every other, and the histogram of each."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent

from app.core import theme
from app.core.language import tr, words
from app.views.examples.base import ExamplesView
from app.views.examples.grid import BINS, Grid
from app.views.examples.looks import LINE, class_colour, fill, marker_entry, paint_legend, ring_entry
from app.views.painted import CENTRE, LEFT, RIGHT, small_font, text
from app.views.prose import told
from app.views.strokes import draw_markers, draw_rings, marker_path
from lab.core.events import Array

_REACH = 9.0  # Pixels from an example to the pointer at which it is meant.
_NAME = 15.0
_FAINT = 0.18


class ScatterView(ExamplesView):
    """F × F panels. In row i and column j, measurement i goes up and measurement j to the right; rings are wrong."""

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, name, empty)
        self._grid: Grid | None = None

    @property
    def grid(self) -> Grid:
        """Where everything stands; only while there is something to show."""
        assert self._event is not None
        if self._grid is None:
            area = self.content()
            top = LINE + 2 if area.height() > 150 else 0
            self._grid = Grid(self._event.features, area.adjusted(0, top, 0, 0))
        return self._grid

    def renewed(self) -> None:
        self._grid = None
        super().renewed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._grid = None
        super().resizeEvent(event)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        event, grid = self._event, self.grid
        assert event is not None
        font, colours = small_font(self.font()), theme.colours()
        smallest = min(grid.panel(0, 0).width(), grid.panel(0, 0).height())
        radius = 2.9 if smallest > 75 else 2.2 if smallest > 40 else 1.5
        if grid.area.top() > area.top():
            entries = [marker_entry(name, place, 3.2) for place, name in enumerate(event.classes)]
            if event.epoch and event.wrong.any():
                entries.append(ring_entry(tr("taken for another class")))
            paint_legend(painter, QRectF(area.left(), area.top(), area.width(), LINE), entries, font)
        faint, wrong = self.faint(), event.wrong & bool(event.epoch)
        groups = [event.labels == place for place in range(len(event.classes))]
        for row in range(grid.count):
            for column in range(grid.count):
                painter.setPen(QPen(QColor(colours.border), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(grid.panel(row, column))
                if row == column:
                    self._paint_histogram(painter, row)
                    continue
                centres = grid.centres(row, column)
                if faint.any():
                    painter.setOpacity(_FAINT)
                    self._paint_points(painter, centres, [group & faint for group in groups], radius)
                    painter.setOpacity(1.0)
                self._paint_points(painter, centres, [group & ~faint for group in groups], radius)
                # Without the halo of `draw_rings`: where many are wrong, it would cover what they are.
                rings = marker_path(centres[wrong & ~faint], 0, 1.7 * radius)
                painter.strokePath(rings, QPen(QColor(colours.text), 1.2))
                for index in self.marked:
                    draw_rings(painter, centres[index : index + 1], QColor(colours.accent), 1.7 * radius + 2.5)
        if grid.numbered:
            self._paint_ticks(painter)

    def _paint_points(self, painter: QPainter, centres: Array, groups: list[Array], radius: float) -> None:
        for place, group in enumerate(groups):
            draw_markers(painter, centres[group], place, class_colour(place), radius)

    def _paint_histogram(self, painter: QPainter, feature: int) -> None:
        event, grid = self._event, self.grid
        assert event is not None
        panel = grid.panel(feature, feature)
        named = panel.height() > 34 and panel.width() > 40
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        boxes = grid.boxes(feature, event.labels, len(event.classes), _NAME + 2 if named else 2)
        for place, group in enumerate(boxes):
            fill(painter, group, place, hatched=panel.width() > 60)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if named:
            line = QRectF(panel.left() + 3, panel.top() + 1, panel.width() - 6, _NAME)
            text(painter, line, words(event.names[feature]), theme.colours().text, CENTRE, small_font(self.font()))

    def _paint_ticks(self, painter: QPainter) -> None:
        grid, colours, font = self.grid, theme.colours(), small_font(self.font())
        for feature in range(grid.count):
            below = grid.panel(grid.count - 1, feature)
            for fraction, said in grid.ticks(feature, below.width()):
                middle = below.left() + fraction * below.width()
                text(painter, QRectF(middle - 20, below.bottom() + 2, 40, 12), said, colours.muted, CENTRE, font)
            # Beside the histogram the numbers of the first row would be taken for its counts.
            beside = grid.panel(feature, 0 if feature else grid.count - 1)
            for fraction, said in grid.ticks(feature, beside.height()):
                middle = beside.bottom() - fraction * beside.height()
                if feature:
                    text(painter, QRectF(beside.left() - 25, middle - 6, 22, 12), said, colours.muted, RIGHT, font)
                else:
                    text(painter, QRectF(beside.right() + 3, middle - 6, 22, 12), said, colours.muted, LEFT, font)

    # Answers.

    def example_at(self, point: QPointF) -> int | None:
        panel = self.grid.panel_at(point)
        if panel is None or panel[0] == panel[1]:
            return None
        away = np.hypot(*(self.grid.centres(*panel) - (point.x(), point.y())).T)
        away = np.where(np.isfinite(away), away, np.inf)
        index = int(np.argmin(away))
        return index if away[index] <= _REACH else None

    def place_of(self, index: int) -> QPointF:
        x, y = self.grid.centres(self.grid.count - 1, 0)[index].tolist() if self.grid.count > 1 else (0.0, 0.0)
        return QPointF(x + 6, y + 6)

    def describe_content(self, point: QPointF) -> str:
        event, panel = self._event, self.grid.panel_at(point)
        assert event is not None
        if panel is None:
            return ""
        row, column = panel
        if row != column:
            return super().describe_content(point) or told(
                tr("up: {up}; to the right: {right}", up=words(event.names[row]), right=words(event.names[column]))
            )
        return self._describe_bin(row, point)

    def _describe_bin(self, feature: int, point: QPointF) -> str:
        """Say how many examples of each class are in the bin under the pointer."""
        event, grid = self._event, self.grid
        assert event is not None
        panel, span = grid.panel(feature, feature), grid.spans[feature]
        place = min(max(int((point.x() - panel.left()) / panel.width() * BINS), 0), BINS - 1)
        counts = grid.histogram(feature, event.labels, len(event.classes))[:, place]
        lines = [
            tr(
                "{label} from {low} to {high} {unit}",
                label=words(event.names[feature]),
                low=f"{span.value(place / BINS):.3g}",
                high=f"{span.value((place + 1) / BINS):.3g}",
                unit=words(event.unit),
            )
        ]
        lines += [
            tr("{label}: {value}", label=words(name), value=int(count))
            for name, count in zip(event.classes, counts, strict=True)
        ]
        return "".join(map(told, lines))
