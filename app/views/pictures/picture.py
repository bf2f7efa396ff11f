"""The part of a panel that stays while marks move over it: its pixels, hatches, numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen

from app.core import theme
from app.views.field.legend import dots
from app.views.pictures.frame import Frame
from app.views.pictures.numbers import NUMBERED_FROM, paint_numbers
from app.views.pictures.pixels import Seen, image_of, picture_of, rows_and_columns, seen_of
from lab.core.pictures import PicturePanel

_PERIOD, _STROKE = 7.0, 1.4
"""Distance of hatches, and the width of their dark and of their light half."""
_DARK, _LIGHT = 0xD010141A, 0xD0D0D0D0  # Premultiplied by their opacity.


@dataclass(frozen=True)
class Layer:
    """A painted panel, and where its upper left corner lies."""

    image: QImage
    corner: QPointF


class Layers:
    """The layers of panels, each painted once for what is seen of it."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[PicturePanel, tuple[object, ...], Layer | None]] = {}

    def forget(self) -> None:
        """Paint everything anew."""
        self._kept = {}

    def keep_only(self, count: int) -> None:
        """Let go of the layers of panels beyond the first ones."""
        for place in [place for place in self._kept if place >= count]:
            del self._kept[place]

    def layer(self, place: int, panel: PicturePanel, frame: Frame, font: QFont) -> Layer | None:
        """Return the layer of a panel; None where nothing of it is seen."""
        key = (frame, theme.colours().dark)
        kept = self._kept.get(place)
        if kept is None or kept[1] != key or not _alike(kept[0], panel):
            kept = self._kept[place] = panel, key, _painted(panel, frame, font)
        return kept[2]


def _alike(one: PicturePanel, other: PicturePanel) -> bool:
    """Tell whether panels have the same picture: often only a box was moved."""
    return one is other or (
        one.values is other.values
        and one.hatched is other.hatched
        and (one.colours, one.limits) == (other.colours, other.limits)
    )


def _painted(panel: PicturePanel, frame: Frame, font: QFont) -> Layer | None:
    seen = seen_of(frame)
    if seen is None:
        return None
    image = picture_of(panel, frame, seen)
    if image.hasAlphaChannel():
        image = _on_dots(image, frame.ratio)
    image.setDevicePixelRatio(frame.ratio)
    corner = QPointF(seen.left, seen.top) / frame.ratio
    painter = QPainter(image)
    try:
        if panel.hatched is not None:
            _paint_hatches(painter, panel, frame, seen)
        painter.translate(-corner)
        if min(frame.across, frame.down) >= NUMBERED_FROM:
            paint_numbers(painter, panel, frame, seen, font)
    finally:
        painter.end()
    return Layer(image, corner)


def _on_dots(image: QImage, ratio: float) -> QImage:
    """Lay an image on the pattern of what has no value."""
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor(theme.colours().raised))
    ground.setDevicePixelRatio(ratio)
    painter = QPainter(ground)
    pattern: QBrush = dots()
    painter.fillRect(ground.rect(), pattern)
    painter.drawImage(0, 0, _with_ratio(image, ratio))
    painter.end()
    return ground


def _with_ratio(image: QImage, ratio: float) -> QImage:
    image.setDevicePixelRatio(ratio)
    return image


def _paint_hatches(painter: QPainter, panel: PicturePanel, frame: Frame, seen: Seen) -> None:
    """Hatch pixels in a dark and a light line side by side, one of which is seen on any colour."""
    assert panel.hatched is not None
    rows, columns = rows_and_columns(frame, seen)
    part = panel.hatched[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if not part.any():
        return
    mask = part.take(columns - columns[0], axis=1).take(rows - rows[0], axis=0)
    period, stroke = round(_PERIOD * frame.ratio), max(round(_STROKE * frame.ratio), 1)
    # Counted from the corner of the picture, so that hatches move with it.
    start = seen.left + seen.top - round(frame.left * frame.ratio) - round(frame.top * frame.ratio)
    tile = np.zeros(period, np.uint32)
    tile[:stroke], tile[stroke : 2 * stroke] = _DARK, _LIGHT
    lines = tile[np.add.outer(np.arange(period), np.arange(mask.shape[1]) + start) % period]
    pattern = lines.take(np.arange(mask.shape[0]) % period, axis=0)
    hatches = image_of(np.where(mask, pattern, np.uint32(0)), False)
    painter.drawImage(0, 0, _with_ratio(hatches, frame.ratio))


def hatched_sample(painter: QPainter, left: float, top: float, side: float, ratio: float) -> None:
    """Paint a small square of hatches, for the words that explain them."""
    count = max(round(side * ratio), 1)
    steps = np.add.outer(np.arange(count), np.arange(count)) % max(round(5 * ratio), 3)
    stroke = max(round(_STROKE * ratio), 1)
    grey = np.uint32(0xFF909090)
    tile = np.where(steps < stroke, np.uint32(0xFF10141A), np.where(steps < 2 * stroke, np.uint32(0xFFE8E8E8), grey))
    painter.drawImage(QPointF(left, top), _with_ratio(image_of(tile.astype(np.uint32), True), ratio))
    painter.setPen(QPen(QColor(theme.colours().border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
