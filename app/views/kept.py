"""The curves of runs that are kept for comparison, in one plot: thin, dashed, a pattern a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.core.language import tr
from app.runs.comparison import Comparison, KeptRun
from app.views.chart.axis import drawn
from app.views.curve import Curve, pen_of
from app.views.pyramid import Pyramid
from app.views.series import Panel, Series

MEAN_WINDOW = 100
OPACITY = 160
"""The opacity, of 255, of kept curves."""
# In widths of the line: drawn, left out …
_PATTERNS = ((6.0, 3.0), (2.0, 3.0), (9.0, 3.0, 2.0, 3.0), (14.0, 4.0))


class KeptCurves:
    """The kept runs in the plot of one panel.

    They do not grow, so they are reduced anew only when another part of them is in view.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._comparison = Comparison()
        self._lines: dict[KeptRun, list[tuple[Series, Pyramid]]] = {}
        self._drawn: tuple[object, ...] = ()
        self._extent = math.inf, -math.inf
        self.curves: tuple[Curve, ...] = ()
        """What is drawn of them; of a quantity that has a mean over it, only the mean."""

    @property
    def data(self) -> list[Pyramid]:
        """The points of all curves."""
        return [data for lines in self._lines.values() for _, data in lines]

    def take(self, comparison: Comparison) -> None:
        """Show these runs; those that are shown already stay as they are."""
        self._comparison, self._drawn, self.curves = comparison, (), ()
        self._lines = {run: self._lines.get(run) or list(_points(self._panel, run)) for run in comparison.runs}

    def draw(
        self, x_range: tuple[float, float], pairs: int, log: bool, colour: Callable[[Series], str]
    ) -> tuple[float, float]:
        """Take what is in view; return its least and greatest value, as drawn."""
        if self._drawn != (x_range, pairs, log, theme.colours()):
            self._drawn = x_range, pairs, log, theme.colours()
            curves = []
            for run, lines in self._lines.items():
                for series, data in lines:
                    if series.smoothed:
                        x, y = data.means(*x_range, MEAN_WINDOW, max(pairs // 2, 100))
                    else:
                        x, y = data.reduce(*x_range, pairs)
                    curves.append(Curve(x, drawn(y, log), pen(run, colour(series))))
            self.curves = tuple(curves)
            self._extent = (
                min((curve.extent[0] for curve in curves), default=math.inf),
                max((curve.extent[1] for curve in curves), default=-math.inf),
            )
        return self._extent

    def describe(self, step: float) -> Iterable[str]:
        """Say the exact values at the steps nearest to one, run by run."""
        for run, lines in self._lines.items():
            yield self._comparison.title(run)
            for series, data in lines:
                yield "   " + value_words(series, data, step, self._panel.unit)

    def present(self) -> Iterable[str]:
        """Say what is different about the present run, where there is something to compare it with."""
        if self._lines and self._comparison.present is not None:
            yield self._comparison.present_title()


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
    return pen_of(colour, OPACITY, _PATTERNS[(run.number - 1) % len(_PATTERNS)])


def paint_run_sample(run: KeptRun | None, painter: QPainter, area: QRectF) -> None:
    """Paint what the curves of a run look like, for the legend; None is the present run."""
    colour = theme.colours().muted
    painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.SolidLine) if run is None else pen(run, colour))
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))
