"""A field ready to be painted: each part is made when it is first needed, and kept as long as it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from app.views.field.axes import Frame, frame
from app.views.field.contours import Contour, contours
from app.views.field.image import Shading, shade
from app.views.field.legend import ROW, Entry, entries, rows
from app.views.field.picture import paint_field
from lab.core.figures import Field, Line

_LEGEND_FROM = 100.0
"""Pixels of height that a legend needs; without it, the pointer tells what it would say."""


class FieldScene:
    """One field in the colours of the theme in force; a new field or theme needs a new scene.

    `halves` shows only on which side of zero values are, where the field decides by that.
    """

    def __init__(self, field: Field, halves: bool = False) -> None:
        self.field = field
        self._painted = _halves(field) if halves and field.decides else field
        self.legend: list[list[tuple[float, Entry]]] = []
        self._key: object = None
        self._picture: QPixmap | None = None
        self._frame: Frame | None = None

    @cached_property
    def shading(self) -> Shading:
        """The values in colours."""
        return shade(self._painted)

    @cached_property
    def contours(self) -> list[Contour]:
        """The contour lines."""
        return contours(self.field.values, self.field.levels) if self.field.levels else []

    @property
    def frame(self) -> Frame:
        """Where things stand, since it was last laid out."""
        assert self._frame is not None
        return self._frame

    def lay_out(self, area: QRectF, lines: Sequence[Line], font: QFont) -> None:
        """Find the places of everything within `area`, with a legend that explains `lines` too."""
        most = int(area.height() / 70) if area.height() >= _LEGEND_FROM else 0
        self.legend = rows(entries(self.field, self.shading, lines), area.width(), most, font)
        below = area.adjusted(0, len(self.legend) * ROW + (3 if self.legend else 0), 0, 0)
        key = (below.getRect(), font.toString())
        if self._key != key:
            self._key, self._picture = key, None
            self._frame = frame(below, self.field, self.shading, font)

    def picture(self, size: QSize, ratio: float, font: QFont) -> QPixmap:
        """Return a picture, of the `size` of the whole view, of all that no overlay changes."""
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
            area = QRectF(QPointF(), size)
            paint_field(painter, area, self.frame, self._painted, self.shading, self.contours, font)
            painter.end()
        return self._picture

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return row and column of the value under a point, None outside."""
        image = self.frame.image
        if not self.frame.plane.area.contains(point) or not image.contains(point):
            return None
        height, width = self.field.values.shape
        column = int((point.x() - image.left()) / image.width() * width)
        row = int((image.bottom() - point.y()) / image.height() * height)
        return min(row, height - 1), min(column, width - 1)

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where the cell of a value is painted."""
        image = self.frame.image
        height, width = self.field.values.shape
        size = image.width() / width, image.height() / height
        return QRectF(image.left() + column * size[0], image.bottom() - (row + 1) * size[1], *size)


def _halves(field: Field) -> Field:
    """Return a field with the two ends of its colours in place of its values."""
    low, high = field.limits or (-1.0, 1.0)
    with np.errstate(invalid="ignore"):
        values = np.where(field.values > 0, high, low)
    return replace(field, values=np.where(np.isfinite(field.values), values, field.values), smooth=False)
