"""Values written into the pixels that are large enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from app.core import theme
from app.views.font_metrics import Metrics, font_metrics
from app.views.painted import readable_on, small_font
from app.views.pictures.frame import Frame
from app.views.pictures.pixels import Colours, Seen, coloured, rows_and_columns
from lab.core.events import Array
from lab.core.pictures import PicturePanel

NUMBERED_FROM = 30.0
"""Logical pixels for a pixel of the picture from which on its value is written in it."""
_THREE_FROM = 44.0
"""The same for three values, one below the other."""
_NAMED_FROM = 60.0
"""From here on each of the three has its name before it."""
_NAMES = "RGB"
_LEADING = 12.5
_DARK, _WHITE = readable_on(QColor("white")), readable_on(QColor("black"))


def short(value: float, figures: int) -> str:
    """Return a number with at most so many significant figures, in as few letters as can be."""
    number = float(value)
    if number != number:
        return "nan"
    if number in (np.inf, -np.inf):
        return "∞" if number > 0 else "-∞"
    if number.is_integer() and abs(number) < 10**figures:
        return str(int(number))
    if figures == 3 and 1000 <= abs(number) < 1e6:
        return f"{number:.0f}"
    return f"{number:.{figures}g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def fitting(value: float, width: float, measure: Metrics) -> str:
    """Return a number with three significant figures, or with fewer where these have no room; "" where none has."""
    for figures in (3, 2, 1):
        said = short(value, figures)
        if measure.width(said) <= width:
            return said
    return ""


def paint_numbers(painter: QPainter, panel: PicturePanel, frame: Frame, seen: Seen, font: QFont) -> None:
    """Write the values of all pixels that are seen, in black or white, whichever is easier to read there."""
    width, height = frame.across, frame.down
    three = panel.values.ndim == 3
    if three and min(width, height) < _THREE_FROM:
        return
    rows, columns = rows_and_columns(frame, seen)
    part = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    values, colours = panel.values[part], coloured(panel, *part)
    colours[colours == 0] = QColor(theme.colours().raised).rgb()
    hatched = None if panel.hatched is None else panel.hatched[part]
    between = None if panel.indices is None else panel.indices[part].min(-1) < 0
    measure = font_metrics(small_font(font))
    painter.setFont(measure.font)
    pens = _readable(colours)
    painter.setPen(_DARK)
    dark = True
    base = measure.cap_height / 2
    ratio = frame.ratio
    area = QRectF(QPointF(seen.left, seen.top) / ratio, QPointF(seen.right, seen.bottom) / ratio)
    for row, line in enumerate(values.tolist()):
        middle = frame.top + (part[0].start + row + 0.5) * height
        for column, value in enumerate(line):
            if between is not None and between[row, column]:
                continue
            centre = frame.left + (part[1].start + column + 0.5) * width
            said = _three(value, width, measure) if three else [fitting(value, width - 3, measure)]
            if not _whole(centre, middle, said, measure, area):
                continue
            wanted = bool(pens[row, column])
            if hatched is not None and hatched[row, column]:
                _plate(painter, centre, middle, said, measure, int(colours[row, column]))
            if wanted != dark:
                painter.setPen(_DARK if wanted else _WHITE)
                dark = wanted
            for place, words in enumerate(said):
                y = middle + base + (place - (len(said) - 1) / 2) * _LEADING
                painter.drawText(QPointF(centre - measure.width(words) / 2, y), words)


def _three(values: Sequence[float], width: float, measure: Metrics) -> list[str]:
    if width < _NAMED_FROM:
        return [fitting(value, width - 3, measure) for value in values]
    room = width - 3 - measure.width("G ")
    return [f"{name} {fitting(value, room, measure)}" for name, value in zip(_NAMES, values, strict=True)]


def _whole(x: float, y: float, said: Sequence[str], measure: Metrics, area: QRectF) -> bool:
    """Tell whether all of a number is seen: one that is cut would be read as another."""
    half = max(map(measure.width, said)) / 2
    high = (_LEADING * (len(said) - 1)) / 2 + measure.cap_height / 2
    return area.left() <= x - half and x + half <= area.right() and area.top() <= y - high and y + high <= area.bottom()


def _plate(painter: QPainter, x: float, y: float, said: Sequence[str], measure: Metrics, colour: int) -> None:
    """Keep hatches away from a number."""
    width = max(map(measure.width, said)) + 4
    height = _LEADING * len(said) + 2
    painter.fillRect(QRectF(x - width / 2, y - height / 2, width, height), QColor.fromRgb(colour))


def _readable(colours: Colours) -> Array:
    """Return whether dark letters are easier to read than white ones; as `readable_on` tells, for all at once."""
    channels = [((colours >> shift) & 255) / 255.0 for shift in (16, 8, 0)]
    luminance = sum(weight * channel**2.2 for weight, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))
    return np.asarray(luminance > 0.19)
