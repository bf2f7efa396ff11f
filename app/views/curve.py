"""One curve, as it is painted: as one polygon, made from an array."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.views.chart.axis import Floats, ends
from app.views.plane import Plane
from app.views.series import RADIUS
from app.views.strokes import draw_markers

_FAR = 1e6
"""Pixels; lines of one pixel are cut to the picture exactly, but not those that end nowhere near."""
_MARKED = 40


def pen_of(colour: str, opacity: int = 255, dashes: Sequence[float] = ()) -> QPen:
    """Return a pen one pixel of the screen wide, for which alone Qt is fast; `dashes` in pixels, drawn and left out."""
    shade = QColor(colour)
    shade.setAlpha(opacity)
    pen = QPen(shade, 1)
    pen.setCosmetic(True)
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen


class Curve:
    """Points x (N,) and y (N,) as `drawn`, joined, NaN interrupts; laid out once for a plane, however often painted.

    Args:
        x: ascending, on a linear axis.
        y: logarithms on a logarithmic axis.
        pen: one pixel wide.
        fine: whether the line is smoothed; a band of many strokes gains nothing by that.
        shape: of markers, if there are any; of many points only about `_MARKED` have one.
    """

    def __init__(self, x: Floats, y: Floats, pen: QPen, *, fine: bool = True, shape: int | None = None) -> None:
        self.x, self.y, self.pen, self.fine, self.shape = x, y, pen, fine, shape
        self._finite = np.isfinite(y)
        self._whole = bool(self._finite.all())
        there = y if self._whole else y[self._finite]
        self.extent = (float(there.min()), float(there.max())) if len(there) else (math.inf, -math.inf)
        """Least and greatest y; infinite the wrong way round where there is none."""
        self._plane: Plane | None = None
        self._line = QPolygonF()
        self._pieces = QPainterPath()
        self._markers = np.empty((0, 2))

    def paint_line(self, painter: QPainter, plane: Plane) -> None:
        """Paint the line through the points; the painter is clipped to the plot."""
        self._lay(plane)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.fine)
        if self._whole:
            painter.setPen(self.pen)
            painter.drawPolyline(self._line)
        else:
            painter.strokePath(self._pieces, self.pen)

    def paint_markers(self, painter: QPainter, plane: Plane) -> None:
        """Paint the markers; those at the edge reach beyond the plot."""
        self._lay(plane)
        if self.shape is not None:
            draw_markers(painter, self._markers, self.shape, self.pen.color(), RADIUS)

    def _lay(self, plane: Plane) -> None:
        """Work out where everything lies in pixels."""
        if plane is self._plane:
            return
        self._plane = plane
        x, y = _pixels(self.x, self.y, plane)
        if len(x) < 2:
            self._line, self._pieces = QPolygonF(), QPainterPath()  # Nothing to be joined.
        elif self._whole:
            self._line = arrayToQPolygonF(x, y)
        else:
            self._pieces = arrayToQPath(x, y, "finite")
        if self.shape is not None:
            # A marker for every point would hide the line in a long run.
            there = np.flatnonzero(self._finite)
            chosen = there[:: max(len(there) // _MARKED, 1)]
            x, y, area = x[chosen], y[chosen], plane.area.adjusted(-0.5, -0.5, 0.5, 0.5)
            within = (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
            self._markers = np.stack([x[within], y[within]], axis=1)


def _pixels(x: Floats, y: Floats, plane: Plane) -> tuple[Floats, Floats]:
    """Return points in pixels."""
    plot = plane.area
    low, high = ends(plane.y)
    across = plot.left() + (x - plane.x.low) * (plot.width() / (plane.x.high - plane.x.low))
    down = plot.bottom() - (y - low) * (plot.height() / (high - low))
    return np.clip(across, -_FAR, _FAR), np.clip(down, -_FAR, _FAR)
