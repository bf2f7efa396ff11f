"""The lines of a chart, made ready once for a place on the screen, to be painted and to be pointed at many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.views.chart.axis import Floats, drawn, place, places
from app.views.chart.data import Data
from app.views.chart.reduction import lone, reduced, standing, thinned
from app.views.chart.style import Look, paint_markers, patterned
from app.views.plane import Plane
from app.views.strokes import clipped, draw_segments, spaced

_SPARSE = 9.0  # Pixels from one marker to the next on a line that has more points than markers.


_CROWD = 60
_FEW = 24
_MARGIN = 4.0  # Strokes end this far outside the plot, so that their ends are not seen.


@dataclass(frozen=True)
class Ready:
    """One line: `points` (N, 2) in pixels, NaN where nothing is drawn, and what is painted for them."""

    look: Look
    points: Floats
    strokes: Floats
    upright: Floats
    dots: Floats
    markers: Floats
    bars: Floats
    half: float
    base: float

    @property
    def answers(self) -> int:
        """How many of its points, the first ones, answer a click: by opening something, or by being picked."""
        line = self.look.line
        return len(self.points) if line.picks else len(line.links)


@dataclass(frozen=True)
class Spot:
    """One point of a chart: of the `line`th line the `place`th point."""

    line: int
    place: int


def ready(data: Data, plane: Plane) -> Ready:
    """Make a line ready to be painted on a plane."""
    plot, look = plane.area, data.look
    points = np.empty((len(data.x), 2), order="F")
    places(data.x, plane.x, plot.left(), plot.width(), points[:, 0])
    places(data.y, plane.y, plot.bottom(), -plot.height(), points[:, 1])
    none = np.empty((0, 4))
    strokes, upright, dots, markers, bars, half, base = none, none, none[:, :2], none[:, :2], none, 0.0, 0.0
    if look.joined:
        cropped = place(data.x_extent[0], plane.x, 0, 1) < 0 or place(data.x_extent[1], plane.x, 0, 1) > 1
        line, upright = reduced(points, plot, whole=data.whole, cropped=cropped)
        strokes = np.concatenate([line[:-1], line[1:]], axis=1)
        if not data.whole:
            strokes = strokes[np.isfinite(strokes.sum(axis=1))]
            dots = thinned(lone(points), plot, 1)
        elif len(points) == 1:
            dots = points
        strokes = patterned(clipped(strokes, plot.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)), look, plot.width())
    if look.marked:
        # Close together, each would cover the one before.
        crowded = len(points) > _CROWD and look.line.style != "rings"
        markers = thinned(points, plot, 1.5 * look.radius if crowded and not look.joined else 1)
        if look.joined and crowded:
            markers = spaced(markers, _SPARSE)
    if data.bar:
        low, high = (float(end) for end in drawn([plane.x.low, plane.x.high], plane.x.log))
        half = data.bar / 2 / (high - low) * plot.width()
        base = plot.bottom() + 2 if plane.y.log else place(0.0, plane.y, plot.bottom(), -plot.height())
        bars = standing(points[:, 0] - half, points[:, 0] + half, points[:, 1], base, plot)
    return Ready(look, points, strokes, upright, dots, markers, bars, half, base)


def paint_line(painter: QPainter, line: Ready) -> None:
    """Paint the strokes or bars of a line; the painter is clipped to the plot."""
    colour = line.look.colour
    if len(line.bars):
        _paint_bars(painter, line)
    if len(line.upright):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        draw_segments(painter, line.upright, colour, 1, halo=False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if len(line.strokes) <= _FEW and not line.look.pattern:
        # Corners between long strokes are seen.
        painter.strokePath(_path(line.strokes), QPen(colour, line.look.width))
    else:
        draw_segments(painter, line.strokes, colour, line.look.width, halo=False)


def paint_points(painter: QPainter, line: Ready) -> None:
    """Paint the markers of a line; those at the edge reach beyond the plot."""
    if len(line.dots):
        painter.setPen(QPen(line.look.colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(x, y) for x, y in line.dots.tolist()])
    if len(line.markers):
        paint_markers(painter, line.markers, line.look)


def nearest(lines: Sequence[Ready], point: QPointF, plot: QRectF, *, linked: bool = False) -> tuple[Spot, float] | None:
    """Return the point of all lines, or of those that answer a click, nearest to one in pixels, and its distance."""
    best: tuple[Spot, float] | None = None
    for number, line in enumerate(lines):
        if not len(line.points) or (linked and not line.answers) or only_marks(line):
            continue  # Of a ring the point in it is told.
        away = distances(line, point, plot)
        if linked:
            away[line.answers :] = np.inf
        place = int(np.argmin(away))
        # The later one is painted over the others.
        if np.isfinite(away[place]) and (best is None or away[place] <= best[1]):
            best = Spot(number, place), float(away[place])
    return best


def only_marks(line: Ready) -> bool:
    """Tell whether a line is of rings around points of other lines; those that can be opened are points themselves."""
    return line.look.line.style == "rings" and not line.answers


def distances(line: Ready, point: QPointF, plot: QRectF) -> Floats:
    """Return how far the points of a line are from one, (N,), in pixels; infinite where they are not seen."""
    x, y = line.points[:, 0], line.points[:, 1]
    across, down = x - point.x(), y - point.y()
    seen = (x >= plot.left() - line.half - 1) & (x <= plot.right() + line.half + 1)
    if line.look.line.style == "bars":
        across = np.maximum(np.abs(across) - line.half, 0)
        down = np.maximum(np.maximum(np.minimum(y, line.base) - point.y(), point.y() - np.maximum(y, line.base)), 0)
    else:
        seen &= (y >= plot.top() - 1) & (y <= plot.bottom() + 1)
    away: Floats = np.where(seen, np.sqrt(across * across + down * down), np.inf)
    return away


def _path(strokes: Floats) -> QPainterPath:
    """Return strokes (M, 4) as a path, joined where one begins where another ends."""
    path, end = QPainterPath(), None
    for x1, y1, x2, y2 in strokes.tolist():
        if (x1, y1) != end:
            path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        end = x2, y2
    return path


def _paint_bars(painter: QPainter, line: Ready) -> None:
    wide = float(np.median(line.bars[:, 2] - line.bars[:, 0])) >= 3
    boxes = [QRectF(left, top, right - left, bottom - top) for left, top, right, bottom in line.bars.tolist()]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    # Neighbours share the line between them.
    painter.setPen(QPen(line.look.colour, 1) if wide else Qt.PenStyle.NoPen)
    painter.setBrush(line.look.brush if wide else line.look.colour)
    painter.drawRects(boxes)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
