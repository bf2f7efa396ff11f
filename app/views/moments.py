"""What happened to a run, marked on its curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter

from app.core.language import tr, words
from app.runs.thinned import Thinned
from app.views.chart.paint import mark_words, marked, paint_mark_words, paint_marks
from app.views.plane import Plane
from lab.core.events import Moment
from lab.core.figures import Mark

_REACH = 4.0
"""Pixels from a line within which the pointer is told of it."""
_WORDS = 24
"""Marks that get words, the newest; all have lines."""


class Moments:
    """The moments of one run. `marks` is another object whenever one was added."""

    def __init__(self) -> None:
        self.marks: tuple[Mark, ...] = ()
        self._kept: dict[tuple[str, str], Thinned[Moment]] = {}

    def keep(self, moment: Moment) -> None:
        """Take one more."""
        self._kept.setdefault(moment.key, Thinned()).keep(moment)
        every = [each for thinned in self._kept.values() for each in thinned.events]
        self.marks = tuple(Mark("x", each.step, each.label) for each in sorted(every, key=lambda each: each.step))

    def clear(self) -> None:
        """Forget all of them: a new run begins."""
        self._kept, self.marks = {}, ()

    def paint(self, painter: QPainter, plane: Plane, font: QFont) -> None:
        """Paint a dotted line at each moment in view, with its words where there is room."""
        if not self.marks:
            return
        shown = marked(self.marks, plane)
        painter.setClipRect(plane.area.adjusted(0, -1, 1, 1))
        paint_marks(painter, shown)
        newest = shown[: -_WORDS - 1 : -1]
        paint_mark_words(painter, mark_words(newest, np.empty((0, 4)), plane.area, font), font)
        painter.setClipping(False)

    def words_at(self, point: QPointF, plane: Plane) -> list[str]:
        """Say what happened at a point."""
        if not self.marks or not plane.area.contains(point):
            return []
        return [
            tr("{label}, at step {step}", label=words(mark.label), step=f"{mark.value:,}")
            for mark, line in marked(self.marks, plane)
            if abs(line.x1() - point.x()) <= _REACH
        ]
