"""Lines and markers of many points, fast: one call of Qt for each, clipped, and with a halo.

Qt needs twenty milliseconds for the outline of a wide line of some thousand points, but two for as many single
segments; and a line that runs far out of the picture takes it for ever.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.core import theme
from lab.core.events import Array

HALO = 1.6
"""How far the halo reaches beyond a line or marker, in pixels."""
_MARGIN = 2000.0
"""Pixels around a picture within which Qt may do the clipping; it is slow for what is far away, and wrong beyond."""
_STRAIGHT = 0.2
"""Pixels by which a point may lie beside a line to be taken as on it."""
_MANY = 400
"""Pieces of one line from which on its halo has rough edges, which nobody sees there."""
SHAPES = 6
"""How many shapes of markers there are: disc, square, triangle, diamond, triangle upside down, cross."""
RING = 6.5
"""The radius of a ring around a marker."""


def segments(points: Array, area: QRectF) -> Array:
    """Return the pieces (M, 4), as x₁, y₁, x₂, y₂, of the line through points (N, 2) that can be seen in `area`.

    NaN interrupts; points that fall on one pixel are joined.
    """
    # Column by column: NumPy is slow along short axes.
    column, row = np.floor(points[:, 0]), np.floor(points[:, 1])
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    points = simplified(points[keep])
    if len(points) < 2:
        return np.empty((0, 4))
    finite = np.isfinite(points[:, 0] + points[:, 1])
    pieces = np.concatenate([points[:-1], points[1:]], axis=1)
    if not finite.all():
        pieces = pieces[finite[:-1] & finite[1:]]
    return clipped(pieces, area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))


def clipped(pieces: Array, area: QRectF) -> Array:
    """Return pieces (M, 4) cut to an area, by the method of Liang and Barsky (1984)."""
    x, y = pieces[:, 0], pieces[:, 1]
    low_x, high_x, low_y, high_y = area.left(), area.right(), area.top(), area.bottom()
    if not len(pieces):
        return pieces
    columns = [pieces[:, place] for place in range(4)]
    least, most = [column.min() for column in columns], [column.max() for column in columns]
    within_x = min(least[0::2]) >= low_x and max(most[0::2]) <= high_x
    if within_x and min(least[1::2]) >= low_y and max(most[1::2]) <= high_y:
        return pieces
    dx, dy = pieces[:, 2] - x, pieces[:, 3] - y
    enter, leave = np.zeros(len(pieces)), np.ones(len(pieces))
    seen = np.ones(len(pieces), dtype=bool)
    for way, room in ((-dx, x - low_x), (dx, high_x - x), (-dy, y - low_y), (dy, high_y - y)):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            at = room / way
        enter = np.where(way < 0, np.maximum(enter, at), enter)
        leave = np.where(way > 0, np.minimum(leave, at), leave)
        seen &= (way != 0) | (room >= 0)
    seen &= enter <= leave
    x, y, dx, dy, enter, leave = (column[seen] for column in (x, y, dx, dy, enter, leave))
    return np.stack([x + enter * dx, y + enter * dy, x + leave * dx, y + leave * dy], axis=1)


def dashed(pieces: Array, on: float, off: float) -> Array:
    """Return pieces (M, 4) broken into dashes of `on` pixels with gaps of `off`, which run on from piece to piece."""
    lengths = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    starts = np.arange(0.0, ends[-1], on + off)
    cuts = np.unique(np.concatenate([ends, starts, np.minimum(starts + on, ends[-1])]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    drawn = middle % (on + off) < on
    first, last, middle = cuts[:-1][drawn], cuts[1:][drawn], middle[drawn]
    which = np.clip(np.searchsorted(ends, middle, side="right") - 1, 0, len(pieces) - 1)
    length = np.maximum(lengths[which], 1e-12)
    from_, to = ((first - ends[which]) / length)[:, None], ((last - ends[which]) / length)[:, None]
    start, way = pieces[which, :2], pieces[which, 2:] - pieces[which, :2]
    return np.concatenate([start + from_ * way, start + to * way], axis=1)


def simplified(points: Array) -> Array:
    """Return points (N, 2) without those that lie on the straight line between their neighbours."""
    for _ in range(3):
        if len(points) < 3:
            break
        before, middle, after = points[:-2:2], points[1:-1:2], points[2::2]
        chord, way = after - before, middle - before
        with np.errstate(invalid="ignore", divide="ignore"):
            length = np.hypot(chord[:, 0], chord[:, 1])
            beside = np.abs(chord[:, 0] * way[:, 1] - chord[:, 1] * way[:, 0]) / length
            along = (chord * way).sum(axis=1) / length
            needless = (beside < _STRAIGHT) & (along >= 0) & (along <= length)
        if 5 * np.count_nonzero(needless) < len(needless):
            break
        keep = np.ones(len(points), dtype=bool)
        keep[1:-1:2] = ~needless
        points = points[keep]
    return points


def draw_segments(painter: QPainter, pieces: Array, colour: QColor, width: float, *, halo: bool = True) -> None:
    """Draw pieces (M, 4) in one colour, on a halo in the colour of the card."""
    if not len(pieces):
        return
    lines = PrimitiveArray(QLineF, 4)
    lines.resize(len(pieces))
    lines.ndarray()[:] = pieces
    cap = Qt.PenCapStyle.FlatCap
    if halo:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(pieces) < _MANY)
        painter.setPen(QPen(QColor(theme.colours().surface), width + 2 * HALO, Qt.PenStyle.SolidLine, cap))
        painter.drawLines(*lines.drawargs())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Square ends close the corners between pieces; they are seen only where lines are wider than a pixel.
    cap = Qt.PenCapStyle.SquareCap if width > 1 else cap
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, cap))
    painter.drawLines(*lines.drawargs())


_CROSS = ((-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1), (1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1))


def _outline(shape: int, radius: float) -> QPainterPath:
    """Return a marker of about the size of a disc of `radius`, about the origin."""
    path = QPainterPath()
    if shape == 0:
        path.addEllipse(QPointF(), radius, radius)
        return path
    corners = {
        1: [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        2: [(0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
        3: [(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)],
        4: [(0, 1.25), (1.15, -0.85), (-1.15, -0.85)],
        5: [(0.4 * x, 0.4 * y) for x, y in _CROSS],
    }[shape]
    path.addPolygon(QPolygonF([QPointF(radius * x, radius * y) for x, y in [*corners, corners[0]]]))
    return path


@lru_cache(maxsize=256)
def _stamp(shape: int, radius: float, colour: str, ground: str, ratio: float, hollow: bool) -> QPixmap:
    """Return a marker on its halo, in the middle of a picture of an odd number of pixels."""
    side = 2 * math.ceil((1.4 * radius + HALO) * ratio) + 1
    stamp = QPixmap(side, side)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio, ratio)
    outline = _outline(shape, radius)
    painter.setBrush(QColor(colour))
    painter.strokePath(outline, QPen(QColor(ground), 2 * HALO))
    painter.fillPath(outline, QColor(colour))
    if hollow:
        painter.fillPath(_outline(shape, 0.47 * radius), QColor(ground))
    painter.end()
    return stamp


def draw_markers(
    painter: QPainter, centres: Array, shape: int, colour: QColor, radius: float, *, hollow: bool = False
) -> None:
    """Draw markers at centres (N, 2), each on a halo in the colour of the card; hollow ones have that inside too."""
    if len(centres):
        ratio = painter.device().devicePixelRatioF()
        stamp = _stamp(shape % SHAPES, radius, colour.name(), theme.colours().surface, ratio, hollow)
        _draw_stamps(painter, centres, stamp, ratio)


def draw_rings(painter: QPainter, centres: Array, colour: QColor, radius: float = RING) -> None:
    """Draw rings around markers at centres (N, 2), each on a halo in the colour of the card."""
    if len(centres):
        ratio = painter.device().devicePixelRatioF()
        _draw_stamps(painter, centres, _ring(radius, colour.name(), theme.colours().surface, ratio), ratio)


@lru_cache(maxsize=16)
def _ring(radius: float, colour: str, ground: str, ratio: float) -> QPixmap:
    """Return a ring on its halo, in the middle of a picture of an odd number of pixels."""
    side = 2 * math.ceil((radius + 2 * HALO) * ratio) + 1
    stamp = QPixmap(side, side)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio, ratio)
    for shade, width in ((ground, 4.2), (colour, 1.8)):
        painter.setPen(QPen(QColor(shade), width))
        painter.drawEllipse(QPointF(), radius, radius)
    painter.end()
    return stamp


def _draw_stamps(painter: QPainter, centres: Array, stamp: QPixmap, ratio: float) -> None:
    """Draw one picture at centres (N, 2), N > 0."""
    fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
    fragments.resize(len(centres))
    # x, y, the part of the stamp as left, top, width, height, scale across and down, rotation, opacity.
    fields = fragments.ndarray()
    fields[:, 2:] = (0, 0, stamp.width(), stamp.height(), 1 / ratio, 1 / ratio, 0, 1)
    # The middle of a stamp is the middle of a pixel of the screen, so that all look alike.
    fields[:, :2] = (np.floor(centres * ratio) + 0.5) / ratio
    arguments: tuple[Any, ...] = fragments.drawargs()
    draw: Any = painter.drawPixmapFragments
    draw(*arguments, stamp)


def visible(points: Array, area: QRectF) -> Array:
    """Return the points (N, 2) that lie in `area`, one for each pixel."""
    with np.errstate(invalid="ignore"):
        inside = (points[:, 0] >= area.left()) & (points[:, 0] <= area.right())
        inside &= (points[:, 1] >= area.top()) & (points[:, 1] <= area.bottom())
    points = points[inside]
    if len(points) < 2:
        return points
    whole = np.floor(points).astype(np.int64)
    _, first = np.unique(whole[:, 0] * (1 << 20) + whole[:, 1], return_index=True)
    chosen: Array = points[np.sort(first)]
    return chosen


def spaced(points: Array, apart: float) -> Array:
    """Return of the points (N, 2) along a line only some, about `apart` pixels from each other along it."""
    finite = points[np.isfinite(points).all(axis=1)]
    if len(finite) < 2:
        return finite
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(finite, axis=0).T))])
    slot = np.floor(along / apart)
    chosen: Array = finite[np.concatenate([[True], slot[1:] != slot[:-1]])]
    return chosen


def along(pieces: Array, apart: float, most: int) -> Array:
    """Return at most `most` places (N, 2) on pieces (M, 4), evenly apart; `apart` pixels, or 2, 4, 8 … times that."""
    lengths = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    # By doubling, so that they stay where they are while the line grows.
    while ends[-1] > apart * (most + 1):
        apart *= 2
    wanted = np.arange(1, int(ends[-1] / apart) + 1) * apart
    which = np.searchsorted(ends, wanted) - 1
    share = ((wanted - ends[which]) / lengths[which])[:, None]
    places: Array = pieces[which, :2] + share * (pieces[which, 2:] - pieces[which, :2])
    return places


def marker_path(centres: Array, shape: int, radius: float) -> QPainterPath:
    """Return markers of one shape at centres (N, 2) as one path; for more than a few, `draw_markers` is faster."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    outline = _outline(shape % SHAPES, radius)
    for x, y in centres.tolist():
        path.addPath(outline.translated(x, y))
    return path
