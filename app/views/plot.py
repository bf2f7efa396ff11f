"""One panel of curves: a pyqtgraph plot that is given only as many points as it can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.core import theme
from app.runs.comparison import Comparison
from app.views.kept import MEAN_WINDOW, KeptCurves, value_words
from app.views.painted import small_font
from app.views.pyramid import Pyramid
from app.views.series import FAINT, SYMBOLS, Panel, Series, colour_of
from lab.core.events import Scalars

_PAIRS = 600
_TICK_WIDTH = 36  # Logical pixels from one number on the axis of steps to the next.
_LEAPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


class Plot(QObject):
    """The plot of a panel.

    `places` counts the labels of the whole view: one label has one colour and one shape in all panels.
    """

    moved = Signal(float, float)
    """The user zoomed or moved it: the new range of steps."""

    def __init__(self, parent: QWidget, panel: Panel, places: Mapping[str, int]) -> None:
        super().__init__(parent)
        self.panel = panel
        self._places = places
        self._log = panel.log and panel.y_range is None
        self._held = False  # The user set its range by hand.
        self._x_range = (0.0, 1.0)
        self._y_range: tuple[float, float] | None = None
        self._tick_step = 0.0
        self.widget = pg.PlotWidget(parent, enableMenu=False)
        self.widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.widget.setFrameStyle(0)
        self.widget.hide()
        self._item = self.widget.getPlotItem()
        # The scene takes its direction from the application, not from the widget.
        self._item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._item.hideButtons()
        self._item.showGrid(x=False, y=True, alpha=0.7)
        self._box = self._item.getViewBox()
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self._box.sigRangeChangedManually.connect(self._moved_by_hand)
        self._axes = {side: self._item.getAxis(side) for side in ("left", "bottom")}
        self._axes["left"].setWidth(42)
        self._axes["bottom"].setHeight(20)
        for axis in self._axes.values():
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=5, maxTickLevel=0, hideOverlappingLabels=True)
        self._axes["left"].setLogMode(self._log)
        self._data = [Pyramid() for _ in panel.series]
        self._curves = [pg.PlotCurveItem() for _ in panel.series]
        self._means = [pg.PlotCurveItem(antialias=True) if s.smoothed else None for s in panel.series]
        self._marks = [None if s.smoothed else pg.ScatterPlotItem(pxMode=True) for s in panel.series]
        # Faint batch curves below, means above them, markers on top.
        for layer in (self._curves, self._means, self._marks):
            for curve in layer:
                if curve is not None:
                    self._item.addItem(curve, ignoreBounds=True)
        self._kept = KeptCurves(self._item, panel)
        self._pointer = pg.InfiniteLine(angle=90, movable=False)
        self._pointer.hide()
        self._item.addItem(self._pointer, ignoreBounds=True)

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
    def last_step(self) -> float:
        """The newest step of all series, 0 where there is none."""
        return max((float(data.x[-1]) for data in self._filled), default=0.0)

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The steps and values in view; values as logarithms where the axis is logarithmic."""
        x, y = self._box.viewRange()
        return (x[0], x[1]), (y[0], y[1])

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
        self._kept.restyle(self._colour)

    def clear(self) -> None:
        """Forget all points of the present run."""
        self._data = [Pyramid() for _ in self.panel.series]
        self._y_range = None

    def follow(self) -> None:
        """Let go of the range that the user set."""
        self._held = False
        self._y_range = None

    def set_log(self, log: bool) -> None:
        """Switch the axis to logarithms, where the panel allows it."""
        if self.panel.y_range is None and log != self._log:
            self._log = log
            self._axes["left"].setLogMode(log)
            self.follow()

    def draw(self, window: tuple[float, float] | None, last_step: float) -> None:
        """Give pyqtgraph what is in view: of the steps `window`, or of the whole run up to `last_step`."""
        self._x_range = window or (0.0, _round_up(max(last_step, 10), _LEAPS))
        self._space_ticks()
        pairs = int(min(_PAIRS, max(self.widget.width(), 100)))
        low, high = self._kept.draw(self._x_range, pairs, self._log, self._shown)
        lows, highs = [low], [high]
        for data, curve, mean, marks in zip(self._data, self._curves, self._means, self._marks, strict=True):
            x, y = data.reduce(*self._x_range, pairs)
            y = self._shown(y)
            finite = np.isfinite(y)
            if finite.any():
                lows.append(float(y[finite].min()))
                highs.append(float(y[finite].max()))
            curve.setData(x, y, connect="all" if finite.all() else "finite", skipFiniteCheck=bool(finite.all()))
            if mean is not None:
                x, y = data.means(*self._x_range, MEAN_WINDOW, max(pairs // 2, 100))
                mean.setData(x, self._shown(y), connect="finite")
            if marks is not None:
                # A marker for every point would hide the line in a long run.
                chosen = np.flatnonzero(finite)[:: max(int(finite.sum()) // 40, 1)]
                marks.setData(x[chosen], y[chosen])
        low, high = min(lows), max(highs)
        self._fit(*((low, high) if low <= high else (0.0, 1.0)))

    def point_at(self, step: float | None) -> None:
        """Show the line of the pointer at a step, or hide it."""
        self._pointer.setVisible(step is not None)
        if step is not None:
            self._pointer.setValue(step)

    def step_at(self, position: QPoint) -> float | None:
        """Return the known step nearest to a position in the widget, None outside the plot."""
        filled = self._filled
        scene = self.widget.mapToScene(position)
        if not filled or not self._box.sceneBoundingRect().contains(scene):
            return None
        x = self._box.mapSceneToView(scene).x()
        return min((float(data.x[data.nearest(x)]) for data in filled), key=lambda step: abs(step - x))

    def describe(self, position: QPoint) -> str:
        """Say the exact value of every series at the step nearest to a position in the widget."""
        step = self.step_at(position)
        if step is None:
            return ""
        lines = []
        for series, data in zip(self.panel.series, self._data, strict=True):
            if len(data):
                lines.append(value_words(series, data, step, self.panel.unit))
        return "\n".join([self.panel.title, *self._kept.present(), *lines, *self._kept.describe(step)])

    def restyle(self) -> None:
        """Take the colours and fonts of the theme."""
        colours = theme.colours()
        self.widget.setBackground(colours.surface)
        for axis in self._axes.values():
            axis.setPen(pg.mkPen(colours.border, width=1))
            axis.setTextPen(colours.muted)
            axis.setTickFont(small_font(self.widget.font()))
        self._pointer.setPen(pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DashLine))
        for series, curve, mean, marks in zip(self.panel.series, self._curves, self._means, self._marks, strict=True):
            colour = QColor(self._colour(series))
            if mean is not None:
                mean.setPen(pg.mkPen(colour, width=1))
            if marks is not None:
                marks.setSymbol(SYMBOLS[self._places[series.label] % len(SYMBOLS)])
                marks.setSize(7)
                marks.setBrush(pg.mkBrush(colour))
                marks.setPen(pg.mkPen(colours.surface, width=1))
            line = QColor(colour)
            line.setAlpha(FAINT if mean is not None else 255)
            curve.setPen(pg.mkPen(line, width=1))
        self._kept.restyle(self._colour)

    def _colour(self, series: Series) -> str:
        return colour_of(series, self._places[series.label])

    def _space_ticks(self) -> None:
        """Give the axis of steps whole numbers, far enough from each other to be read."""
        low, high = self._x_range
        step = _round_up(max((high - low) * _TICK_WIDTH / max(self._box.width(), 1), 1), (1, 2, 5, 10))
        if step != self._tick_step:
            self._tick_step = step
            self._axes["bottom"].setTickSpacing(levels=[(step, 0)])

    def _moved_by_hand(self, *_: Any) -> None:
        self._held = True
        low, high = self._box.viewRange()[0]
        self._x_range = (low, high)
        self.moved.emit(low, high)

    def _shown(self, y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        if not self._log:
            return y
        positive = y > 0
        logarithms: np.ndarray[Any, Any] = np.log10(y, out=np.full(y.shape, np.nan, y.dtype), where=positive)
        return logarithms

    def _fit(self, low: float, high: float) -> None:
        """Set the ranges; that of y only when the curves left it or no longer fill it, so that it stays calm."""
        if self._held:
            self._y_range = self.ranges[1]
        else:
            wanted = _with_room(low, high, self._log, self.panel.y_range)
            now = self._y_range
            if now is None or low < now[0] or high > now[1] or wanted[1] - wanted[0] < 0.6 * (now[1] - now[0]):
                self._y_range = wanted
        if self.ranges != (self._x_range, self._y_range):
            self._box.setRange(xRange=self._x_range, yRange=self._y_range, padding=0, disableAutoRange=True)


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
