"""One unit's output over the plane, enlarged in the half of the picture where the unit is not."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.core.language import words
from app.views.field.legend import hatching
from app.views.painted import CENTRE, LEFT, small_font, text
from app.views.strokes import SHAPES, draw_markers
from app.views.units.layout import LINE, UnitsLayout
from app.views.units.maps import single_image
from app.views.units.paint import number_words
from app.views.units.parts import Part
from lab.core.events import Array
from lab.core.units import Units

_LARGEST, _LEAST = 230.0, 64.0
_AROUND = 7.0


def lens_area(layout: UnitsLayout, part: Part) -> QRectF | None:
    """Return where a unit is shown large; None without room for it."""
    area = layout.area
    side = min(0.72 * area.height() - 2 * LINE - _AROUND, 0.36 * area.width(), _LARGEST)
    side = min(side, area.height() - 2 * LINE - 2 * _AROUND)
    if side < max(_LEAST, 1.4 * layout.width):
        return None
    size = (side + 2 * _AROUND, side + 2 * LINE + _AROUND)
    left = layout.box(part).center().x() > area.center().x()
    x = area.left() if left else area.right() - size[0]
    return QRectF(round(x), round(area.bottom() - size[1]), *size)


def paint_lens(
    painter: QPainter, event: Units, part: Part, area: QRectF, scale: float, ratio: float, font: QFont
) -> None:
    """Paint a unit's map, with the data over it, the name of the unit, and its lowest and highest output."""
    maps = event.maps[part.column]
    assert maps is not None
    values, colours = maps[part.unit], theme.colours()
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(QColor(colours.surface))
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    small, bold = small_font(font), small_font(font, bold=True)
    name, function = words(event.labels[part.column][part.unit]), words(event.functions[part.column])
    head = QRectF(area.left() + _AROUND, area.top() + 1, area.width() - 2 * _AROUND, LINE)
    text(painter, head, name if not function else f"{name} · {function}", colours.text, LEFT, bold)
    side = area.width() - 2 * _AROUND
    picture = QRectF(area.left() + _AROUND, head.bottom(), side, side)
    painter.fillRect(picture, hatching())
    painter.drawImage(picture.topLeft(), single_image(values, round(side * ratio), scale, ratio))
    _paint_points(painter, event, picture)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.drawRect(picture)
    foot = QRectF(head.left(), picture.bottom(), side, LINE)
    text(painter, foot, spread_words(values), colours.muted, CENTRE, small)


def spread_words(values: Array) -> str:
    """Return from where to where outputs reach; "—" where none is a number."""
    known = values[np.isfinite(values)]
    return f"{number_words(float(known.min()), 3)} … {number_words(float(known.max()), 3)}" if known.size else "—"


def _paint_points(painter: QPainter, event: Units, picture: QRectF) -> None:
    (low_x, high_x), (low_y, high_y) = event.x_range, event.y_range
    series = theme.colours().series
    painter.save()
    painter.setClipRect(picture)
    for place, line in enumerate(event.points):
        x = picture.left() + (np.asarray(line.x, float) - low_x) / (high_x - low_x) * picture.width()
        y = picture.bottom() - (np.asarray(line.y, float) - low_y) / (high_y - low_y) * picture.height()
        centres = np.stack([x, y], axis=1)
        centres = centres[np.isfinite(centres).all(axis=1)]
        colour = QColor(series[line.colour % len(series)] if line.colour >= 0 else theme.colours().muted)
        draw_markers(painter, centres, place % SHAPES, colour, 2.6)
    painter.restore()


def plane_point(event: Units, box: QRectF, point: QPointF) -> tuple[float, float, float, float]:
    """Return the shares of width and height, the latter from below, and x and y, of a point in a box."""
    across = (point.x() - box.left()) / box.width()
    up = (box.bottom() - point.y()) / box.height()
    (low_x, high_x), (low_y, high_y) = event.x_range, event.y_range
    return across, up, low_x + across * (high_x - low_x), low_y + up * (high_y - low_y)
