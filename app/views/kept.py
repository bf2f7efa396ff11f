"""The curves of runs that are kept for comparison, in one plot: thin, dashed, a pattern a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.core.language import tr
from app.runs.comparison import Comparison, KeptRun
from app.views.pyramid import Pyramid
from app.views.series import Panel, Series

MEAN_WINDOW = 100
OPACITY = 160
"""The opacity, of 255, of kept curves."""
# In widths of the line: drawn, left out …
_PATTERNS = ((6.0, 3.0), (2.0, 3.0), (9.0, 3.0, 2.0, 3.0), (14.0, 4.0))

Shown = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]


class KeptCurves:
    """The kept runs in the plot of one panel.

    They do not grow, so they are reduced anew only when another part of them is in view.
    """

    def __init__(self, item: pg.PlotItem, panel: Panel) -> None:
        self._item, self._panel = item, panel
        self._comparison = Comparison()
        self._lines: dict[KeptRun, list[_Line]] = {}
        self._drawn: tuple[object, ...] = ()
        self._extent = math.inf, -math.inf

    @property
    def data(self) -> list[Pyramid]:
        """The points of all curves."""
        return [line.data for lines in self._lines.values() for line in lines]

    def take(self, comparison: Comparison) -> None:
        """Show these runs; those that are shown already stay as they are."""
        self._comparison, self._drawn = comparison, ()
        for run in [run for run in self._lines if run not in comparison.runs]:
            for line in self._lines.pop(run):
                self._item.removeItem(line.curve)
        for run in comparison.runs:
            if run not in self._lines:
                self._lines[run] = [_Line(series, data) for series, data in _points(self._panel, run)]
                for line in self._lines[run]:
                    self._item.addItem(line.curve, ignoreBounds=True)

    def draw(self, x_range: tuple[float, float], pairs: int, log: bool, shown: Shown) -> tuple[float, float]:
        """Bring what is in view to the screen; return its least and greatest value, as shown."""
        if self._drawn != (x_range, pairs, log):
            self._drawn = x_range, pairs, log
            extents = [line.draw(x_range, pairs, shown) for lines in self._lines.values() for line in lines]
            self._extent = (
                min((low for low, _ in extents), default=math.inf),
                max((high for _, high in extents), default=-math.inf),
            )
        return self._extent

    def describe(self, step: float) -> Iterable[str]:
        """Say the exact values at the steps nearest to one, run by run."""
        for run, lines in self._lines.items():
            yield self._comparison.title(run)
            for line in lines:
                yield "   " + value_words(line.series, line.data, step, self._panel.unit)

    def present(self) -> Iterable[str]:
        """Say what is different about the present run, where there is something to compare it with."""
        if self._lines and self._comparison.present is not None:
            yield self._comparison.present_title()

    def restyle(self, colours: Callable[[Series], str]) -> None:
        """Take the colours of the theme."""
        for run, lines in self._lines.items():
            for line in lines:
                line.curve.setPen(pen(run, colours(line.series)))


class _Line:
    """One curve of one run; of one that has a mean over it, only the mean."""

    def __init__(self, series: Series, data: Pyramid) -> None:
        self.series, self.data = series, data
        self.curve = pg.PlotCurveItem()
        self.curve.setZValue(-1)

    def draw(self, x_range: tuple[float, float], pairs: int, shown: Shown) -> tuple[float, float]:
        if self.series.smoothed:
            x, y = self.data.means(*x_range, MEAN_WINDOW, max(pairs // 2, 100))
        else:
            x, y = self.data.reduce(*x_range, pairs)
        y = shown(y)
        finite = np.isfinite(y)
        self.curve.setData(x, y, connect="all" if finite.all() else "finite", skipFiniteCheck=bool(finite.all()))
        return (float(y[finite].min()), float(y[finite].max())) if finite.any() else (math.inf, -math.inf)


def _points(panel: Panel, run: KeptRun) -> Iterable[tuple[Series, Pyramid]]:
    """Yield what is shown of a run: of a quantity that is there each batch and each epoch, only the epochs."""
    calm = set()
    for series in sorted(panel.series, key=lambda series: series.smoothed):
        steps, values = run.history.series(series.rhythm, series.value)
        if not len(steps) or (series.smoothed and series.value in calm):
            continue
        if len(steps) > 1:
            calm.add(series.value)
        data = Pyramid()
        data.append(steps, values * panel.scale)
        yield series, data


def value_words(series: Series, data: Pyramid, step: float, unit: str) -> str:
    """Say the value of a series at its step nearest to `step`."""
    place = data.nearest(step)
    value, at = float(data.y[place]), int(data.x[place])
    words = tr("not finite") if math.isnan(value) else f"{value:.6g} {unit}".strip()
    return tr("{label}: {value} at step {step}", label=series.label, value=words, step=at)


def pen(run: KeptRun, colour: str) -> QPen:
    """Return the pen of a run: its pattern tells which one it is."""
    faint = QColor(colour)
    faint.setAlpha(OPACITY)
    made = QPen(faint, 1)
    made.setCosmetic(True)
    made.setDashPattern(_PATTERNS[(run.number - 1) % len(_PATTERNS)])
    return made


def paint_run_sample(run: KeptRun | None, painter: QPainter, area: QRectF) -> None:
    """Paint what the curves of a run look like, for the legend; None is the present run."""
    colour = theme.colours().muted
    painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.SolidLine) if run is None else pen(run, colour))
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))
