"""What stands around the picture of a panel: its title, the scale of its colours, its note."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, small_font, text
from app.views.pictures.layout import Cell
from app.views.pictures.picture import hatched_sample
from app.views.pictures.pixels import image_of, scale_colours
from app.views.pictures.words import hatched_words, limit_words
from app.views.prose import from_left, spoken
from lab.core.pictures import PicturePanel

_BAR, _LONGEST = 8.0, 110.0
_SAMPLE = 11.0


def has_scale(panel: PicturePanel) -> bool:
    """Tell whether the colours of a panel need a scale."""
    return panel.colours in ("magnitude", "signed")


def has_note(panel: PicturePanel) -> bool:
    """Tell whether something stands beneath a panel."""
    return bool(panel.note or hatched_words(panel))


def paint_around(painter: QPainter, cell: Cell, panel: PicturePanel, font: QFont, ratio: float) -> None:
    """Paint all that stands around the picture."""
    text(painter, cell.title, spoken(panel.title), theme.colours().text, CENTRE, small_font(font, bold=True))
    if has_scale(panel) and cell.scale.height():
        _paint_scale(painter, cell.scale, panel, font)
    if cell.note.height():
        _paint_note(painter, cell.note, panel, font, ratio)


def _paint_scale(painter: QPainter, area: QRectF, panel: PicturePanel, font: QFont) -> None:
    """Paint the colours from the lowest to the highest value, with these beside them; signed ones have zero marked."""
    small, colours = small_font(font), theme.colours()
    metrics = font_metrics(small)
    low, high = map(limit_words, panel.limits)
    widths = metrics.width(low) + 1, metrics.width(high) + 1
    room = area.width() - sum(widths) - 10
    if room < 12:
        text(painter, area, f"{low} … {high}", colours.muted, CENTRE, small)
        return
    length = float(round(min(room, _LONGEST)))
    left = round(area.center().x() - (length + sum(widths) + 8) / 2)
    bar = QRectF(left + widths[0] + 4, round(area.center().y() - _BAR / 2), length, _BAR)
    text(painter, QRectF(left, area.top(), widths[0], area.height()), low, colours.muted, LEFT, small)
    text(painter, QRectF(bar.right() + 4, area.top(), widths[1], area.height()), high, colours.muted, LEFT, small)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawImage(bar, image_of(scale_colours(panel.colours, 64), True))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawRect(bar.adjusted(-1, -1, 0, 0))
    if panel.colours == "signed":
        middle = round(bar.center().x())
        painter.drawLine(middle, round(bar.top()) - 3, middle, round(bar.bottom()) + 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _paint_note(painter: QPainter, area: QRectF, panel: PicturePanel, font: QFont, ratio: float) -> None:
    """Paint what hatches mean and the note, in the order in which the language reads them."""
    small, colours = small_font(font), theme.colours()
    metrics = font_metrics(small)
    label = hatched_words(panel)
    label = spoken(panel.hatched_label) if label else ""
    note = spoken(panel.note)
    parts: list[tuple[float, Callable[[QPainter, QRectF, str, str, QFont], None]]] = []
    if label:
        parts.append((metrics.width(label) + _SAMPLE + 5, partial(_paint_hatched, ratio=ratio)))
    if note:
        parts.append((metrics.width(note) + 1, _paint_words))
    said = [words for words in (label, note) if words]
    total = sum(width for width, _paint in parts) + 12 * (len(parts) - 1)
    left = area.left() + max((area.width() - total) / 2, 0.0)
    ordered = list(zip(parts, said, strict=True))
    if not from_left(panel.note or panel.hatched_label):
        ordered.reverse()
    for (width, paint), words in ordered:
        box = QRectF(left, area.top(), max(min(width, area.right() - left), 0.0), area.height())
        if box.width() > _SAMPLE:
            paint(painter, box, words, colours.muted, small)
        left += width + 12


def _paint_words(painter: QPainter, area: QRectF, said: str, colour: str, font: QFont) -> None:
    text(painter, area, said, colour, LEFT, font)


def _paint_hatched(painter: QPainter, area: QRectF, said: str, colour: str, font: QFont, *, ratio: float) -> None:
    hatched_sample(painter, round(area.left()), round(area.center().y() - _SAMPLE / 2), _SAMPLE, ratio)
    text(painter, area.adjusted(_SAMPLE + 4, 0, 0, 0), said, colour, LEFT, font)
