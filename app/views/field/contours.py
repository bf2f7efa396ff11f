"""Contour lines of a grid of values, as paths over the unit square, and numbers on some of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, text
from lab.core.events import Array

_APART = 46.0
"""Least distance in pixels between two numbers on lines."""
_LONG = 1.8
"""How many times longer than its number a line has to be."""


@dataclass(frozen=True)
class Contour:
    """The lines at one height: all as one path, and the longest (N, 2); in fractions, y downwards from the top."""

    level: float
    path: QPainterPath
    longest: Array


def contours(values: Array, levels: Sequence[float]) -> list[Contour]:
    """Return the contour lines of `values` (H, W), row 0 at the bottom, each value in the middle of its cell.

    Nothing is drawn next to values that are not finite. Levels without lines are left out.
    """
    height, width = values.shape
    # Half a cell more on each side, so that lines reach the edge of the picture.
    padded = np.pad(np.asarray(values, dtype=np.float64), 1, mode="edge")
    across = np.concatenate([[0.0], (np.arange(width) + 0.5) / width, [1.0]])
    down = 1 - np.concatenate([[0.0], (np.arange(height) + 0.5) / height, [1.0]])
    finite = np.isfinite(padded)
    if not finite.all():
        padded = np.ma.masked_where(~finite, padded)
    generator = contourpy.contour_generator(across, down, padded, name="serial", line_type="ChunkCombinedOffset")
    found = []
    for level in dict.fromkeys(levels):
        if not math.isfinite(level):
            continue
        # One chunk: all points (N, 2), and where each line begins and ends in them.
        chunks: Any = generator.lines(level)
        (points,), (offsets,) = chunks
        if points is not None:
            found.append(_contour(level, points, offsets.astype(np.int64)))
    return found


def _contour(level: float, points: Array, offsets: Array) -> Contour:
    joined = np.ones(len(points), dtype=np.int32)
    joined[offsets[1:] - 1] = 0
    path = pg.arrayToQPath(points[:, 0], points[:, 1], connect=joined, finiteCheck=False)
    steps = np.hypot(*np.diff(points, axis=0, append=points[-1:]).T) * joined
    lengths = np.add.reduceat(steps, offsets[:-1])
    longest = int(np.argmax(lengths))
    return Contour(level, path, points[offsets[longest] : offsets[longest + 1]])


def paint_contours(painter: QPainter, area: QRectF, lines: Sequence[Contour], ink: Callable[[float], QColor]) -> None:
    """Paint lines into `area`, each in the ink for its level."""
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(area.width(), area.height())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in lines:
        # One pixel wide, whatever the scale; wider lines take Qt twenty times as long.
        pen = QPen(ink(line.level), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(line.path)
    painter.restore()


def paint_numbers(
    painter: QPainter,
    area: QRectF,
    lines: Sequence[Contour],
    words: Callable[[float], str],
    colours: Callable[[float], tuple[QColor, QColor]],
    font: QFont,
) -> None:
    """Write the heights on the longest lines, where there is room; `colours` are ink and ground for a level."""
    metrics = font_metrics(font)
    taken: list[QPointF] = []
    for line in lines:
        said = words(line.level)
        width = metrics.width(said) + 6
        spot = _spot(line.longest, area, width, taken)
        if spot is None:
            continue
        centre, angle = spot
        taken.append(centre)
        ink, ground = colours(line.level)
        painter.save()
        painter.translate(centre)
        painter.rotate(angle)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        box = QRectF(-width / 2, -7, width, 14)
        painter.drawRoundedRect(box, 4, 4)
        text(painter, box.adjusted(-2, 0, 2, 0), said, ink, CENTRE, font)
        painter.restore()


def _spot(line: Array, area: QRectF, width: float, taken: Sequence[QPointF]) -> tuple[QPointF, float] | None:
    """Return where on a line a number of `width` pixels has room, and the angle of the line there, in degrees."""
    pixels = line * (area.width(), area.height()) + (area.left(), area.top())
    steps = np.hypot(*np.diff(pixels, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] < _LONG * width:
        return None

    # The beginning, middle and end of the number, at each of the places tried.
    tried = along[-1] * np.array([0.5, 0.35, 0.65, 0.2, 0.8])[:, None] + width * np.array([-0.5, 0.0, 0.5])
    ends = np.stack([np.interp(tried, along, pixels[:, 0]), np.interp(tried, along, pixels[:, 1])], axis=-1)
    chords = np.hypot(*(ends[:, 2] - ends[:, 0]).T)
    room = area.adjusted(0.5 * width, 9, -0.5 * width, -9)
    # The straightest first: where a line bends, a straight number would stand beside it.
    for place in np.argsort(-chords, kind="stable").tolist():
        if chords[place] < 0.85 * width:
            break
        start, middle, end = ends[place].tolist()
        centre = QPointF(*middle)
        if room.contains(centre) and all(_distance(centre, other) >= _APART for other in taken):
            angle = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
            return centre, angle - 180 * round(angle / 180)
    return None


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
