"""Where the parts of a field stand, its axes and its colour bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from app.core import theme
from app.core.language import tr, words
from app.views.field.image import Shading, colour_table
from app.views.font_metrics import Metrics, font_metrics
from app.views.painted import CENTRE, LEFT, RIGHT, readable_on, text
from app.views.plane import Plane, Span
from app.views.ticks import ticks
from lab.core.events import Array
from lab.core.figures import Axis, Field, Words

_NAME, _NUMBERS, _TICK = 16.0, 15.0, 4.0
"""Pixels for the name of an axis, for the numbers below it, and for a tick."""
_BAR, _GAP = 12.0, 14.0
_ROOMY = (240.0, 130.0)
"""From this size on, axes have their names and colours a bar."""
_FAINT = 160
"""The opacity of contour lines, of 255."""
_ALIKE = 3.0
"""Ranges up to this many times larger than each other are drawn to one scale."""

Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Frame:
    """Where things stand: the plane that is seen, the whole image, the colour bar if any, and the ticks of each."""

    plane: Plane
    image: QRectF
    bar: QRectF | None
    named: bool
    x_ticks: Ticks
    y_ticks: Ticks
    bar_ticks: Ticks


def span(axis: Axis, ends: tuple[float, float]) -> Span:
    """Return the range that is seen: the limits of the axis, else where the field ends."""
    low = ends[0] if axis.low is None else axis.low
    high = ends[1] if axis.high is None else axis.high
    return Span.of(low, high, axis.log)


def frame(area: QRectF, field: Field, shading: Shading, font: QFont) -> Frame:
    """Lay a field out within `area`."""
    metrics = font_metrics(font)
    x, y = span(field.x, field.x_range), span(field.y, field.y_range)
    named = area.width() >= _ROOMY[0] and area.height() >= _ROOMY[1]
    bottom = _TICK + _NUMBERS + (_NAME if named else 0)
    height = max(area.height() - bottom - 6, 8.0)
    y_ticks = ticks(y.low, y.high, y.log, max(int(height / 30), 2))
    left = _TICK + 3 + _widest(metrics, y_ticks) + (_NAME if named else 0)
    bar_ticks: Ticks = []
    right = 12.0
    barred = field.scale != "classes" and shading.known and area.width() >= _ROOMY[0]
    if barred:
        unit = 100.0 if field.share else 1.0
        ticked = ticks(unit * shading.low, unit * shading.high, False, max(int(height / 30), 2))
        bar_ticks = [(value / unit, label) for value, label in ticked]
        right = _GAP + _BAR + _TICK + 3 + _widest(metrics, bar_ticks) + (_NAME + 2 if named else 2)
    room = QRectF(area.left() + left, area.top() + 6, max(area.width() - left - right, 8.0), height)
    if _one_scale(field, x, y):
        room = _fitted(room, (x.high - x.low) / (y.high - y.low))
    # On whole pixels, so that the image and the frame around it are sharp.
    room = QRectF(round(room.left()), round(room.top()), round(room.width()), round(room.height()))
    x_ticks = ticks(x.low, x.high, x.log, max(int(room.width() / 52), 2))
    plane = Plane(room, x, y)
    bar = QRectF(room.right() + _GAP, room.top(), _BAR, room.height()) if barred else None
    return Frame(plane, _image_area(plane, field), bar, named, x_ticks, y_ticks, bar_ticks)


def _image_area(plane: Plane, field: Field) -> QRectF:
    """Return where the cells of the field lie, which may be more than is seen, or less."""
    low, high = (plane.place(x, y) for x, y in zip(sorted(field.x_range), sorted(field.y_range), strict=True))
    if not all(math.isfinite(value) for point in (low, high) for value in (point.x(), point.y())):
        return plane.area
    return QRectF(QPointF(low.x(), high.y()), QPointF(high.x(), low.y()))


def _one_scale(field: Field, x: Span, y: Span) -> bool:
    """Tell whether both axes measure the same, so that circles should be round."""
    if x.log or y.log or words(field.x.unit) != words(field.y.unit):
        return False
    return 1 / _ALIKE <= (x.high - x.low) / (y.high - y.low) <= _ALIKE


def _fitted(room: QRectF, ratio: float) -> QRectF:
    """Return the largest rectangle whose width is `ratio` times its height, in the middle of `room`."""
    width = min(room.width(), room.height() * ratio)
    size = width, width / ratio
    return QRectF(room.left() + (room.width() - size[0]) / 2, room.top() + (room.height() - size[1]) / 2, *size)


def _widest(metrics: Metrics, ticked: Ticks) -> float:
    return max((metrics.width(label) for _, label in ticked), default=0.0)


def named(axis: Axis) -> str:
    """Return the name of an axis, with its unit."""
    return _joined(axis.label, axis.unit)


def _joined(*parts: Words) -> str:
    return tr(", ").join(words(part) for part in parts if words(part))


def paint_axes(painter: QPainter, area: QRectF, parts: Frame, field: Field, font: QFont) -> None:
    """Paint the frame of the plane, ticks with numbers, and the names of the axes."""
    colours = theme.colours()
    plane = parts.plane.area
    metrics = font_metrics(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(plane.adjusted(-1, -1, 0, 0))
    last = -math.inf
    for value, label in parts.x_ticks:
        x = plane.left() + parts.plane.x.fraction(value) * plane.width()
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QPointF(x, plane.bottom()), QPointF(x, plane.bottom() + _TICK))
        width = metrics.width(label) + 2
        left = min(max(x - width / 2, 2.0), area.right() - width + 4)
        if left > last + 4:
            last = left + width
            box = QRectF(left, plane.bottom() + _TICK, width, _NUMBERS)
            text(painter, box, label, colours.muted, CENTRE, font)
    for value, label in parts.y_ticks:
        y = plane.bottom() - parts.plane.y.fraction(value) * plane.height()
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QPointF(plane.left() - 1 - _TICK, y), QPointF(plane.left() - 2, y))
        width = metrics.width(label) + 2
        text(painter, QRectF(plane.left() - _TICK - 4 - width, y - 8, width, 16), label, colours.muted, RIGHT, font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if parts.named:
        below = QRectF(area.left(), plane.bottom() + _TICK + _NUMBERS, area.width(), _NAME)
        middle = plane.center().x()
        half = min(middle - area.left(), area.right() - middle)
        below = QRectF(middle - half, below.top(), 2 * half, _NAME)
        text(painter, below, named(field.x), colours.text, CENTRE, font)
        beside = plane.left() - _TICK - 5 - _widest(metrics, parts.y_ticks) - _NAME / 2
        _paint_upright(painter, beside, plane, area, named(field.y), font)


def paint_bar(painter: QPainter, area: QRectF, parts: Frame, field: Field, shading: Shading, font: QFont) -> None:
    """Paint the colour bar with its numbers, the levels of the contour lines, and what the colours are."""
    bar = parts.bar
    if bar is None:
        return
    colours = theme.colours()
    painter.drawImage(bar, _bar_image(colour_table(field.scale)))
    metrics = font_metrics(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    ends = Span.of(shading.low, shading.high, False)
    for level in field.levels:
        if shading.low < level < shading.high:
            y = bar.bottom() - ends.fraction(level) * bar.height()
            painter.setPen(QPen(contrast(shading, level, field.scale), 1))
            painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right() - 1, y))
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar.adjusted(-1, -1, 0, 0))
    for value, label in parts.bar_ticks:
        y = bar.bottom() - ends.fraction(value) * bar.height()
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + _TICK - 1, y))
        width = metrics.width(label) + 2
        text(painter, QRectF(bar.right() + _TICK + 3, y - 8, width, 16), label, colours.muted, LEFT, font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if parts.named:
        beside = bar.right() + _TICK + 5 + _widest(metrics, parts.bar_ticks) + _NAME / 2
        _paint_upright(painter, beside, bar, area, _joined(field.value_label, "%" if field.share else ""), font)


def _paint_upright(painter: QPainter, x: float, beside: QRectF, area: QRectF, said: str, font: QFont) -> None:
    """Write words upwards, along an axis; they may be longer than that where the figure has room."""
    half = min(beside.center().y() - area.top(), area.bottom() - beside.center().y())
    painter.save()
    painter.translate(x, beside.center().y())
    painter.rotate(-90)
    text(painter, QRectF(-half, -_NAME / 2, 2 * half, _NAME), said, theme.colours().text, CENTRE, font)
    painter.restore()


def contrast(shading: Shading, level: float, scale: str) -> QColor:
    """Return an ink that can be seen on the colour of `level`: dark on light colours, light on dark ones."""
    ink = readable_on(shading.colour(level, colour_table(scale)))
    ink.setAlpha(_FAINT)
    return ink


def _bar_image(table: Array) -> QImage:
    pixels = np.ascontiguousarray(table[::-1][:, None, :], dtype=np.uint8)
    return QImage(pixels.data, 1, len(table), 3, QImage.Format.Format_RGB888).copy()
