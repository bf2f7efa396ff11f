"""One panel of curves, painted from only as many points as it can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.runs.comparison import Comparison
from app.views.chart.axis import drawn, ends, part, spaced_ticks
from app.views.chart.frame import Frame, Said, counting, x_ticks, y_ticks
from app.views.curve import Curve, pen_of
from app.views.font_metrics import font_metrics
from app.views.kept import MEAN_WINDOW, KeptCurves, value_words
from app.views.plane import Plane, Span
from app.views.pyramid import Pyramid
from app.views.series import FAINT, Panel, Series, colour_of, shape_of
from lab.core.events import Scalars

_PAIRS = 600
_LEAPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_LEAST_LEFT = 36.0  # So that the plot stays where it is when a number on the axis gets longer.
_BELOW = 18.0  # For the numbers of the steps.
_NOTHING = Said("", QRectF())


@dataclass
class _Now:
    """What is drawn of a series, and of what it was made."""

    key: tuple[object, ...] = ()
    curves: tuple[Curve, ...] = ()


class Plot:
    """The plot of a panel.

    `places` counts the labels of the whole view: one label has one colour and one shape in all panels.
    """

    def __init__(self, panel: Panel, places: Mapping[str, int]) -> None:
        self.panel = panel
        self.area = QRectF()
        """Where it stands, with its axes, in logical pixels; empty while it is not seen."""
        self.frame: Frame | None = None
        """Axes and their numbers; another object whenever they changed."""
        self._font = QFont()
        self._places = places
        self._log = panel.log and panel.y_range is None
        self._held = False  # The user set its range by hand.
        self._x = Span(0.0, 1.0)
        self._y: Span | None = None
        self._data = [Pyramid() for _ in panel.series]
        self._now = [_Now() for _ in panel.series]
        self._kept = KeptCurves(panel)

    @property
    def begun(self) -> bool:
        """Whether there is anything of the present run."""
        return any(len(data) for data in self._data)

    @property
    def filled(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._filled)

    @property
    def _filled(self) -> list[Pyramid]:
        return [data for data in [*self._data, *self._kept.data] if len(data)]

    @property
    def rhythms(self) -> set[str]:
        """The rhythms of which something is shown."""
        return {series.rhythm for series, data in zip(self.panel.series, self._data, strict=True) if len(data)}

    @property
    def labels(self) -> set[str]:
        """The labels of which something is shown."""
        return {series.label for series, data in zip(self.panel.series, self._data, strict=True) if len(data)}

    @property
    def last_step(self) -> float:
        """The newest step of all series, 0 where there is none."""
        return max((float(data.x[-1]) for data in self._filled), default=0.0)

    @property
    def spans(self) -> tuple[Span, Span]:
        """The steps and values in view."""
        return self._x, self._y or Span(0.0, 1.0)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is drawn of the present run: faint batch curves below, means above them, markers on top."""
        drawn_now = [now.curves for now in self._now]
        faint = [curves[0] for curves in drawn_now if len(curves) > 1]
        return (*faint, *(curves[-1] for curves in drawn_now if curves))

    @property
    def kept(self) -> tuple[Curve, ...]:
        """What is drawn of the runs that are kept for comparison."""
        return self._kept.curves

    @property
    def inside(self) -> QRectF:
        """The area of the data, without axes; empty while it is not seen."""
        return QRectF() if self.frame is None or self.area.isEmpty() else self.frame.plot

    def append(self, rhythm: str, events: Sequence[Scalars]) -> None:
        """Take scalars; steps that were shown already, as after a continued run, are left out."""
        for series, data in zip(self.panel.series, self._data, strict=True):
            if series.rhythm != rhythm:
                continue
            points = [(e.step, e.values[series.value]) for e in events if series.value in e.values]
            if not points:
                continue
            steps, values = np.array(points, np.float64).T
            before = np.maximum.accumulate(np.concatenate([data.x[-1:] if len(data) else [-math.inf], steps]))
            new = steps > before[:-1]
            data.append(steps[new], values[new] * self.panel.scale)

    def compare(self, comparison: Comparison) -> None:
        """Show the runs that are kept beside the present one."""
        self._kept.take(comparison)

    def clear(self) -> None:
        """Forget all points of the present run."""
        self._data = [Pyramid() for _ in self.panel.series]
        self._now = [_Now() for _ in self.panel.series]
        self._y = None

    def place(self, area: QRectF, font: QFont) -> None:
        """Stand in `area`, empty to be hidden, with numbers in `font`."""
        self.area, self._font, self.frame = area, font, None

    def hold(self, y: Span) -> None:
        """Keep a range of values that the user set."""
        self._held, self._y = True, y

    def follow(self) -> None:
        """Let go of the range that the user set."""
        self._held, self._y = False, None

    def set_log(self, log: bool) -> None:
        """Switch the axis to logarithms, where the panel allows it."""
        if self.panel.y_range is None and log != self._log:
            self._log = log
            self.follow()

    def draw(self, window: tuple[float, float] | None, last_step: float) -> None:
        """Take what is in view: of the steps `window`, or of the whole run up to `last_step`."""
        if self.area.isEmpty():
            return
        x = Span(*(window or (0.0, _round_up(max(last_step, 10), _LEAPS))))
        pairs = int(min(_PAIRS, max(self.area.width(), 100)))
        extents = [self._kept.draw((x.low, x.high), pairs, self._log, self._colour)]
        for series, data, now in zip(self.panel.series, self._data, self._now, strict=True):
            # What came each epoch stays as it is for many batches.
            key = len(data), x, pairs, self._log, self._colour(series)
            if now.key != key:
                now.key, now.curves = key, self._made(series, data, x, pairs)
            extents += [curve.extent for curve in now.curves[:1]]
        low, high = min(low for low, _ in extents), max(high for _, high in extents)
        self._fit(x, *((low, high) if low <= high else (0.0, 1.0)))

    def _made(self, series: Series, data: Pyramid, x: Span, pairs: int) -> tuple[Curve, ...]:
        """Return the curve of a series, with that of its mean if it has one."""
        steps, values = data.reduce(x.low, x.high, pairs)
        y, pen = drawn(values, self._log), pen_of(self._colour(series))
        if not series.smoothed:
            return (Curve(steps, y, pen, shape=shape_of(self._places[series.label])),)
        faint = Curve(steps, y, pen_of(self._colour(series), FAINT), fine=False)
        steps, values = data.means(x.low, x.high, MEAN_WINDOW, max(pairs // 2, 100))
        return faint, Curve(steps, drawn(values, self._log), pen)

    def paint_kept(self, painter: QPainter) -> None:
        """Paint what seldom changes: the runs that are kept. The axes are painted with `frame`."""
        self._paint(painter, self._kept.curves)

    def paint(self, painter: QPainter, step: float | None) -> None:
        """Paint the present run, and a line at a step that is pointed at."""
        self._paint(painter, self.curves)
        if self.frame is not None and step is not None:
            across = self._x.fraction(step)
            if 0 <= across <= 1:
                plot = self.frame.plot
                at = plot.left() + across * plot.width()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(QPen(QColor(theme.colours().muted), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint(self, painter: QPainter, curves: Sequence[Curve]) -> None:
        if self.frame is None:
            return
        # Markers at the edge reach beyond the plot, lines do not.
        painter.setClipRect(self.frame.plot.adjusted(0, -1, 1, 1))
        for curve in curves:
            curve.paint_line(painter, self.frame.plane)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.frame.plot.adjusted(-5, -5, 5, 5))
        for curve in curves:
            curve.paint_markers(painter, self.frame.plane)
        painter.setClipping(False)

    def step_at(self, point: QPointF) -> float | None:
        """Return the known step nearest to a point of the view, None outside the plot."""
        filled = self._filled
        if not filled or self.frame is None or not self.inside.contains(point):
            return None
        x = self._x.value(self.frame.plane.fractions_at(point)[0])
        return min((float(data.x[data.nearest(x)]) for data in filled), key=lambda step: abs(step - x))

    def describe(self, point: QPointF) -> str:
        """Say the exact value of every series at the step nearest to a point of the view."""
        step = self.step_at(point)
        if step is None:
            return ""
        lines = []
        for series, data in zip(self.panel.series, self._data, strict=True):
            if len(data):
                lines.append(value_words(series, data, step, self.panel.unit))
        return "\n".join([self.panel.title, *self._kept.present(), *lines, *self._kept.describe(step)])

    # The hand.

    def zoomed(self, factor: float, point: QPointF, last_step: float) -> tuple[Span, Span]:
        """Return the ranges `factor` times as long, about a point; beside the plot, only those of the axis there."""
        x, y = self.spans
        if self.frame is None:
            return x, y
        across, up = self.frame.plane.fractions_at(point)
        if point.y() <= self.inside.bottom():
            y = part(y, up - up * factor, up + (1 - up) * factor, y)
        if point.x() >= self.inside.left():
            x = part(x, across - across * factor, across + (1 - across) * factor, _whole(last_step))
        return x, y

    def panned(self, by: QPointF, last_step: float) -> tuple[Span, Span]:
        """Return the ranges after what is drawn was moved by some pixels."""
        x, y = self.spans
        across, up = -by.x() / max(self.inside.width(), 1), by.y() / max(self.inside.height(), 1)
        return part(x, across, 1 + across, _whole(last_step)), part(y, up, 1 + up, y)

    def _colour(self, series: Series) -> str:
        return colour_of(series, self._places[series.label])

    def _fit(self, x: Span, low: float, high: float) -> None:
        """Set the ranges; that of y only when the curves left it or no longer fill it, so that it stays calm."""
        y = self._y
        if not self._held:
            wanted = _with_room(low, high, self._log, self.panel.y_range)
            now = None if y is None else ends(y)
            if now is None or low < now[0] or high > now[1] or wanted[1] - wanted[0] < 0.6 * (now[1] - now[0]):
                y = Span(10.0 ** wanted[0], 10.0 ** wanted[1], True) if self._log else Span(*wanted)
        if self.frame is None or (x, y) != (self._x, self._y):
            self._x, self._y = x, y
            self.frame = _framed(self.area, *self.spans, self._font)


def _framed(area: QRectF, x: Span, y: Span, font: QFont) -> Frame:
    """Lay axes out in `area`; those of steps have whole numbers only."""
    metrics = font_metrics(font)
    top, bottom = math.floor(area.top() + 4) + 0.5, math.floor(area.bottom() - _BELOW)
    height = max(bottom - top, 10.0)
    shown = spaced_ticks(y, height, lambda _words: 15.0 if height < 110 else 26.0)
    left = math.ceil(area.left() + max([_LEAST_LEFT, *(metrics.width(words) + 8 for _, words in shown)]))
    plot = QRectF(left + 0.5, top, max(math.floor(area.right() - 6 - left), 10), height)
    row = QRectF(area.left(), plot.bottom() + 4, area.width(), 12)

    across = tuple(counting(x_ticks(x, plot, row, math.inf, metrics), x, plot, metrics))
    up = tuple(y_ticks(shown, plot, metrics))
    return Frame(Plane(plot, x, y), across, up, np.empty(0), np.empty(0), _NOTHING, _NOTHING, (), QRectF())


def _whole(last_step: float) -> Span:
    return Span(0.0, _round_up(max(last_step, 10), _LEAPS))


def _with_room(low: float, high: float, log: bool, limits: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range of an axis: values with some room, from zero where that is near, within limits."""
    room = 0.06 * (high - low) or max(0.05 * abs(high), 1e-6)
    from_zero = not log and limits is None and 0 <= low < 0.5 * high
    bottom, top = (0.0 if from_zero else low - room), high + room
    if limits is not None:
        # A little outside the limits, so that a curve at 100 % does not lie on the frame.
        slack = 0.02 * (limits[1] - limits[0])
        bottom, top = max(bottom, limits[0] - slack), min(top, limits[1] + slack)
    return bottom, top


def _round_up(value: float, factors: Sequence[float]) -> float:
    """Return the next round number: the axis grows in leaps, and is drawn anew only then."""
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(f * power for f in factors if value <= f * power * (1 + 1e-9)))
