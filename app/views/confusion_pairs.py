"""The worst pairs of a confusion matrix with many classes, as a list beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from app.core import theme
from app.core.language import tr
from app.views.confusion_cells import By, cell_values, value_words
from app.views.font_metrics import font_metrics
from app.views.painted import LEFT, RIGHT, blend, small_font, text
from lab.core.events import Array

MANY = 30
"""Classes from which on cells have no numbers, and the list stands beside them where there is room."""
_WIDTH, _LINE, _LEAST = 190.0, 16.0, 200.0
"""The list, a line of it, and what the matrix keeps."""


def room_for(area: QRectF, classes: int) -> float:
    """Return the width that the list takes of `area`; 0 where there is none."""
    return _WIDTH if classes > MANY and area.width() - _WIDTH >= _LEAST and area.height() >= 4 * _LINE else 0.0


class Pairs:
    """The first of `cells`, the worst ones, as many as have room in `area`."""

    def __init__(self, cells: Sequence[tuple[int, int]], area: QRectF) -> None:
        self.area = area
        self.cells = cells[: max(int(area.height() / _LINE) - 1, 0)]

    def line(self, place: int) -> QRectF:
        """Return where a pair stands."""
        return QRectF(self.area.left(), self.area.top() + (place + 1) * _LINE, self.area.width(), _LINE)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the pair under a point, as (truth, predicted)."""
        return next((cell for place, cell in enumerate(self.cells) if self.line(place).contains(point)), None)

    def paint(
        self,
        painter: QPainter,
        counts: Array,
        by: By,
        names: Sequence[str],
        picked: tuple[int, int] | None,
        base_font: QFont,
    ) -> None:
        """Paint the list, with a band behind the pair that is picked."""
        colours, font = theme.colours(), small_font(base_font)
        values, metrics = cell_values(counts, by), font_metrics(font)
        title = tr("most often confused") if by == "counts" else tr("most often confused, %")
        head = QRectF(self.area.left(), self.area.top(), self.area.width(), _LINE)
        text(painter, head, title, colours.muted, LEFT, small_font(base_font, bold=True))
        for place, cell in enumerate(self.cells):
            line = self.line(place)
            if cell == picked:
                painter.fillRect(line, blend(colours.accent, colours.surface, 0.18))
            said = value_words(values[cell].item(), by)
            width = metrics.width(said) + 8
            painter.fillRect(QRectF(line.left(), line.top() + 4, 8, 8), QColor(colours.bad))
            text(painter, line, said, colours.text, RIGHT, font)
            pair = f"{names[cell[0]]} → {names[cell[1]]}"
            text(painter, line.adjusted(12, 0, -width, 0), pair, colours.text, LEFT, font)
