"""Of more points than a screen has pixels, those that can be seen. Points are in pixels, (N, 2); NaN is a gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from app.views.chart.axis import Floats

_TALL = 6.0  # Pixels that a line goes up and down within one from which it is a band.


def reduced(points: Floats, plot: QRectF, *, whole: bool, cropped: bool) -> tuple[Floats, Floats]:
    """Return a line with no more points than can be told apart, or else the upright strokes that it amounts to.

    The first is (M, 2) and empty where the second, (M, 4) as x₁, y₁, x₂, y₂, is not. Of a line that goes one way along
    x, the lowest and highest of each pixel are kept. `whole`: nothing is NaN; `cropped`: it goes on beyond the plot.
    """
    width = max(int(plot.width()), 1)
    if cropped and len(points) > 4 * width:
        points = _near(points, plot)
    if len(points) <= 4 * width:
        return points, np.empty((0, 4))
    x, y = points[:, 0], points[:, 1]
    column = np.floor(x)
    if not whole:
        column[np.isnan(x)] = -np.inf  # Each gap is a column.
    starts = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
    if len(starts) > 4 * width:
        return _distinct(points, 5 * width), np.empty((0, 4))
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    tall = (high - low)[np.isfinite(low)] if not whole else high - low
    if len(tall) and np.median(tall) > _TALL:
        low, high = (np.clip(ends, plot.top() - 2, plot.bottom() + 2) for ends in (low, high))
        return np.empty((0, 2)), _upright(column[starts] + 0.5, low, high)
    # Both in the order in which the line comes to them.
    stops = np.append(starts[1:], len(x)) - 1
    rising = y[starts] <= y[stops]
    kept = np.empty((2 * len(starts), 2))
    kept[0::2, 0], kept[1::2, 0] = x[starts], x[stops]
    kept[0::2, 1], kept[1::2, 1] = np.where(rising, low, high), np.where(rising, high, low)
    return kept, np.empty((0, 4))


def lone(points: Floats) -> Floats:
    """Return the points that have no neighbour to be joined to."""
    there = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    before, after = np.append(False, there[:-1]), np.append(there[1:], False)
    return np.take(points, np.flatnonzero(there & ~before & ~after), axis=0)


def thinned(points: Floats, plot: QRectF, cell: float) -> Floats:
    """Return the points within the plot, of those that share a square of `cell` pixels only the last."""
    left, top, right, bottom = plot.left() - 0.5, plot.top() - 0.5, plot.right() + 0.5, plot.bottom() + 0.5
    x, y = points[:, 0], points[:, 1]
    points = np.take(points, np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom)), axis=0)
    if not len(points):
        return points
    squares = ((points - (left, top)) / cell).astype(np.int64)
    numbers = squares[:, 1] * (int(squares[:, 0].max()) + 1) + squares[:, 0]
    last = np.full(int(numbers.max()) + 1, -1)
    last[numbers] = np.arange(len(points))
    return np.take(points, np.sort(last[last >= 0]), axis=0)


def standing(left: Floats, right: Floats, y: Floats, base: float, plot: QRectF) -> Floats:
    """Return bars (M, 4), as left, top, right, bottom in whole pixels; those finer than a pixel are put together."""
    left, right = np.fmin(left, right), np.fmax(left, right)
    there = np.isfinite(left) & np.isfinite(y) & (right >= plot.left()) & (left <= plot.right())
    left = np.round(np.maximum(left[there], plot.left() - 2) + 1e-6)
    right = np.round(np.minimum(right[there], plot.right() + 2) + 1e-6)
    # Beyond the plot a bar has no end to be seen.
    base = min(max(base, plot.top() - 2), plot.bottom() + 2)
    y = np.clip(y[there], plot.top() - 2, plot.bottom() + 2)
    top, bottom = np.round(np.minimum(y, base)), np.round(np.maximum(y, base))
    if len(y) > plot.width():
        order = np.argsort(left, kind="stable")
        starts = np.flatnonzero(np.append(True, np.diff(left[order]) != 0))
        left, right = left[order][starts], np.maximum.reduceat(right[order], starts)
        top, bottom = np.minimum.reduceat(top[order], starts), np.maximum.reduceat(bottom[order], starts)
    return np.stack([left, top, np.maximum(right, left + 1), bottom], axis=1)


def _near(points: Floats, plot: QRectF) -> Floats:
    """Return a line without the points that lie, as both their neighbours do, to the same side of the plot."""
    x = points[:, 0]
    far = np.zeros(len(points), bool)
    for beyond in (x < plot.left() - 1, x > plot.right() + 1):
        far[1:-1] |= beyond[:-2] & beyond[1:-1] & beyond[2:]
    return np.take(points, np.flatnonzero(~far), axis=0)


def _upright(x: Floats, low: Floats, high: Floats) -> Floats:
    """Return upright strokes, made longer where one would not touch the one before."""
    before_low, before_high = np.append(np.nan, low[:-1]), np.append(np.nan, high[:-1])
    strokes = np.stack([x, np.fmin(low, before_high), x, np.fmax(high, before_low)], axis=1)
    return strokes[np.isfinite(low)]


def _distinct(points: Floats, most: int) -> Floats:
    """Return a line that turns back without the points that fall on the one before, and at most about `most`."""
    there = np.isfinite(points).all(axis=1)
    gaps = np.cumsum(~there)
    place: NDArray[np.float64] = np.round(2 * points)
    kept = np.flatnonzero(np.append(True, (place[1:] != place[:-1]).any(axis=1)) & there)
    kept = kept[:: max(len(kept) // most, 1)]
    after_gap = np.flatnonzero(np.diff(gaps[kept]) > 0) + 1
    return np.insert(points[kept], after_gap, np.nan, axis=0)
