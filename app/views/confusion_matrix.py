"""The confusion matrix as a picture that is kept: of a hundred cells, few change at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.core import theme
from app.core.language import tr
from app.views.confusion_cells import By, cell_colours, cell_words
from app.views.confusion_pairs import MANY
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, RIGHT, readable_on, small_font, text
from lab.core.events import Array

_ROW_MINIMUM = 13
_NARROW = 78
"""Per cent of their width that letters have in a cell that is too narrow for them."""
"""A cell that is lower than this holds no text."""
_Cell = tuple[int, int, tuple[int, ...], str]
"""Row, column, red, green and blue, and words."""


@dataclass(frozen=True)
class Look:
    """How a matrix is painted: all but its counts. `grid` is where its cells are within the content `area`."""

    size: QSize
    ratio: float
    font: QFont
    area: QRectF
    grid: QRectF
    by: By
    picked: tuple[int, int] | None
    names: tuple[str, ...]
    things: str


class KeptMatrix:
    """Labels and, unless there are too many, cells."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], list[_Cell], QPixmap] | None = None

    def picture(self, look: Look, counts: Array) -> QPixmap:
        """Return a picture, of the size of the view, of the matrix with `counts` (K, K)."""
        count = len(counts)
        cells: list[_Cell] = []
        if count <= MANY:
            words, colours = cell_words(counts, look.by), cell_colours(counts, look.by).tolist()
            places = [(row, column) for row in range(count) for column in range(count)]
            cells = [(row, column, tuple(colours[row][column]), words[row][column]) for row, column in places]
        key = look, count, theme.colours()
        if self._kept is None or self._kept[0] != key:
            pixmap = QPixmap(look.size * look.ratio)
            pixmap.setDevicePixelRatio(look.ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            new, anew = cells, True
        else:
            pixmap, anew = self._kept[2], False
            new = [cell for cell, before in zip(cells, self._kept[1], strict=True) if cell != before]
        if new or anew:
            painter = QPainter(pixmap)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                if anew:
                    _paint_labels(painter, look)
                _paint_cells(painter, look, count, new)
            finally:
                painter.end()
        self._kept = key, cells, pixmap
        return pixmap


def _paint_cells(painter: QPainter, look: Look, count: int, cells: list[_Cell]) -> None:
    grid, font = look.grid, small_font(look.font)
    width, height = grid.width() / count, grid.height() / count
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    fits = height >= _ROW_MINIMUM and width >= 14
    narrow = QFont(font)
    narrow.setStretch(_NARROW)
    fonts = [(each, font_metrics(each)) for each in (font, narrow)]
    gap = 1 if min(width, height) < 16 else 2
    # Edges on whole pixels of the screen, so that the gaps between cells are all alike.
    edges = [
        (
            round((grid.left() + place * width) * look.ratio) / look.ratio,
            round((grid.top() + place * height) * look.ratio) / look.ratio,
        )
        for place in range(count + 1)
    ]
    for row, column, channels, word in cells:
        left, top = edges[column][0], edges[row][1]
        cell = QRectF(left, top, edges[column + 1][0] - left - gap, edges[row + 1][1] - top - gap)
        colour = QColor(*channels)
        painter.fillRect(cell, colour)
        fitting = [each for each, metrics in fonts if metrics.width(word) <= width] if fits else []
        if word and fitting:
            text(painter, cell.adjusted(-gap, 0, gap, 0), word, readable_on(colour), CENTRE, fitting[0])


def _paint_labels(painter: QPainter, look: Look) -> None:
    colours, area, grid, names = theme.colours(), look.area, look.grid, look.names
    font = small_font(look.font)
    picked = look.picked or (-1, -1)
    width, height = grid.width() / len(names), grid.height() / len(names)
    widest = max(font_metrics(font).width(name) for name in names)
    # With many classes only every second, third … has room for its name.
    longest = min(widest, 20 if len(names) <= MANY else 60)
    each_row, each_column = math.ceil(11 / height), math.ceil(longest / width)
    for place, name in enumerate(names):
        if place % each_row == 0:
            side = QRectF(area.left() + 15, grid.top() + place * height, 0, height)
            side.setRight(grid.left() - 5)
            text(painter, side, name, colours.text if picked[0] == place else colours.muted, RIGHT, font)
        if place % each_column == 0:
            top = QRectF(grid.left() + place * width, grid.top() - 15, width, 14)
            top.adjust(-width * (each_column - 1) / 2, 0, width * (each_column - 1) / 2, 0)
            text(painter, top, name, colours.text if picked[1] == place else colours.muted, CENTRE, font)
    if grid.top() - area.top() > 20:
        line = QRectF(grid.left(), area.top() - 2, grid.width(), 14)
        words = tr("predicted, {things}", things=look.things)
        if look.by != "counts":
            words = tr("predicted, % of the row") if look.by == "truth" else tr("predicted, % of the column")
        text(painter, line, words, colours.muted, CENTRE, font)
        _paint_legend(painter, line, font, font_metrics(font).width(words))
    painter.save()
    painter.translate(area.left() + 7, grid.center().y())
    painter.rotate(-90)
    text(
        painter,
        QRectF(-grid.height() / 2, -8, grid.height(), 16),
        tr("truth"),
        colours.muted,
        CENTRE,
        font,
    )
    painter.restore()


def _paint_legend(painter: QPainter, line: QRectF, font: QFont, taken: float) -> None:
    """Say in words what the two colours are, where there is room beside the name of the axis."""
    colours = theme.colours()
    metrics = font_metrics(font)
    middle = taken / 2 + 8
    place = line.right()
    for word, colour in ((tr("wrong"), colours.bad), (tr("right"), colours.accent)):
        width = metrics.width(word)
        if place - width - 14 < line.center().x() + middle:
            return
        text(painter, QRectF(place - width, line.top(), width + 1, 14), word, colours.muted, LEFT, font)
        painter.fillRect(QRectF(place - width - 12, line.top() + 3, 8, 8), QColor(colour))
        place -= width + 22
