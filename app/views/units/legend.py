"""What lines and colours mean, in the corner of the title line; the number of what is pointed at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core import theme
from app.core.language import right_to_left, tr
from app.views.font_metrics import font_metrics
from app.views.mosaic import coloured, levels, painted
from app.views.painted import CENTRE, LEFT, MARGIN, TITLE_HEIGHT, small_font, text, title_font
from app.views.units.connections import sign_colour
from app.views.units.paint import number_words

_LINE, _BAR, _APART = 24.0, 44.0, 14.0


def paint_legend(painter: QPainter, view: QWidget, scale: float) -> QRectF:
    """Paint as much of the legend as there is room for beside the title, and return where it is.

    `scale` is the output at the ends of the colours; 0.0 where there are no pictures.
    """
    font = small_font(view.font())
    metrics = font_metrics(font)
    ends = (number_words(-scale), number_words(scale))
    entries: list[tuple[float, Callable[[QPainter, QRectF], None]]] = []
    for negative, said in ((False, tr("positive")), (True, tr("negative"))):
        width = _LINE + 5 + metrics.width(said) + 1
        entries.append((width, partial(_paint_sign, negative, said, font)))
    if scale:
        width = _BAR + 10 + sum(metrics.width(end) for end in ends) + 2
        entries.append((width, partial(_paint_bar, ends, font)))
    title = font_metrics(title_font(view.font())).width(view.accessibleName())
    room = view.width() - title - 4 * MARGIN
    while entries and sum(width + _APART for width, _ in entries) > room:
        entries = entries[:2] if len(entries) > 2 else []
    total = sum(width for width, _ in entries) + _APART * (len(entries) - 1)
    left = MARGIN if right_to_left() else view.width() - MARGIN - total
    whole = QRectF(left, 2, max(total, 0.0), TITLE_HEIGHT - 2)
    for width, paint in entries:
        paint(painter, QRectF(left, 2, width, TITLE_HEIGHT - 2))
        left += width + _APART
    return whole


def _paint_sign(negative: bool, said: str, font: QFont, painter: QPainter, area: QRectF) -> None:
    pen = QPen(sign_colour(negative), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if negative:
        pen.setDashPattern([2.0, 1.3])
    painter.setPen(pen)
    y = area.center().y()
    painter.drawLine(QPointF(area.left(), y), QPointF(area.left() + _LINE, y))
    text(painter, area.adjusted(_LINE + 5, 0, 0, 0), said, theme.colours().muted, LEFT, font)


def _paint_bar(ends: tuple[str, str], font: QFont, painter: QPainter, area: QRectF) -> None:
    metrics, colours = font_metrics(font), theme.colours()
    low = metrics.width(ends[0]) + 1
    text(painter, QRectF(area.left(), area.top(), low, area.height()), ends[0], colours.muted, LEFT, font)
    bar = QRectF(area.left() + low + 5, area.center().y() - 5, _BAR, 10)
    shades = levels(np.linspace(-1, 1, int(_BAR))[None], 1.0, signed=True)
    painter.drawImage(bar, painted(coloured(shades, "signed")))
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    high = QRectF(bar.right() + 5, area.top(), area.right() - bar.right() - 5, area.height())
    text(painter, high, ends[1], colours.muted, LEFT, font)


def paint_tag(painter: QPainter, said: str, area: QRectF, font: QFont, strong: bool) -> None:
    """Paint the number of a connection or bias, in `area` as `tag_area` returns it."""
    colours = theme.colours()
    painter.setPen(QPen(QColor(colours.accent if strong else colours.border), 1.4 if strong else 1))
    painter.setBrush(QColor(colours.raised))
    painter.drawRoundedRect(area, 3, 3)
    text(painter, area, said, colours.text, CENTRE, small_font(font))


def tag_area(said: str, at: QPointF, within: QRectF, font: QFont) -> QRectF:
    """Return where the number of what is at a point stands: over it, or beneath it where it would leave the card."""
    width = font_metrics(small_font(font)).width(said) + 10
    area = QRectF(at.x() - width / 2, at.y() - 26, width, 17)
    if area.top() < within.top():
        area.moveTop(at.y() + 9)
    area.moveLeft(max(min(area.left(), within.right() - width), within.left()))
    return area
