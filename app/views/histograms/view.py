"""How the weights, gradients or outputs of each layer are spread, and how that changes during the run."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from app.core import theme
from app.core.language import after, tr
from app.runs.thinned import Thinned
from app.views.choice import Choice
from app.views.field.legend import paint_legend
from app.views.field.scene import FieldScene
from app.views.histograms.density import Density, density, known
from app.views.numerals import significant
from app.views.painted import PaintedView, small_font
from lab.core.events import Array, Event, Histogram
from lab.core.figures import Axis, Field
from lab.core.text import message

_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_BRIGHTEST = 0.95
"""The share of steps whose fullest cell is within the colours: one spike would leave all else dark."""


class HistogramsView(PaintedView):
    """Histograms over the run: steps from left to right, values upwards, and how many there are as a colour.

    Shows the `Histogram`s whose names begin with `family` and a slash, one at a time; the button, or the pages up and
    down, choose which. Arrows go from step to step and from bin to bin.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Histogram,)
    interval_ms: ClassVar[int] = 400

    def __init__(self, title: str, family: str = "", value_label: str = "", empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.family = family
        self._value_label = value_label or tr("value")
        self._promise = empty
        self._series: dict[str, Thinned[Histogram]] = {}
        self._scene: FieldScene | None = None
        self._shown: list[Histogram] = []
        self._density: Density | None = None
        self._cursor: tuple[int, int] | None = None  # A step and a bin, by their places.
        self._log = self.header_button(tr("log"), tr("Colours by the logarithm: rare values are seen"), checkable=True)
        self._log.toggled.connect(self.redraw)
        self.choice = Choice(self, tr("Which layer is shown (keys Page up, Page down)"))
        self.choice.changed.connect(self._choose)
        self._log.hide()

    def keep(self, event: Event) -> None:
        prefix = f"{self.family}/" if self.family else ""
        if isinstance(event, Histogram) and event.name.startswith(prefix):
            self._series.setdefault(event.name.removeprefix(prefix), Thinned()).keep(event)

    def clear(self) -> None:
        self._series.clear()
        self._cursor = None
        self.redraw()

    def redraw(self) -> None:
        self.choice.offer({name: name for name in self._series})
        series = self._series.get(self.choice.chosen)
        self._shown = series.events if series else []
        self._density = density(self._shown) if self._shown else None
        self._scene = FieldScene(self._field(self._density)) if self._density else None
        if self._log.isHidden() == bool(self._shown):
            self._log.setVisible(bool(self._shown))
            self.place_buttons()
        self.update()

    def restyle(self) -> None:
        if self._scene is not None:
            self._scene = FieldScene(self._scene.field)
        super().restyle()

    def empty(self) -> str:
        if self._scene is not None:
            return ""
        return self._promise or tr(
            "Here you will see how the values of each layer are spread, step after step.\nPress Run to start."
        )

    def _choose(self, _name: str) -> None:
        self._cursor = None
        self.redraw()

    def _field(self, found: Density) -> Field:
        shares: Array = 100 * found.shares
        finite = np.isfinite(shares)
        peaks = shares.max(axis=0, initial=0.0, where=finite)
        top = float(np.quantile(peaks, _BRIGHTEST)) or 1.0
        label, limits = message("% of the values"), (0.0, top)
        if self._log.isChecked():
            shares = np.log10(shares, out=np.full_like(shares, np.nan), where=finite & (shares > 0))
            label, limits = message("log₁₀ of % of the values"), (np.log10(top) - 4, np.log10(top))
        return Field(
            self.family,
            shares,
            Axis(message("optimiser steps")),
            Axis(self._value_label),
            found.steps,
            found.values,
            label,
            smooth=False,
            missing=message("no values"),
            limits=limits,
        )

    # Where things stand.

    def _laid_out(self) -> FieldScene:
        assert self._scene is not None
        self._scene.lay_out(self.content(), (), small_font(self.font()))
        return self._scene

    def plot_area(self) -> QRectF:
        """Return where the histograms are painted."""
        return self._laid_out().frame.plane.area

    def place_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the step and the bin under a point, by their places; the bin is −1 where the step has none there."""
        cell = self._laid_out().cell_at(point)
        if cell is None or self._density is None:
            return None
        column = int(self._density.column_of[cell[1]])
        low, high = self._density.values
        area = self.plot_area()
        value = low + (area.bottom() - point.y()) / area.height() * (high - low)
        return column, _bin_of(self._shown[column], value)

    def _bin_area(self, column: int, place: int) -> QRectF:
        assert self._density is not None
        cells = np.flatnonzero(self._density.column_of == column)
        area, (low, high) = self.plot_area(), self._density.values
        # A step that is narrower than a cell is marked where it would be.
        beside = int(np.searchsorted(self._density.column_of, column))
        first, last = (cells[0], cells[-1] + 1) if len(cells) else (beside, beside)
        width = area.width() / len(self._density.column_of)
        ends = (0.0, 1.0)
        if known(self._shown[column]):
            edges = self._shown[column].edges
            ends = ((float(edges[place]) - low) / (high - low), (float(edges[place + 1]) - low) / (high - low))
        top, bottom = (area.bottom() - end * area.height() for end in (ends[1], ends[0]))
        return QRectF(area.left() + first * width, top, (last - first) * width, bottom - top)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        scene, font = self._laid_out(), small_font(self.font())
        painter.drawPixmap(0, 0, scene.picture(self.size(), self.devicePixelRatioF(), font))
        paint_legend(painter, area.topLeft(), area.width(), scene.legend, font)
        if self.hasFocus() and self._cursor is not None and self._cursor[0] < len(self._shown):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setClipRect(self.plot_area().adjusted(-2, -2, 2, 2))
            for colour, style in ((theme.colours().surface, Qt.PenStyle.SolidLine), ("#000000", Qt.PenStyle.DotLine)):
                painter.setPen(QPen(QColor(colour), 2, style))
                painter.drawRect(self._bin_area(*self._cursor).adjusted(-1, -1, 1, 1))
            painter.setClipping(False)

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        found = self.place_at(point)
        return "" if found is None else self.describe_bin(*found)

    def describe_bin(self, column: int, place: int) -> str:
        """Say how many values of a step lie in a bin."""
        histogram = self._shown[column]
        first = tr("{name}, {when}", name=self.choice.chosen, when=after(histogram.step))
        if not known(histogram):
            return f"{first}\n{tr('no values')}"
        total = float(np.sum(histogram.counts))
        whole = significant(total, 10)
        if place < 0:
            ends = float(histogram.edges[0]), float(histogram.edges[-1])
            low, high = (significant(end, 5) for end in ends)
            return (
                f"{first}\n{tr('none here: all {total} values from {low} to {high}', total=whole, low=low, high=high)}"
            )
        count = float(histogram.counts[place])
        low, high = (significant(float(edge), 5) for edge in histogram.edges[place : place + 2])
        between = tr("from {low} to {high}", low=low, high=high)
        share = significant(100 * count / total, 4)
        many = tr("{count} of {total} values ({share} %)", count=significant(count, 10), total=whole, share=share)
        return f"{first}\n{between}: {many}"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = None if self.empty() else self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None and found[1] >= 0:
            self._cursor = found
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_L and not self.empty():
            self._log.toggle()
        elif event.key() in _ARROWS and self._shown:
            self._walk(*_ARROWS[event.key()])
        elif not self.choice.key_pressed(event.key()):
            super().keyPressEvent(event)

    def _walk(self, along: int, up: int) -> None:
        """Go on from the cursor; from nowhere, to the fullest bin of the newest step."""
        newest = self._shown[-1]
        if self._cursor is None or self._cursor[0] >= len(self._shown):
            self._cursor = len(self._shown) - 1, int(np.argmax(newest.counts)) if known(newest) else 0
        else:
            column = min(max(self._cursor[0] + along, 0), len(self._shown) - 1)
            bins = max(len(self._shown[column].counts), 1)
            self._cursor = column, min(max(self._cursor[1] + up, 0), bins - 1)
        at = self._bin_area(*self._cursor).bottomRight().toPoint()
        QToolTip.showText(self.mapToGlobal(at), self.describe_bin(*self._cursor), self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)


def _bin_of(histogram: Histogram, value: float) -> int:
    """Return the bin that a value lies in, −1 where none is."""
    if not known(histogram):
        return -1
    place = int(np.searchsorted(histogram.edges, value, "right")) - 1
    return place if 0 <= place < len(histogram.counts) else -1
