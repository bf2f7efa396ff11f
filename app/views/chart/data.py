"""The numbers of a chart as they are drawn, and the ranges that show them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.views.chart.axis import Extent, Floats, drawn, extent, fitted, together
from app.views.chart.style import Look, looks
from app.views.plane import Span
from lab.core.figures import Chart


@dataclass(frozen=True)
class Data:
    """One line: `x`, `y` (N,) as they are drawn, logarithms on a logarithmic axis, both NaN where nothing is.

    `whole` tells that nothing is NaN; `bar` is the width of a bar, 0 for other styles.
    """

    look: Look
    x: Floats
    y: Floats
    whole: bool
    x_extent: Extent
    y_extent: Extent
    bar: float = 0.0


def data_of(chart: Chart) -> list[Data]:
    """Return the lines of a chart."""
    return [_line(look, chart.x.log, chart.y.log) for look in looks(chart.lines)]


def ranges(chart: Chart, lines: Sequence[Data]) -> tuple[Span, Span]:
    """Return the ranges of both axes that show everything."""
    bars = [line for line in lines if line.bar]
    across = [line.x_extent for line in lines]
    across += [(line.x_extent[0] - line.bar / 2, line.x_extent[1] + line.bar / 2) for line in bars]
    up = [line.y_extent for line in lines]
    for mark in chart.marks:
        axis, kept = (chart.x, across) if mark.along == "x" else (chart.y, up)
        kept.append(extent(drawn([mark.value], axis.log)))
    standing = bool(bars) and not chart.y.log
    seen = together(*up, (0.0, 0.0)) if standing else together(*up)
    # What stands on zero needs no room below it.
    below, above = (0.0 if standing and seen[0] == 0 else 0.06), (0.0 if standing and seen[1] == 0 else 0.06)
    aside = 0.04 if any(line.look.marked for line in lines) else 0.0 if bars else 0.01
    return fitted(chart.x, together(*across), (aside, aside)), fitted(chart.y, seen, (below, above))


def _line(look: Look, x_log: bool, y_log: bool) -> Data:
    x, y = drawn(look.line.x, x_log), drawn(look.line.y, y_log)
    size = min(len(x), len(y))
    x, y = x[:size], y[:size]
    x_extent, y_extent = extent(x), extent(y)
    whole = not (math.isnan(x_extent[0]) or math.isnan(y_extent[0]))
    if not whole:
        there = np.isfinite(x) & np.isfinite(y)
        x, y = np.where(there, x, np.nan), np.where(there, y, np.nan)
        x_extent, y_extent = extent(x[there]), extent(y[there])
    bars = look.line.style == "bars" and bool(size)
    return Data(look, x, y, whole, x_extent, y_extent, _bar_width(x) if bars else 0.0)


def _bar_width(x: Floats) -> float:
    """Return how wide bars at x stand side by side: as far as the closest neighbours are apart."""
    known = x[np.isfinite(x)]
    if (np.diff(known) < 0).any():
        known = np.sort(known)
    if len(known) < 2:
        return 0.2 * abs(float(known[0])) or 1.0 if len(known) else 1.0
    apart = np.diff(known)
    # What differs only by rounding is the same place.
    apart = apart[apart > 1e-9 * max(abs(float(known[0])), abs(float(known[-1])))]
    return float(apart.min()) if len(apart) else 1.0
