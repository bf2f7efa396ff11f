"""The legend of curves: what each series looks like, and each run that is kept for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from app.core import theme
from app.core.language import tr
from app.runs.comparison import Comparison
from app.views.font_metrics import font_metrics
from app.views.kept import MEAN_WINDOW, paint_run_sample
from app.views.painted import LEFT, text
from app.views.series import Series, colour_of, paint_sample

LINE = 16
"""The height of a line of the legend."""
_SMALL = 320
"""The width, in logical pixels, below which everything stands closer together."""


@dataclass(frozen=True)
class Entry:
    """A sample, painted into the area that it is given, and what it stands for."""

    words: str
    paint: Callable[[QPainter, QRectF], None]


def series_entries(series: Sequence[Series], places: dict[str, int]) -> list[Entry]:
    """Return the entries of series with different labels, and those of their means."""

    def paint(each: Series, mean: bool, painter: QPainter, area: QRectF) -> None:
        place = places[each.label]
        paint_sample(painter, area, each, place, colour_of(each, place), mean)

    entries = [Entry(each.label, partial(paint, each, False)) for each in series]
    for each in series:
        if each.smoothed:
            entries.append(Entry(tr("mean of the last {count}", count=MEAN_WINDOW), partial(paint, each, True)))
    return entries


def run_entries(comparison: Comparison) -> list[Entry]:
    """Return the entries of runs, the present one last; none where there is nothing to compare."""
    entries = [Entry(comparison.title(run), partial(paint_run_sample, run)) for run in comparison.runs]
    if entries and comparison.present is not None:
        entries.append(Entry(comparison.present_title(), partial(paint_run_sample, None)))
    return entries


class Legend:
    """Entries broken into lines of a width; what has no room is left out, as the pointer tells it too."""

    def __init__(self, font: QFont, width: float) -> None:
        self._font, self._width = font, width
        self._metrics = font_metrics(font)
        self._sample, self._gap = (14.0, 8.0) if width < _SMALL else (20.0, 12.0)

    def rows(self, entries: Sequence[Entry], most: int, beside: int = 1) -> list[list[tuple[Entry, float]]]:
        """Return at most so many lines of entries, each with its width; long ones are cut so that some fit beside."""
        beside = min(beside, max(len(entries), 1))
        longest = (self._width - (beside - 1) * self._gap) / beside
        rows: list[list[tuple[Entry, float]]] = []
        place = self._width
        for entry in entries:
            width = min(self._sample + 4 + self._metrics.width(entry.words) + 1, longest)
            if not rows or place + width > self._width + 0.5:
                rows.append([])
                place = 0.0
            rows[-1].append((entry, width))
            place += width + self._gap
        return rows[:most]

    def paint(self, painter: QPainter, at: QPointF, rows: Sequence[Sequence[tuple[Entry, float]]]) -> None:
        """Paint lines, from a corner on downwards."""
        for line, row in enumerate(rows):
            left, top = at.x(), at.y() + line * LINE
            for entry, width in row:
                entry.paint(painter, QRectF(left, top, self._sample, LINE))
                start = left + self._sample + 4
                area = QRectF(start, top, left + width - start, LINE)
                text(painter, area, entry.words, theme.colours().muted, LEFT, self._font)
                left += width + self._gap
