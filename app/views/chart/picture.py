"""A chart made ready for its place on the screen, to be painted and to be asked many times."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from app.core.language import tr, words
from app.views.chart.axis import part
from app.views.chart.data import data_of, ranges
from app.views.chart.frame import Frame, axis_name, framed
from app.views.chart.hand import value_at
from app.views.chart.lines import Ready, Spot, distances, nearest, only_marks, paint_line, paint_points, ready
from app.views.chart.paint import (
    mark_words,
    marked,
    paint_axes,
    paint_mark_words,
    paint_marks,
    paint_point_names,
    paint_sentence,
    paint_spot,
    point_names,
)
from app.views.plane import Span
from app.views.prose import either, told
from app.views.rings import rings_at
from lab.core.figures import Axis, Chart, Link

REACH = 12.0
"""Pixels from a point that can be opened within which a click is meant for it."""
_MARK_REACH = 4.0


class Picture:
    """A chart in `area`; of its whole ranges, or of those that `zoom` names. Points are in logical pixels."""

    def __init__(self, chart: Chart, area: QRectF, font: QFont, zoom: tuple[Span, Span] | None) -> None:
        self.chart = chart
        self._font = font
        lines = data_of(chart)
        self.whole = ranges(chart, lines)
        self.frame: Frame = framed(chart, [line.look for line in lines], area, zoom or self.whole, font)
        self.lines: list[Ready] = [ready(line, self.frame.plane) for line in lines]
        self._nothing = bool(lines) and all(math.isnan(line.x_extent[0]) for line in lines)
        self._marks = marked(chart.marks, self.frame.plane)
        strokes = [part for line in self.lines for part in (line.strokes, line.upright)]
        self._words = mark_words(self._marks, np.concatenate([np.empty((0, 4)), *strokes]), self.frame.plot, font)
        self._names = point_names(self.lines, self.frame.plot, font)
        self._asked: tuple[QPointF, Spot | None] | None = None

    def paint(self, painter: QPainter, spot: Spot | None) -> None:
        """Paint everything, with the point that is looked at."""
        plot = self.frame.plot
        within, beyond = plot.adjusted(0, -1, 1, 1), plot.adjusted(-7, -7, 7, 7)
        paint_axes(painter, self.frame, self._font)
        painter.save()
        for layer in ("bars", "marks", "rings", "lines", "ball"):
            if layer == "marks":
                painter.setClipRect(within)
                paint_marks(painter, self._marks)
            for line in self.lines:
                style = line.look.line.style
                if layer == (style if style in ("bars", "rings", "ball") else "lines"):
                    painter.setClipRect(within)
                    paint_line(painter, line)
                    painter.setClipRect(beyond)
                    paint_points(painter, line)
        painter.setClipRect(beyond)
        paint_point_names(painter, self._names, self._font)
        paint_mark_words(painter, self._words, self._font)
        if spot is not None:
            paint_spot(painter, self.place(spot), plot, self.lines[spot.line].look)
        painter.restore()
        if self._nothing:
            logarithmic = self.chart.x.log or self.chart.y.log
            sentence = tr("no value is finite and positive") if logarithmic else tr("no value is finite")
            paint_sentence(painter, sentence, plot, self._font)

    def place(self, spot: Spot) -> QPointF:
        """Return where a point is."""
        x, y = self.lines[spot.line].points[spot.place]
        return QPointF(float(x), float(y))

    def x_at(self, point: QPointF) -> float:
        """Return the x at a place, or at the end of the plot that is nearest to it, within the whole range."""
        plane = self.frame.plane
        return self.whole[0].clamped(value_at(plane.x, plane.fractions_at(point)[0], plane.area.width()))

    def zoomed(self, factor: float, point: QPointF) -> tuple[Span, Span]:
        """Return the ranges `factor` times as long, about a place; beside the plot, only those of the axis there."""
        plane = self.frame.plane
        across, up = plane.fractions_at(point)
        if point.x() < plane.area.left():
            return plane.x, part(plane.y, up - up * factor, up + (1 - up) * factor, self.whole[1])
        x = part(plane.x, across - across * factor, across + (1 - across) * factor, self.whole[0])
        if point.y() > plane.area.bottom():
            return x, plane.y
        return x, part(plane.y, up - up * factor, up + (1 - up) * factor, self.whole[1])

    def panned(self, by: QPointF) -> tuple[Span, Span]:
        """Return the ranges after what is drawn was moved by some pixels."""
        plane = self.frame.plane
        across, up = -by.x() / plane.area.width(), by.y() / plane.area.height()
        return (
            part(plane.x, across, 1 + across, self.whole[0]),
            part(plane.y, up, 1 + up, self.whole[1]),
        )

    def answer(self, spot: Spot | None) -> tuple[str, Link | int] | None:
        """Return what clicking a point picks, and its value: "open" and a link, or a name and a number."""
        if spot is None or spot.place >= self.lines[spot.line].answers:
            return None
        line = self.lines[spot.line].look.line
        if not line.picks:
            return "open", line.links[spot.place]
        return line.picks, spot.place if line.indices is None else int(line.indices[spot.place])

    def link_at(self, point: QPointF) -> Spot | None:
        """Return the point that answers a click."""
        found = nearest(self.lines, point, self.frame.plot, linked=True)
        return found[0] if found is not None and found[1] <= REACH else None

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the point that a place speaks of: one to open if it is near, else the nearest of all."""
        if not self.frame.plot.contains(point):
            return None
        if self._asked is None or self._asked[0] != point:
            found = nearest(self.lines, point, self.frame.plot)
            self._asked = QPointF(point), self.link_at(point) or (None if found is None else found[0])
        return self._asked[1]

    def walked(self, spot: Spot | None, along: int, across: int, *, linked: bool) -> Spot | None:
        """Return the point that is `along` steps further on a line, on the line `across` further; None without any."""
        ways = [self._stops(line, linked) for line in self.lines]
        filled = [number for number, way in enumerate(ways) if len(way)]
        if not filled:
            return None
        if spot is None or spot.line not in filled:
            return Spot(filled[0], int(ways[filled[0]][0]))
        if across:
            number = filled[(filled.index(spot.line) + across) % len(filled)]
            apart = np.abs(self.lines[number].points[ways[number], 0] - self.place(spot).x())
            return Spot(number, int(ways[number][np.argmin(apart)]))
        way = ways[spot.line]
        at = int(np.clip(np.searchsorted(way, spot.place) + along, 0, len(way) - 1))
        return Spot(spot.line, int(way[at]))

    def words_of(self, spot: Spot) -> str:
        """Say what a point is, exactly."""
        line = self.lines[spot.line].look.line
        told_lines = [
            *((either(line.names[spot.place]),) if spot.place < len(line.names) else ()),
            either(line.label),
            told(_value(self.chart.x, "x", float(line.x[spot.place]))),
            told(_value(self.chart.y, "y", float(line.y[spot.place]))),
            *(either(words) for words in rings_at(self.chart.lines, line, spot.place)),
        ]
        answer = self.answer(spot)
        if answer is not None:
            told_lines.append(told(tr("Click to open it") if answer[0] == "open" else tr("Click to see it")))
        return "".join(told_lines)

    def words_at(self, point: QPointF) -> str:
        """Say what is under a place: a mark, a point, or what is written in full."""
        frame = self.frame
        for area, look in frame.legend:
            if area.contains(point):
                return either(look.line.label)
        for axis, said in ((self.chart.x, frame.x_name), (self.chart.y, frame.y_name)):
            if said.area.contains(point):
                return told(axis_name(axis))
        spot = self.spot_at(point)
        mark = self._mark_at(point)
        if mark and (spot is None or _away(self.place(spot), point) > 2 * _MARK_REACH):
            return mark
        return "" if spot is None else self.words_of(spot)

    def _mark_at(self, point: QPointF) -> str:
        if not self.frame.plot.contains(point):
            return ""
        for mark, line in self._marks:
            away = abs(line.x1() - point.x()) if mark.along == "x" else abs(line.y1() - point.y())
            if away <= _MARK_REACH:
                axis = self.chart.x if mark.along == "x" else self.chart.y
                return either(mark.label) + told(_value(axis, mark.along, mark.value))
        return ""

    def _stops(self, line: Ready, linked: bool) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Return which points of a line are in view, or which of them can be opened."""
        seen = np.isfinite(distances(line, self.frame.plot.center(), self.frame.plot))
        if only_marks(line):
            seen[:] = False
        if linked:
            seen[line.answers :] = False
        return np.flatnonzero(seen)


def _value(axis: Axis, symbol: str, value: float) -> str:
    """Say a number with the words and the unit of its axis."""
    number = f"{100 * value:.10g} %" if axis.share else f"{value:.10g} {words(axis.unit)}".strip()
    return tr("{name}: {value}", name=words(axis.label) or symbol, value=number)


def _away(one: QPointF, other: QPointF) -> float:
    return QLineF(one, other).length()
