"""The legend over a field: what its colours, patterns and lines are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap

from app.core import theme
from app.core.language import tr, words
from app.views.field.image import Shading, class_colour, class_marks
from app.views.field.overlay import paint_sample, told_apart
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, readable_on, small_font, text
from lab.core.figures import Field, Line

ROW = 17.0
"""Height of a row of the legend."""
_SAMPLE, _SWATCH = 22.0, 14.0


@dataclass(frozen=True)
class Entry:
    """One entry: its words, the width of its sample, and what paints that into a rectangle."""

    words: str
    width: float
    paint: Callable[[QPainter, QRectF], None]


def entries(field: Field, shading: Shading, lines: Sequence[Line]) -> list[Entry]:
    """Return what has to be explained of a field and the lines over it."""
    found = []
    labelled: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: bool(line.legend)):  # First what has words of its own.
        said = words(line.legend or line.label)
        if said:
            labelled.setdefault(said, []).append(line)
    marked = told_apart(lines)
    if field.scale == "classes":
        marks = class_marks(field.classes)
        for place, name in enumerate(field.classes):
            # A class and its points are one entry.
            group = labelled.pop(words(name), [])
            width = _SWATCH + (_SAMPLE if group else 0)
            found.append(Entry(words(name), width, partial(_class_sample, place, marks[place], group, marked)))
    if shading.gaps:
        found.append(Entry(words(field.missing or tr("not computed yet")), _SWATCH, partial(_pattern_sample, dots)))
    if shading.infinite is not None:
        found.append(Entry(tr("infinite"), _SWATCH, partial(_pattern_sample, hatching)))
    for said, group in labelled.items():
        found.append(Entry(said, _SAMPLE, partial(_line_sample, group, marked)))
    return found


def rows(found: Sequence[Entry], width: float, most: int, font: QFont) -> list[list[tuple[float, Entry]]]:
    """Break a legend into at most `most` rows of `width` pixels; each entry with where it begins."""
    metrics = font_metrics(font)
    broken: list[list[tuple[float, Entry]]] = []
    place = 0.0
    for entry in found:
        needed = entry.width + 5 + metrics.width(entry.words)
        if not broken or place + needed > width:
            broken.append([])
            place = 0.0
        broken[-1].append((place, entry))
        place += needed + 13
    return broken[:most]


def paint_legend(
    painter: QPainter, corner: QPointF, width: float, broken: Sequence[Sequence[tuple[float, Entry]]], font: QFont
) -> None:
    """Paint the rows of a legend, `corner` being its upper left one."""
    metrics = font_metrics(font)
    for number, row in enumerate(broken):
        top = corner.y() + number * ROW
        for place, entry in row:
            left = corner.x() + place
            entry.paint(painter, QRectF(left, top + (ROW - _SWATCH) / 2, entry.width, _SWATCH))
            room = min(metrics.width(entry.words) + 1, width - place - entry.width - 5)
            box = QRectF(left + entry.width + 5, top, max(room, 0.0), ROW)
            text(painter, box, entry.words, theme.colours().muted, LEFT, font)


def _class_sample(place: int, mark: str, group: Sequence[Line], marked: bool, painter: QPainter, area: QRectF) -> None:
    colour = class_colour(place)
    swatch = QRectF(area.left(), area.top(), _SWATCH, area.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(swatch, 3, 3)
    font = small_font(painter.font(), bold=True)
    text(painter, swatch.adjusted(-4, 0, 4, 0), mark, readable_on(colour), CENTRE, font)
    if group:
        _line_sample(group, marked, painter, area.adjusted(_SWATCH, 0, 0, 0))


def _pattern_sample(pattern: Callable[[], QBrush], painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(QColor(theme.colours().border), 1))
    painter.setBrush(pattern())
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _line_sample(group: Sequence[Line], marked: bool, painter: QPainter, area: QRectF) -> None:
    paint_sample(painter, area.adjusted(1, 0, -1, 0), group, marked=marked)


def dots() -> QBrush:
    """Return what stands where nothing has been computed yet."""
    tile = QPixmap(7, 7)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QColor(theme.colours().muted)
    shade.setAlpha(120)
    painter.setBrush(shade)
    painter.drawEllipse(QPointF(3.5, 3.5), 1.0, 1.0)
    painter.end()
    return QBrush(tile)


def hatching() -> QBrush:
    """Return what stands where a value is infinite."""
    return QBrush(QColor(theme.colours().muted), Qt.BrushStyle.BDiagPattern)
