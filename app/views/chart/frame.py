"""Where everything of a chart stands: its plane, ticks, legend and words, none of them over another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from app.core.language import tr
from app.views.chart.axis import Floats, minor_fractions, spaced_ticks
from app.views.chart.legend import LINE, Legend, legend
from app.views.chart.style import Look
from app.views.font_metrics import Metrics, font_metrics
from app.views.painted import small_font
from app.views.plane import Plane, Span
from app.views.prose import spoken
from lab.core.figures import Axis, Chart

_TICK = 12.0  # The height of the numbers below the plot.
_CAP = 10.0  # The height of the numbers beside it.
_GAP = 5.0
_ABOVE = 6.0


@dataclass(frozen=True)
class Tick:
    """A number on an axis: where it belongs, in pixels, and where it stands."""

    at: float
    words: str
    area: QRectF


@dataclass(frozen=True)
class Said:
    """Words and where they stand."""

    words: str
    area: QRectF


@dataclass(frozen=True)
class Frame:
    """A chart in its place, in logical pixels."""

    plane: Plane
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_minor: Floats
    y_minor: Floats
    x_name: Said
    y_name: Said
    legend: tuple[tuple[QRectF, Look], ...]
    more: QRectF
    """Where the legend says that it goes on; empty where it does not."""

    @property
    def plot(self) -> QRectF:
        """The area of the data."""
        return self.plane.area


def axis_name(axis: Axis) -> str:
    """Return the words of an axis with its unit."""
    return tr(", ").join(part for part in (spoken(axis.label), "%" if axis.share else spoken(axis.unit)) if part)


def written(axis: Axis, span: Span) -> Span:
    """Return the range whose numbers stand beside an axis: of shares in per cent."""
    return Span(100 * span.low, 100 * span.high, span.log) if axis.share else span


def framed(chart: Chart, looks: Sequence[Look], area: QRectF, spans: tuple[Span, Span], font: QFont) -> Frame:
    """Lay a chart out in `area`."""
    metrics = font_metrics(small_font(font))
    x, y = spans
    low = area.height() < 150
    x_words, y_words = axis_name(chart.x), axis_name(chart.y)
    y_width = min(metrics.width(y_words) + 1, area.width())
    # Where there is little room, the pointer tells the rest.
    # What stands beside its points needs no other name.
    looks = [look for look in looks if not look.line.names]
    entries = legend(looks, area.width(), max(1, int(area.height() - 30) // 60), metrics)
    if y_words and low and entries.rows:
        # Only what has room beside the name of the axis.
        entries = legend(looks, max(area.width() - y_width - 20, 0), 1, metrics)
        entries = entries if entries.width + y_width + 20 <= area.width() else Legend()
    beside = bool(y_words) and len(entries.rows) == 1 and y_width + 20 + entries.width <= area.width()
    placed, more = entries.placed(area.right() - entries.width if beside or not y_words else area.left(), area.top())
    top = area.top() + entries.height + (LINE if y_words and not beside else 0)
    y_name = Said(y_words, QRectF(area.left(), top - LINE, y_width, LINE if y_words else 0))
    top += _ABOVE if entries.rows or y_words else 3
    x_width = min(metrics.width(x_words), (0.5 if low else 1) * area.width())
    own_row = bool(x_words) and not low
    bottom = area.bottom() - _GAP - _TICK - (_TICK + 2 if own_row else 0)
    height = max(bottom - top, 10.0)
    y_shown = spaced_ticks(written(chart.y, y), height, lambda _words: 15.0 if height < 110 else 26.0)
    y_shown = [(place, words) for place, words in y_shown if metrics.width(words) < 0.6 * area.width()]
    left = math.ceil(area.left() + max((metrics.width(words) for _, words in y_shown), default=0.0) + 6)
    plot = QRectF(left + 0.5, math.floor(top) + 0.5, math.floor(area.right() - 5 - left), math.floor(height))
    x_row = QRectF(area.left(), plot.bottom() + _GAP, area.width(), _TICK)
    x_area = QRectF(area.right() - x_width - 1, x_row.bottom() + 2 if own_row else x_row.top(), x_width + 1, _TICK)
    end = math.inf if own_row or not x_words else x_area.left() - plot.left()
    across = x_ticks(written(chart.x, x), plot, x_row, end, metrics)
    return Frame(
        Plane(plot, x, y),
        tuple(counting(across, x, plot, metrics) if chart.x.whole else across),
        tuple(y_ticks(y_shown, plot, metrics)),
        plot.left() + minor_fractions(x, plot.width()) * plot.width(),
        plot.bottom() - minor_fractions(y, plot.height()) * plot.height(),
        Said(x_words, x_area if x_words else QRectF()),
        y_name,
        placed,
        more,
    )


def x_ticks(span: Span, plot: QRectF, row: QRectF, end: float, metrics: Metrics) -> list[Tick]:
    """Return the numbers of the axis below `plot`, standing in `row` up to `end`, in pixels from the plot's left."""
    result: list[Tick] = []
    for fraction, words in spaced_ticks(span, plot.width(), lambda words: metrics.width(words) + 12, end):
        at, width = plot.left() + fraction * plot.width(), metrics.width(words)
        left = min(max(at - width / 2, row.left()), row.right() - width)
        # What was moved in from the edge may have no room.
        if not (result and left < result[-1].area.right() + 4):
            result.append(Tick(at, words, QRectF(left, row.top(), width, row.height())))
    return result


def counting(ticks: Sequence[Tick], x: Span, plot: QRectF, metrics: Metrics) -> Iterator[Tick]:
    """Yield those ticks that stand at whole numbers, without decimals: there is no half a step."""
    for tick in ticks:
        step = x.low + (tick.at - plot.left()) / plot.width() * (x.high - x.low)
        if abs(step - round(step)) < 1e-6 * max(x.high - x.low, 1.0):
            words = tick.words if "e" in tick.words else tick.words.partition(".")[0]
            area, width = tick.area, metrics.width(words)
            yield Tick(tick.at, words, QRectF(area.center().x() - width / 2, area.top(), width, area.height()))


def y_ticks(shown: list[tuple[float, str]], plot: QRectF, metrics: Metrics) -> list[Tick]:
    """Return the numbers of the axis beside `plot`, of what `spaced_ticks` found."""
    result = []
    for fraction, words in shown:
        at, width = plot.bottom() - fraction * plot.height(), metrics.width(words)
        result.append(Tick(at, words, QRectF(plot.left() - 5 - width, at - _CAP / 2, width, _CAP)))
    return result
