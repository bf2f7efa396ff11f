"""The part of a field that stays while something moves over it: image, contour lines, axes, colour bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.core import theme
from app.views.field.axes import Frame, contrast, paint_axes, paint_bar
from app.views.field.contours import Contour, paint_contours, paint_numbers
from app.views.field.image import Shading, class_colour, class_marks, class_places, colour_table
from app.views.field.legend import dots, hatching
from app.views.numerals import significant
from app.views.painted import CENTRE, readable_on, small_font, text
from lab.core.figures import Field

_NUMBERED = (170.0, 130.0)
"""From this size of the plane on, contour lines have numbers."""
_LETTER = 15.0
"""Pixels of a square that has room for the letter of its class."""


def paint_field(
    painter: QPainter, area: QRectF, parts: Frame, field: Field, shading: Shading, lines: Sequence[Contour], font: QFont
) -> None:
    """Paint everything but what lies over the field."""
    plane = parts.plane.area
    painter.save()
    painter.setClipRect(plane)
    if shading.gaps:
        painter.fillRect(plane.intersected(parts.image), dots())
    if shading.infinite is not None:
        _paint_infinite(painter, parts, shading.infinite)
    smooth = field.smooth and field.scale != "classes"
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(parts.image, shading.image)
    if field.scale == "classes":
        _paint_letters(painter, parts, field, font)
    if lines:
        paint_contours(painter, parts.image, lines, lambda level: contrast(shading, level, field.scale))
        if plane.width() >= _NUMBERED[0] and plane.height() >= _NUMBERED[1]:
            _paint_numbers(painter, parts, field, shading, lines, font)
    painter.restore()
    paint_axes(painter, area, parts, field, font)
    paint_bar(painter, area, parts, field, shading, font)


def _paint_infinite(painter: QPainter, parts: Frame, mask: QImage) -> None:
    """Hatch what is infinite."""
    area = parts.plane.area
    layer = QImage(area.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(QColor(theme.colours().raised))
    drawing = QPainter(layer)
    drawing.fillRect(layer.rect(), hatching())
    drawing.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    seen = QImage(layer.size(), QImage.Format.Format_ARGB32_Premultiplied)
    seen.fill(Qt.GlobalColor.transparent)
    cutting = QPainter(seen)
    cutting.drawImage(parts.image.translated(-area.topLeft()), mask)
    cutting.end()
    drawing.drawImage(0, 0, seen)
    drawing.end()
    painter.drawImage(area.topLeft(), layer)


def _paint_letters(painter: QPainter, parts: Frame, field: Field, font: QFont) -> None:
    """Write the letter of each class where it has most room."""
    image = parts.image
    marks = class_marks(field.classes)
    for each, across, up, side in class_places(field.values, len(field.classes)):
        if side * image.height() < _LETTER:
            continue
        x, y = image.left() + across * image.width(), image.bottom() - up * image.height()
        box = QRectF(x - 20, y - 10, 40, 20)
        text(painter, box, marks[each], readable_on(class_colour(each)), CENTRE, small_font(font, bold=True))


def _paint_numbers(
    painter: QPainter, parts: Frame, field: Field, shading: Shading, lines: Sequence[Contour], font: QFont
) -> None:
    table = colour_table(field.scale)

    def colours(level: float) -> tuple[QColor, QColor]:
        ground = shading.colour(level, table)
        return readable_on(ground), ground

    def said(level: float) -> str:
        return significant(level, 3).replace("-", "−")

    paint_numbers(painter, parts.image, lines, said, colours, font)
