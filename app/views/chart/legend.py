"""The legend of a chart: its entries in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from app.views.chart.style import Look
from app.views.font_metrics import Metrics

LINE = 16.0
SAMPLE = 22.0
_GAP = 12.0
_MORE = 12.0


@dataclass(frozen=True)
class Legend:
    """Rows of entries with their widths; `more`: there was no room for all, which the pointer tells."""

    rows: tuple[tuple[tuple[Look, float], ...], ...] = ()
    more: bool = False

    @property
    def width(self) -> float:
        """Of the widest row, in pixels."""
        widths = [sum(width for _, width in row) + _GAP * (len(row) - 1) for row in self.rows]
        return max(widths, default=0.0) + (_GAP + _MORE if self.more else 0)

    @property
    def height(self) -> float:
        """Of all rows, in pixels."""
        return LINE * len(self.rows)

    def placed(self, left: float, top: float) -> tuple[tuple[tuple[QRectF, Look], ...], QRectF]:
        """Return where the entries stand, and where an ellipsis does; that is empty where nothing is left out."""
        result = []
        place = left
        for line, row in enumerate(self.rows):
            place = left
            for look, width in row:
                result.append((QRectF(place, top + LINE * line, width, LINE), look))
                place += width + _GAP
        more = QRectF(place, top + self.height - LINE, _MORE, LINE) if self.more and self.rows else QRectF()
        return tuple(result), more


def legend(looks: Sequence[Look], room: float, most: int, metrics: Metrics) -> Legend:
    """Return a legend in at most `most` rows of `room` pixels; nothing where fewer than two lines have words.

    `widths` are those of texts, in pixels.
    """
    entries = {look.label: look for look in reversed(looks) if look.label}
    if len(entries) < 2:
        return Legend()
    rows: list[list[tuple[Look, float]]] = [[]]
    place = 0.0
    for look in reversed(entries.values()):
        width = min(SAMPLE + 6 + metrics.width(look.label), room)
        if rows[-1] and place + width > room:
            rows.append([])
            place = 0.0
        rows[-1].append((look, width))
        place += width + _GAP
    kept, more = rows[:most], len(rows) > most
    while more and len(kept[-1]) > 1 and sum(width + _GAP for _, width in kept[-1]) + _MORE > room:
        kept[-1].pop()
    return Legend(tuple(map(tuple, kept)), more)
