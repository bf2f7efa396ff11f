"""The connections of a network as curves: as wide as a weight is large, whole where it is positive, else dashed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.views.painted import blend
from lab.core.events import Array

_PIECES = 3200
"""All pieces of all curves, about: each costs a microsecond."""
_DASH, _SHARE = 12.0, 0.62
"""From one dash to the next in pixels, and how much of that is drawn."""
_STEP = 0.5
"""Pixels between one width of a line and the next."""
_FADED = 0.22
_NEAR = 6.0


def sign_colour(negative: bool) -> QColor:
    """Return the colour of weights of one sign: that of such outputs in the maps."""
    return QColor(*(int(channel) for channel in theme.signed_table()[38 if negative else 217]))


class Curves:
    """C curves: `ends` (C, 4) are x, y where each begins and ends; from left to right, level at both ends."""

    def __init__(self, ends: Array) -> None:
        self.ends = ends
        count = len(ends)
        across = float((ends[:, 2] - ends[:, 0]).max(initial=1.0))
        pieces = int(np.clip(round(across / 9), 5, max(_PIECES // max(count, 1), 6)))
        points = _along(ends[:, None, :], np.linspace(0, 1, pieces + 1))
        self._solid = np.concatenate([points[:, :-1], points[:, 1:]], axis=2)
        lengths = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
        dashes = np.maximum(np.round(lengths / _DASH), 2).astype(int)
        self._owner = np.repeat(np.arange(count), dashes)
        first = np.arange(len(self._owner)) - np.repeat(np.cumsum(dashes) - dashes, dashes)
        of = dashes[self._owner]
        from_, to = (first + (1 - _SHARE) / 2) / of, (first + (1 + _SHARE) / 2) / of
        self._dashes = np.concatenate([_along(ends[self._owner], from_), _along(ends[self._owner], to)], axis=1)

    def at(self, place: int, share: float = 0.5) -> QPointF:
        """Return the point at `share` of the way along a curve."""
        x, y = _along(self.ends[place], np.array(share)).tolist()
        return QPointF(x, y)

    def nearest(self, point: QPointF) -> int | None:
        """Return the curve under a point."""
        if not len(self.ends):
            return None
        start, way = self._solid[..., :2], self._solid[..., 2:] - self._solid[..., :2]
        to = np.array([point.x(), point.y()]) - start
        share = np.clip((to * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-9), 0, 1)
        away = to - share[..., None] * way
        distances = np.hypot(away[..., 0], away[..., 1]).min(axis=1)
        place = int(distances.argmin())
        return place if distances[place] <= _NEAR else None

    def paint(self, painter: QPainter, weights: Array, full: float, thickest: float, lit: NDArray[np.bool_]) -> None:
        """Paint all curves; a weight (C,) of `full` is `thickest` pixels wide. Those that are not `lit` are faint.

        What is no number is a row of dots in the muted colour; thin ones lie beneath thick ones.
        """
        finite = np.isfinite(weights)
        widths = np.abs(np.where(finite, weights, 0.0)) * (thickest / full)
        # Below a pixel it is the colour that gets thinner: three shades. Few pens, each with one call of Qt.
        bins = np.where(widths < 1, np.ceil(widths * 3 - 1e-9) / 3, np.round(widths / _STEP) * _STEP)
        negative = np.where(finite, weights, 0.0) < 0
        for bright in (False, True):
            chosen = lit == bright
            if not chosen.any():
                continue
            for width in np.unique(bins[chosen]).tolist():
                for below in (False, True):
                    which = chosen & finite & (bins == width) & (negative == below)
                    if which.any():
                        self._draw(painter, which, width, below, bright)
            lost = chosen & ~finite
            if lost.any():
                pen = QPen(QColor(theme.colours().muted), 1.6, Qt.PenStyle.DotLine)
                draw_lines(painter, self._solid[lost].reshape(-1, 4), pen)

    def _draw(self, painter: QPainter, which: NDArray[np.bool_], width: float, below: bool, bright: bool) -> None:
        colours = theme.colours()
        share = 0.3 + 0.7 * min(width, 1.0)
        colour = blend(sign_colour(below).name() if width else colours.muted, colours.surface, share)
        if not bright:
            colour = blend(colour.name(), colours.surface, _FADED)
        pieces = self._dashes[which[self._owner]] if below else self._solid[which].reshape(-1, 4)
        # Square ends close the corners between the pieces of a wide line; they would also close its dashes.
        joined = width > 1 and not below
        cap = Qt.PenCapStyle.SquareCap if joined else Qt.PenCapStyle.FlatCap
        draw_lines(painter, pieces, QPen(colour, max(width, 1.0), Qt.PenStyle.SolidLine, cap))

    def paint_one(self, painter: QPainter, place: int, negative: bool, width: float, colour: QColor) -> None:
        """Paint one curve in a colour of its own."""
        pieces = self._dashes[self._owner == place] if negative else self._solid[place]
        draw_lines(painter, pieces, QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))

    def paint_halo(self, painter: QPainter, place: int, width: float, colour: QColor) -> None:
        """Paint what shows which curve is meant, beneath it."""
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
        draw_lines(painter, self._solid[place], pen)


def _along(ends: Array, share: Array) -> Array:
    """Return points (…, 2) at shares of the way along curves (…, 4) with control points half way across."""
    rest, x0, y0, x1, y1 = 1 - share, ends[..., 0], ends[..., 1], ends[..., 2], ends[..., 3]
    middle = (x0 + x1) / 2
    start, end, control = rest**3, share**3, 3 * rest * share
    x = start * x0 + control * middle + end * x1
    y = (start + control * rest) * y0 + (control * share + end) * y1
    return np.stack([x, y], axis=-1)


def draw_lines(painter: QPainter, pieces: Array, pen: QPen) -> None:
    """Draw pieces (M, 4) with one call."""
    painter.setPen(pen)
    painter.drawLines(*primitives(QLineF, pieces).drawargs())


def primitives(kind: type[QLineF] | type[QRectF], numbers: Array) -> PrimitiveArray:
    """Return lines or rectangles of numbers (M, 4), for one call of Qt."""
    array = PrimitiveArray(kind, 4)
    array.resize(len(numbers))
    array.ndarray()[:] = numbers
    return array
