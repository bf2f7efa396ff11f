"""What lies over a field: trajectories, balls and arrows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.core import theme
from app.core.language import words
from app.views.field.image import Shading, colour_table
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, text
from app.views.plane import Plane
from app.views.strokes import (
    SHAPES,
    along,
    clipped,
    dashed,
    draw_markers,
    draw_rings,
    draw_segments,
    segments,
    spaced,
    visible,
)
from lab.core.events import Array
from lab.core.figures import Arrow, Line

_WIDTHS = {"line": 1.8, "line + points": 1.8, "dashes": 1.8, "thin": 1.0}
_DASHES = (7.0, 5.0)
_POINT, _BALL = 3.4, 6.0
_BETWEEN_MARKS, _MOST_MARKS = 70.0, 12
"""Pixels along a line from one of the marks that tell it from lines of other colours to the next, and how many."""
_BETWEEN_POINTS = 7.0
_HEAD = 10.0
_LEVELS = 16
"""So many colours points have that are coloured by value."""
REACH = 8.0
"""Pixels from a point to the pointer at which it is meant."""


def colour_of(line: Line) -> QColor:
    """Return the colour of a line."""
    colours = theme.colours()
    return QColor(colours.muted if line.colour < 0 else colours.series[line.colour % len(colours.series)])


def shape_of(line: Line) -> int:
    """Return the shape of a line's markers, which tells it from others as its colour does."""
    return max(line.colour, 0) % SHAPES


def told_apart(lines: Sequence[Line]) -> bool:
    """Tell whether lines of several colours are there, so that each needs marks of its own."""
    return len({line.colour for line in lines if line.style not in ("ball", "rings")}) > 1


def paint_overlay(
    painter: QPainter,
    plane: Plane,
    lines: Sequence[Line],
    arrows: Sequence[Arrow],
    font: QFont,
    shading: Shading | None = None,
    scale: str = "signed",
) -> None:
    """Paint rings, lines and points, arrows, and balls on top; values have their colours of a field's `shading`."""
    marked = told_apart(lines)
    for layer in ("rings", "", "ball"):
        if layer == "ball":
            paint_arrows(painter, plane, arrows, font)
        for line in lines:
            if layer != (line.style if line.style in ("rings", "ball") else ""):
                continue
            if line.values is not None and shading is not None and not layer:
                paint_values(painter, plane, line, shading, scale)
            else:
                paint_line(painter, plane.pixels(line.x, line.y), plane.area, line, marked=marked)


def paint_line(painter: QPainter, points: Array, area: QRectF, line: Line, *, marked: bool) -> None:
    """Paint one line through points (N, 2) in pixels; `marked` puts the marks of its colour along it."""
    colour, shape = colour_of(line), shape_of(line)
    width = _WIDTHS.get(line.style)
    pieces = segments(points, area) if width is not None else points[:0]
    if width is not None:
        draw_segments(painter, dashed(pieces, *_DASHES) if line.style == "dashes" else pieces, colour, width)
    if line.style == "line + points":
        draw_markers(painter, visible(spaced(points, _BETWEEN_POINTS), area), shape, colour, _POINT)
    elif line.style == "ball":
        draw_markers(painter, visible(points, area), shape, colour, _BALL)
    elif line.style == "rings":
        draw_rings(painter, visible(points, area), colour)
    elif width is None:
        hollow = line.style == "faint points"
        draw_markers(painter, visible(points, area), shape, colour, _POINT, hollow=hollow)
    elif marked:
        marks = along(clipped(pieces, area) if len(pieces) < _MOST_MARKS else pieces, _BETWEEN_MARKS, _MOST_MARKS)
        draw_markers(painter, marks, shape, colour, _POINT)


def paint_values(painter: QPainter, plane: Plane, line: Line, shading: Shading, scale: str) -> None:
    """Paint points, each in the colour of its value."""
    assert line.values is not None
    share = (line.values - shading.low) / (shading.high - shading.low)
    known = np.isfinite(share)
    level = np.clip(np.where(known, share, 0) * _LEVELS, 0, _LEVELS - 1).astype(np.intp)
    points, table = plane.pixels(line.x, line.y), colour_table(scale)
    for place in np.unique(level[known]).tolist():
        colour = QColor(*(int(channel) for channel in table[round((place + 0.5) / _LEVELS * 255)]))
        chosen = visible(points[known & (level == place)], plane.area)
        draw_markers(painter, chosen, 0, colour, _POINT, hollow=line.style == "faint points")


def paint_sample(painter: QPainter, area: QRectF, lines: Sequence[Line], *, marked: bool) -> None:
    """Paint what lines of one label look like, for the legend."""
    middle = area.center()
    ends = np.array([[area.left(), middle.y()], [area.right(), middle.y()]])
    # Points of several kinds stand side by side, as many as there is room for.
    kinds = list(dict.fromkeys(line.colour for line in lines if line.style in ("points", "faint points")))
    kinds = kinds[: max(int(area.width() / (2.2 * _POINT)), 1)]
    for line in sorted(lines, key=lambda line: line.style == "ball"):
        x = middle.x()
        if len(kinds) > 1 and line.style in ("points", "faint points"):
            if line.colour not in kinds:
                continue
            x = area.left() + (kinds.index(line.colour) + 0.5) / len(kinds) * area.width()
        single = np.array([[x, middle.y()]])
        if line.style in _WIDTHS:
            width = _WIDTHS[line.style]
            pieces = ends.reshape(1, 4)
            pieces = dashed(pieces, *_DASHES) if line.style == "dashes" else pieces
            draw_segments(painter, pieces, colour_of(line), width, halo=False)
        if line.style == "rings":
            draw_rings(painter, single, colour_of(line))
        elif line.style not in _WIDTHS or line.style == "line + points" or marked:
            radius = 5.0 if line.style == "ball" else _POINT
            hollow = line.style == "faint points"
            draw_markers(painter, single, shape_of(line), colour_of(line), radius, hollow=hollow)


def paint_arrows(painter: QPainter, plane: Plane, arrows: Sequence[Arrow], font: QFont) -> None:
    """Paint arrows with heads, and the words of those that have some beside their tips."""
    if not arrows:
        return
    numbers = np.array([(arrow.x, arrow.y, arrow.dx, arrow.dy) for arrow in arrows], dtype=np.float64)
    starts = plane.pixels(numbers[:, 0], numbers[:, 1])
    with np.errstate(over="ignore", invalid="ignore"):
        ends = plane.pixels(numbers[:, 0] + numbers[:, 2], numbers[:, 1] + numbers[:, 3])
    way = ends - starts
    length = np.hypot(way[:, 0], way[:, 1])
    with np.errstate(invalid="ignore"):
        seen = np.flatnonzero(np.isfinite(length) & (length >= 0.5))
    starts, ends, way, length = starts[seen], ends[seen], way[seen], length[seen]
    back = way / length[:, None] * np.minimum(_HEAD, 0.5 * length)[:, None]
    side = 0.45 * np.stack([-back[:, 1], back[:, 0]], axis=1)
    # The shaft, and the two sides of the head.
    strokes = [np.concatenate([starts, ends], axis=1)]
    strokes += [np.concatenate([ends - back + turned, ends], axis=1) for turned in (side, -side)]
    pieces = clipped(np.concatenate(strokes), plane.area)
    draw_segments(painter, pieces, QColor(theme.colours().text), 1.8)
    for place, (x, y) in zip(seen.tolist(), ends.tolist(), strict=True):
        said = words(arrows[place].label)
        if said:
            _paint_words(painter, plane.area, QPointF(x, y), arrows[place], said, font)


def _paint_words(painter: QPainter, area: QRectF, tip: QPointF, arrow: Arrow, said: str, font: QFont) -> None:
    """Write what an arrow is beyond its tip, on a ground of its own, within the picture."""
    width = font_metrics(font).width(said) + 8
    left = tip.x() + 5 if arrow.dx >= 0 else tip.x() - 5 - width
    top = tip.y() - 19 if arrow.dy >= 0 else tip.y() + 4
    left = min(max(left, area.left() + 2), max(area.right() - width - 2, area.left() + 2))
    top = min(max(top, area.top() + 2), area.bottom() - 17)
    box = QRectF(left, top, width, 15)
    ground = QColor(theme.colours().surface)
    ground.setAlpha(215)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    text(painter, box, said, theme.colours().text, CENTRE, font)


def nearest(plane: Plane, lines: Sequence[Line], point: QPointF) -> tuple[Line, int] | None:
    """Return the line and the place in it of the point under the pointer, None where there is none."""
    best, found = REACH, None
    for line in sorted(lines, key=lambda line: line.style == "ball"):
        if not len(line.x) or line.style == "rings":  # Of a ring the point in it is told.
            continue
        places = plane.pixels(line.x, line.y) - (point.x(), point.y())
        distances = np.nan_to_num(np.hypot(places[:, 0], places[:, 1]), nan=math.inf)
        index = int(np.argmin(distances))
        if distances[index] <= best:
            best, found = float(distances[index]), (line, index)
    return found


def newest_ball(lines: Sequence[Line]) -> tuple[float, float] | None:
    """Return the last finite point of the last ball."""
    for line in reversed(lines):
        if line.style == "ball":
            finite = np.flatnonzero(np.isfinite(line.x) & np.isfinite(line.y))
            if len(finite):
                return float(line.x[finite[-1]]), float(line.y[finite[-1]])
    return None
