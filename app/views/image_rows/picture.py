"""Rows of images as a picture: where each image stands, and its pixels as colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.core.language import words
from app.views.field.legend import hatching
from app.views.font_metrics import font_metrics
from app.views.mosaic import Bytes, photograph
from app.views.painted import LEFT, small_font, text
from app.views.scroll import THICK, Scroll
from lab.core.events import Array, ImageRows

_GAP = 4.0
_LEAST, _MOST = 26.0, 112.0
"""The smallest and largest side of an image in logical pixels."""
_LABEL = 0.28
"""The share of the width that labels may take."""


class RowsPicture:
    """`rows`, which has at least one image, laid out for `area`; `ratio` pixels of the screen are a logical one.

    `along` and `down` say how far it is moved, and outlive it.
    """

    def __init__(self, rows: ImageRows, font: QFont, area: QRectF, ratio: float, along: Scroll, down: Scroll) -> None:
        self._rows, self._area, self._ratio, self._along, self._down = rows, area, ratio, along, down
        self._font = small_font(font)
        metrics = font_metrics(self._font)
        label = max(metrics.width(words(said)) for said, _ in rows.rows)
        self._seen = area.adjusted(min(label + 8, _LABEL * area.width()), 2, -2, -THICK - 3)
        self._longest = max(max(np.shape(images)[1:3]) for _, images in rows.rows if len(images))
        side = min(max((self._seen.height() + _GAP) / len(rows.rows) - _GAP, _LEAST), _MOST)
        if self._longest * 2 <= side * ratio:
            # Every pixel of the image is as many of the screen, so that none looks larger than another.
            side = int(side * ratio / self._longest) * self._longest / ratio
        self._side, self.step = side, side + _GAP
        along.fit(rows.count * self.step - _GAP, self._seen.width())
        down.fit(len(rows.rows) * self.step - _GAP, self._seen.height())
        corner = self._seen.topLeft() - QPointF(along.offset, down.offset)
        self._corner = self._snapped(corner)

    def _snapped(self, point: QPointF) -> QPointF:
        return QPointF(round(point.x() * self._ratio) / self._ratio, round(point.y() * self._ratio) / self._ratio)

    def cell(self, row: int, place: int) -> QRectF:
        """Return where an image has its place, in view or not; one that is not square does not fill it."""
        corner = self._corner + QPointF(place * self.step, row * self.step)
        return QRectF(corner.x(), corner.y(), self._side, self._side)

    def image_area(self, row: int, place: int) -> QRectF:
        """Return where an image itself is painted: all to one scale, in the middle of their places."""
        height, width = np.shape(self._rows.rows[row][1])[1:3]
        size = QPointF(self._side * width / self._longest, self._side * height / self._longest)
        corner = self.cell(row, place).center() - size / 2
        return QRectF(self._snapped(corner), self._snapped(corner + size))

    def image_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the place of the image under a point."""
        if not self._seen.contains(point):
            return None
        way = (point - self._corner) / self.step
        row, place = int(way.y() // 1), int(way.x() // 1)
        inside = 0 <= row < len(self._rows.rows) and 0 <= place < len(self._rows.rows[row][1])
        return (row, place) if inside and self.cell(row, place).contains(point) else None

    def reveal(self, row: int, place: int) -> None:
        """Bring an image into view, at the next layout."""
        self._along.reveal(place * self.step, place * self.step + self._side)
        self._down.reveal(row * self.step, row * self.step + self._side)

    def paint(self, painter: QPainter, picked: int | None, cursor: tuple[int, int] | None) -> None:
        """Paint all that is in view, the number that is picked in all rows, and the place of the keyboard."""
        seen, area, colours = self._seen, self._area, theme.colours()
        first = max(int((seen.left() - self._corner.x()) // self.step), 0)
        last = int((seen.right() - self._corner.x()) // self.step) + 1
        for row, (said, images) in enumerate(self._rows.rows):
            top = self.cell(row, 0).top()
            if top + self._side < seen.top() or top > seen.bottom():
                continue
            painter.setClipRect(area.adjusted(0, 0, 0, -THICK))
            label = QRectF(area.left(), top, seen.left() - area.left() - 6, self._side)
            text(painter, label, words(said), colours.text, LEFT, self._font)
            painter.setClipRect(seen.adjusted(-3, -3, 3, 3))
            if len(images[first:last]):
                self._paint_row(painter, row, first, images[first:last])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in range(self._rows.count):
            if picked is not None and self._rows.index(place) == picked:
                column = self.cell(0, place).united(self.cell(len(self._rows.rows) - 1, place))
                painter.setPen(QPen(QColor(colours.accent), 2))
                painter.drawRect(column.adjusted(-2, -2, 2, 2))
        if cursor is not None:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.cell(*cursor).adjusted(-1, -1, 1, 1))
        painter.setClipping(False)
        self._along.paint(painter, QRectF(seen.left(), area.bottom() - THICK, seen.width(), THICK))
        self._down.paint(painter, QRectF(area.right() + 1, seen.top(), THICK, seen.height()))

    def _paint_row(self, painter: QPainter, row: int, first: int, shown: Array) -> None:
        """Paint the images in view of one row: one picture below each other, of which each takes its part."""
        pixels, gaps = levels(shown, self._rows.limits)
        height, width = pixels.shape[1:3]
        picture = photograph(pixels.reshape(-1, *pixels.shape[2:]))
        for part in range(len(shown)):
            target = self.image_area(row, first + part)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, target.height() * self._ratio < height)
            painter.drawImage(target, picture, QRectF(0, part * height, width, height))
            if gaps is not None:
                _paint_gaps(painter, target, gaps[part])


def levels(images: Array, limits: tuple[float, float]) -> tuple[Bytes, Array | None]:
    """Return images as bytes, and where (N, H, W) they are no numbers; None where they all are."""
    if images.dtype == np.uint8:
        return images, None
    low, high = limits
    scaled = (images.astype(np.float64) - low) * (255 / ((high - low) or 1.0)) + 0.5
    finite: Array = np.isfinite(scaled)
    result = np.clip(np.where(finite, scaled, 0), 0, 255).astype(np.uint8)
    if finite.all():
        return result, None
    gaps: Array = ~finite if finite.ndim == 3 else np.asarray(~finite.all(axis=-1))
    return result, gaps


def _paint_gaps(painter: QPainter, target: QRectF, gaps: Array) -> None:
    """Hatch where an image is no number: each run of such pixels in a row."""
    height, width = gaps.shape
    x, y = target.width() / width, target.height() / height
    if gaps.all():
        runs = [(0, 0, width, height)]
    else:
        ends = np.diff(np.pad(gaps.astype(np.int8), ((0, 0), (1, 1))), axis=1)
        starts, stops = np.argwhere(ends == 1), np.argwhere(ends == -1)
        runs = [(row, at, stop - at, 1) for (row, at), (_, stop) in zip(starts.tolist(), stops.tolist(), strict=True)]
    for row, column, wide, high in runs:
        box = QRectF(target.left() + column * x, target.top() + row * y, wide * x, high * y)
        painter.fillRect(box, QColor(theme.colours().raised))
        painter.fillRect(box, hatching())
