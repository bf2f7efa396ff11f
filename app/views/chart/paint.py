"""Painting a chart: axes, legend, marks, and the point that is looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.views.chart.axis import Floats
from app.views.chart.frame import Frame
from app.views.chart.legend import SAMPLE
from app.views.chart.lines import Ready
from app.views.chart.style import Look, paint_sample
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, RIGHT, blend, small_font, text
from app.views.plane import Plane
from app.views.prose import spoken
from lab.core.figures import Mark

_WORDS = 14.0  # The height of words in the plot.
_SQUARE = 6.0
_SAMPLES = 6000
_AROUND_POINT, _NAME_HEIGHT = 4.5, 12.0


def paint_axes(painter: QPainter, frame: Frame, font: QFont) -> None:
    """Paint grid, ticks and names of both axes, and the legend."""
    colours, plot, small = theme.colours(), frame.plot, small_font(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for share, across, up in ((0.3, frame.x_minor, frame.y_minor), (0.62, *_places(frame))):
        lines = [QLineF(x, plot.top(), x, plot.bottom()) for x in across]
        lines += [QLineF(plot.left(), y, plot.right(), y) for y in up]
        if lines:
            painter.setPen(QPen(blend(colours.border, colours.surface, share), 1))
            painter.drawLines(lines)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawLines([QLineF(plot.bottomLeft(), plot.topLeft()), QLineF(plot.bottomLeft(), plot.bottomRight())])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(small)
    down = font_metrics(small).cap_height / 2
    for tick in (*frame.x_ticks, *frame.y_ticks):
        painter.drawText(QPointF(tick.area.left(), tick.area.center().y() + down), tick.words)
    if frame.x_name.words:
        text(painter, frame.x_name.area, frame.x_name.words, colours.muted, RIGHT, small)
    if frame.y_name.words:
        text(painter, frame.y_name.area, frame.y_name.words, colours.muted, LEFT, small)
    for area, look in frame.legend:
        _paint_entry(painter, area, look, small)
    if not frame.more.isEmpty():
        text(painter, frame.more, "…", colours.text, LEFT, small)


def _places(frame: Frame) -> tuple[list[float], list[float]]:
    """Return where the lines of the grid are, in pixels."""
    return [tick.at for tick in frame.x_ticks], [tick.at for tick in frame.y_ticks]


def _paint_entry(painter: QPainter, area: QRectF, look: Look, font: QFont) -> None:
    paint_sample(painter, QRectF(area.left(), area.top(), SAMPLE, area.height()), look)
    text(painter, area.adjusted(SAMPLE + 5, 0, 0, 0), look.label, theme.colours().text, LEFT, font)


def marked(marks: Sequence[Mark], plane: Plane) -> list[tuple[Mark, QLineF]]:
    """Return the marks that lie on a plane, with their lines."""
    plot, result = plane.area, []
    for mark in marks:
        span = plane.x if mark.along == "x" else plane.y
        place = float(span.fractions(np.array([mark.value]))[0])
        if not 0 <= place <= 1:  # Neither is NaN.
            continue
        if mark.along == "x":
            at = plot.left() + place * plot.width()
            result.append((mark, QLineF(at, plot.top(), at, plot.bottom())))
        else:
            at = plot.bottom() - place * plot.height()
            result.append((mark, QLineF(plot.left(), at, plot.right(), at)))
    return result


def paint_marks(painter: QPainter, marks: Sequence[tuple[Mark, QLineF]]) -> None:
    """Paint the lines of marks."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.colours().text), 1, Qt.PenStyle.DotLine))
    painter.drawLines([line for _, line in marks])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def mark_words(
    marks: Sequence[tuple[Mark, QLineF]], strokes: Floats, plot: QRectF, font: QFont
) -> list[tuple[str, QRectF]]:
    """Return what marks say and where it has room beside their lines, if it can be off all `strokes` (M, 4)."""
    if not any(mark.label for mark, _ in marks):
        return []
    metrics = font_metrics(small_font(font, bold=True))
    squares, whole = _Squares(strokes, plot), plot.adjusted(-1, -1, 1, 1)
    taken: list[tuple[str, QRectF]] = []
    for mark, line in marks:
        words = spoken(mark.label)
        if not words:
            continue
        width = min(metrics.width(words) + 6, plot.width())
        best: QRectF | None = None
        for area in _beside(mark, line, plot, width):
            if whole.contains(area) and not any(area.intersects(other) for _, other in taken):
                best = best or area
                if squares.free(area.adjusted(2, 3, -2, -3)):
                    best = area
                    break
        if best is not None:  # Where there is no room, the pointer tells it.
            taken.append((words, best))
    return taken


class _Squares:
    """Which squares of a plot strokes (M, 4) pass through."""

    def __init__(self, strokes: Floats, plot: QRectF) -> None:
        self._corner = np.array([plot.left(), plot.top()])
        self._passed = np.zeros((int(plot.height() / _SQUARE) + 2, int(plot.width() / _SQUARE) + 2), bool)
        if len(strokes):
            way = strokes[:, 2:] - strokes[:, :2]
            count = min(math.ceil(np.abs(way).max() / _SQUARE), _SAMPLES // len(strokes)) + 1
            shares = (np.arange(count) + 0.5)[:, None, None] / count
            places = ((strokes[:, :2] + shares * way - self._corner) / _SQUARE).astype(np.intp)
            rows, columns = (len(self._passed), len(self._passed[0]))
            self._passed[np.clip(places[..., 1], 0, rows - 1), np.clip(places[..., 0], 0, columns - 1)] = True

    def free(self, area: QRectF) -> bool:
        """Tell whether nothing passes through an area of the plot."""
        left, top = (np.array([area.left(), area.top()]) - self._corner) / _SQUARE
        right, bottom = left + area.width() / _SQUARE, top + area.height() / _SQUARE
        return not self._passed[max(int(top), 0) : int(bottom) + 1, max(int(left), 0) : int(right) + 1].any()


def point_names(lines: Sequence[Ready], plot: QRectF, font: QFont) -> list[tuple[str, QRectF, Look]]:
    """Return what points are called and where it has room beside them, off all points and names before it."""
    named = [line for line in lines if line.look.line.names]
    if not named:
        return []
    metrics = font_metrics(small_font(font))
    points = np.concatenate([line.points for line in named])
    points = points[np.isfinite(points).all(axis=1)]
    taken = np.concatenate([points - _AROUND_POINT, points + _AROUND_POINT], axis=1)
    found = []
    for line in named:
        for words, (x, y) in zip(map(spoken, line.look.line.names), line.points.tolist(), strict=False):
            width = metrics.width(words) + 2
            if not plot.contains(x, y):
                continue
            across, up = _AROUND_POINT + 5, _AROUND_POINT + 3 + _NAME_HEIGHT
            # To the left last: there it is easily taken for the name of another.
            places = ((x + across, y - _NAME_HEIGHT / 2), (x - width / 2, y - up),
                      (x - width / 2, y + _AROUND_POINT + 3), (x - across - width, y - _NAME_HEIGHT / 2))  # fmt: skip
            for left, top in places:
                box = np.array([left, top, left + width, top + _NAME_HEIGHT])
                free = ~(
                    (taken[:, 0] < box[2]) & (taken[:, 2] > box[0]) & (taken[:, 1] < box[3]) & (taken[:, 3] > box[1])
                )
                area = QRectF(left, top, width, _NAME_HEIGHT)
                if free.all() and plot.contains(area):
                    taken = np.concatenate([taken, box[None]])
                    found.append((words, area, line.look))
                    break
    return found


def paint_point_names(painter: QPainter, names: Sequence[tuple[str, QRectF, Look]], font: QFont) -> None:
    """Paint what points are called."""
    small = small_font(font)
    for words, area, _look in names:
        text(painter, area, words, theme.colours().text, LEFT, small)


def paint_mark_words(painter: QPainter, words: Sequence[tuple[str, QRectF]], font: QFont) -> None:
    """Paint what marks say."""
    bold, veil = small_font(font, bold=True), QColor(theme.colours().surface)
    veil.setAlpha(170)
    for said, area in words:
        painter.fillRect(area, veil)
        text(painter, area.adjusted(3, 0, -3, 0), said, theme.colours().text, CENTRE, bold)


def _beside(mark: Mark, line: QLineF, plot: QRectF, width: float) -> Iterator[QRectF]:
    """Yield places for the words of a mark, the best first."""
    if mark.along == "x":
        for row in range(max(int((plot.height() - 4) / _WORDS), 1)):
            for left in (line.x1() + 2, line.x1() - 2 - width):
                yield QRectF(left, plot.top() + 2 + row * _WORDS, width, _WORDS)
        return
    for share in (1.0, 0.75, 0.5, 0.25, 0.0):
        for top in (line.y1() - _WORDS - 1, line.y1() + 1):
            yield QRectF(plot.left() + share * (plot.width() - width), top, width, _WORDS)


def paint_spot(painter: QPainter, at: QPointF, plot: QRectF, look: Look) -> None:
    """Paint a cross of thin lines through a point, and a ring around it."""
    colours = theme.colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(at.x(), plot.top(), at.x(), plot.bottom()))
    painter.drawLine(QLineF(plot.left(), at.y(), plot.right(), at.y()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = look.radius + 3.5 if look.marked else 5.0
    for colour, width in ((colours.surface, 4.0), (colours.text, 1.8)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, radius, radius)


def paint_sentence(painter: QPainter, sentence: str, plot: QRectF, font: QFont) -> None:
    """Paint a sentence in the middle of the plot: why there is nothing."""
    painter.setPen(QColor(theme.colours().muted))
    painter.setFont(small_font(font))
    painter.drawText(plot.adjusted(4, 0, -4, 0), int(CENTRE) | int(Qt.TextFlag.TextWordWrap), sentence)
