"""What moves over the pictures: boxes, the pixel that is pointed at and its place in the others, the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.core.language import words
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, small_font, text
from app.views.pictures.frame import Frame, Pixel
from app.views.pictures.numbers import NUMBERED_FROM
from lab.core.pictures import Box

_SMALLEST = 6.0
"""Logical pixels of an outline at least, so that it is seen around the smallest pixel."""
_OUTLINED_FROM = 8.0
"""From this size of a pixel on it is outlined where another panel is pointed at; before, there is a cross."""
_LABEL = 15.0


def series_colour(place: int) -> QColor:
    """Return a colour of the series of the theme."""
    series = theme.colours().series
    return QColor(series[place % len(series)])


def outline(area: QRectF, least: float = _SMALLEST) -> QRectF:
    """Return the rectangle around an area, no smaller than can be seen."""
    x, y = max(least - area.width(), 0.0) / 2 + 1, max(least - area.height(), 0.0) / 2 + 1
    return area.adjusted(-x, -y, x, y)


def paint_boxes(painter: QPainter, frame: Frame, boxes: Sequence[Box]) -> None:
    """Outline boxes."""
    halo = QColor(theme.colours().surface)
    painter.save()
    painter.setClipRect(frame.room.adjusted(-2, -2, 2, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    style = Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin
    for box in boxes:
        for colour, width in ((halo, 4.0), (series_colour(box.colour), 2.0)):
            painter.setPen(QPen(colour, width, *style))
            painter.drawRect(outline(frame.box_area(box)))
    painter.restore()


def paint_labels(painter: QPainter, frame: Frame, boxes: Sequence[Box], room: QRectF, font: QFont) -> None:
    """Write the labels of boxes beside them in a room, where these hide nothing."""
    small = small_font(font)
    metrics = font_metrics(small)
    astride = min(frame.across, frame.down) >= NUMBERED_FROM
    areas = [outline(frame.box_area(box)) for box in boxes]
    taken = [] if astride else list(areas)
    for area, box in zip(areas, boxes, strict=True):
        said = words(box.label)
        if not said or not area.intersects(room):
            continue
        place = label_place(area, metrics.width(said) + 6, room.intersected(frame.room), taken, astride=astride)
        if place is not None:
            taken.append(place)
            _paint_label(painter, place, said, series_colour(box.colour), small)


def label_place(area: QRectF, width: float, room: QRectF, taken: Sequence[QRectF], *, astride: bool) -> QRectF | None:
    """Return a place beside an area that lies in the room and hides nothing; None where there is none.

    `astride` is on its edge: between two rows of numbers.
    """
    left, top = min(max(area.left(), room.left()), room.right() - width), area.center().y() - _LABEL / 2
    places: tuple[QRectF, ...] = (
        QRectF(left, area.top() - _LABEL - 3, width, _LABEL),
        QRectF(left, area.bottom() + 3, width, _LABEL),
        QRectF(area.right() + 3, top, width, _LABEL),
        QRectF(area.left() - 3 - width, top, width, _LABEL),
    )
    if astride:
        places = tuple(QRectF(left, edge - _LABEL / 2, width, _LABEL) for edge in (area.top(), area.bottom()))
    return next(
        (place for place in places if room.contains(place) and not any(map(place.intersects, taken))),
        None,
    )


def _paint_label(painter: QPainter, place: QRectF, said: str, colour: QColor, font: QFont) -> None:
    ground = QColor(theme.colours().surface)
    ground.setAlpha(225)
    painter.setPen(QPen(colour, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    text(painter, place.adjusted(2, 0, -2, 0), said, theme.colours().text, CENTRE, font)


def paint_pointed(painter: QPainter, frame: Frame, pixel: Pixel) -> None:
    """Outline the pixel that is pointed at."""
    _outlined(painter, frame, frame.pixel_area(pixel), 2.0, Qt.PenStyle.SolidLine)


def paint_cursor(painter: QPainter, frame: Frame, pixel: Pixel) -> None:
    """Mark the pixel that the keys move."""
    area = outline(frame.pixel_area(pixel)).adjusted(-2, -2, 2, 2)
    _outlined(painter, frame, area, 2.0, Qt.PenStyle.DotLine)


def paint_place(painter: QPainter, frame: Frame, place: QPointF) -> None:
    """Mark a place of the plane: the pixel around it, or a cross where pixels are too small or there is none."""
    pixel = frame.grid.pixel(place)
    if frame.grid.holds(pixel) and min(frame.across, frame.down) >= _OUTLINED_FROM:
        _outlined(painter, frame, frame.pixel_area(pixel), 1.4, Qt.PenStyle.SolidLine)
        return
    point = frame.point(place)
    if not frame.grid.holds(pixel) or not frame.room.contains(point):
        return
    lines = [QLineF(point + QPointF(*a), point + QPointF(*b)) for a, b in _CROSS]
    for colour, width in _tones(1.0):
        painter.setPen(QPen(colour, width))
        painter.drawLines(lines)


_CROSS = (((-9, 0), (-2.5, 0)), ((2.5, 0), (9, 0)), ((0, -9), (0, -2.5)), ((0, 2.5), (0, 9)))


def _outlined(painter: QPainter, frame: Frame, area: QRectF, width: float, style: Qt.PenStyle) -> None:
    if not frame.room.adjusted(-1, -1, 1, 1).intersects(area):
        return
    painter.save()
    painter.setClipRect(frame.room.adjusted(-5, -5, 5, 5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    (halo, around), (line, _) = _tones(width)
    for colour, thick, kind in ((halo, around, Qt.PenStyle.SolidLine), (line, width, style)):
        painter.setPen(QPen(colour, thick, kind, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(outline(area))
    painter.restore()


def _tones(width: float) -> tuple[tuple[QColor, float], tuple[QColor, float]]:
    """Return a broad light line and a dark one on it, or the other way round: one of them is seen on any picture."""
    colours = theme.colours()
    return (QColor(colours.surface), width + 2), (QColor(colours.text), width)
