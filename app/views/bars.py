"""The answer of a network: a verdict in words and a bar for each class."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.core import theme
from app.core.language import right_to_left, say, tr
from app.views.font_metrics import font_metrics
from app.views.painted import CENTRE, LEFT, RIGHT, PaintedView, blend, mark, small_font, text, title_font
from lab.core.events import Array, Event, Probabilities

_TEXT_HEIGHT, _LEAST_WIDTH, _GUTTER = 13, 140, 14
"""Of lying bars: the height that a text needs, the least width of a column, and the room between two of them."""
_VERDICT_HEIGHT = 34


class ProbabilitiesView(PaintedView):
    """Softmax probabilities as bars, lying where each has the height for its text, else standing."""

    events: ClassVar[tuple[type[Event], ...]] = (Probabilities,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title)
        self.name = name
        self._event: Probabilities | None = None

    def keep(self, event: Event) -> None:
        if isinstance(event, Probabilities) and event.name == self.name:
            self._event = event

    def clear(self) -> None:
        self._event = None
        self.update()

    def empty(self) -> str:
        if self._event is not None:
            return ""
        return tr("Here the network will say what it sees, and how sure it is of each class.")

    def _values(self) -> Array:
        """Return the probabilities, zeros where there are none."""
        assert self._event is not None
        if self._event.values is None:
            return np.zeros(len(self._event.classes))
        return np.clip(np.nan_to_num(self._event.values.astype(np.float64)), 0, 1)

    def bar_area(self, index: int) -> QRectF:
        """Return the area of a class: its label, its bar at full length and its number."""
        assert self._event is not None
        area = self.content().adjusted(0, _VERDICT_HEIGHT, 0, 0)
        count = max(len(self._event.classes), 1)
        if self._lying():
            columns = self._columns(count, area)
            rows = -(-count // columns)
            column, row = divmod(index, rows)
            height, width = min(area.height() / rows, 30), (area.width() + _GUTTER) / columns
            return QRectF(area.left() + column * width, area.top() + row * height, width - _GUTTER, height)
        width = area.width() / count
        return QRectF(area.left() + index * width, area.top(), width, area.height())

    @staticmethod
    def _columns(count: int, area: QRectF) -> int:
        """Return in how many columns lying bars stand, so that each has the height for its text if there is room."""
        fitting = max(1, int(area.height() // _TEXT_HEIGHT))
        return max(1, min(-(-count // fitting), int(area.width() // _LEAST_WIDTH)))

    def _lying(self) -> bool:
        assert self._event is not None
        area = self.content()
        count = max(len(self._event.classes), 1)
        return (area.height() - _VERDICT_HEIGHT) / count >= _TEXT_HEIGHT or area.width() / count < 18

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None
        self._paint_verdict(painter, QRectF(area.left(), area.top(), area.width(), _VERDICT_HEIGHT - 4))
        values = self._values()
        best = int(np.argmax(values)) if self._event.values is not None and len(values) else -1
        paint = self._paint_lying if self._lying() else self._paint_standing
        metrics = font_metrics(small_font(self.font(), bold=True))
        self._label_width = max((metrics.width(name) for name in self._event.classes), default=0.0)
        self._percent_width = metrics.width("100.0 %") + 6
        for index, name in enumerate(self._event.classes):
            paint(painter, self.bar_area(index), name, float(values[index]), index == best)

    def _paint_verdict(self, painter: QPainter, line: QRectF) -> None:
        assert self._event is not None
        colours, event = theme.colours(), self._event
        start = RIGHT if right_to_left() else LEFT
        if event.values is not None:
            word = tr("sure") if event.sure else tr("not sure")
            shade = colours.good if event.sure else colours.bad
            font = small_font(self.font(), bold=True)
            width = font_metrics(font).width(word) + (30 if event.sure else 18)
            left = line.left() if right_to_left() else line.right() - width
            chip = QRectF(left, line.center().y() - 10, width, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(shade, colours.surface, 0.16))
            painter.drawRoundedRect(chip, 10, 10)
            if event.sure:
                mark(painter, QRectF(chip.left() + 8, chip.top() + 5, 10, 10), True, shade)
            text(
                painter,
                chip.adjusted(20 if event.sure else 0, 0, -8 if event.sure else 0, 0),
                word,
                shade,
                CENTRE,
                font,
            )
            line = line.adjusted(width + 8, 0, 0, 0) if right_to_left() else line.adjusted(0, 0, -width - 8, 0)
        large = title_font(self.font(), 17)
        words = say(event.verdict)
        for points in (17.0, 14.0, 12.0, 10.0):
            large = title_font(self.font(), points)
            if font_metrics(large).width(words) <= line.width():
                break
        text(painter, line, words, colours.text if event.values is not None else colours.muted, start, large)

    def _paint_lying(self, painter: QPainter, area: QRectF, name: str, value: float, best: bool) -> None:
        colours = theme.colours()
        font = small_font(self.font(), bold=best)
        assert self._event is not None
        label = min(self._label_width, 0.35 * area.width()) + 8
        percent = self._percent_width
        thick = min(area.height() - 3, 18)
        track = QRectF(area.left() + label, area.center().y() - thick / 2, area.width() - label - percent, thick)
        text(
            painter,
            QRectF(area.left(), area.top(), label - 8, area.height()),
            name,
            colours.text,
            RIGHT,
            font,
        )
        _bar(painter, track, QRectF(track.left(), track.top(), track.width() * value, thick), best)
        if self._event.values is not None:
            side = QRectF(track.right() + 2, area.top(), percent - 2, area.height())
            text(painter, side, f"{100 * value:.1f} %", colours.text if best else colours.muted, RIGHT, font)

    def _paint_standing(self, painter: QPainter, area: QRectF, name: str, value: float, best: bool) -> None:
        colours = theme.colours()
        assert self._event is not None
        font = small_font(self.font(), bold=best)
        track = area.adjusted(2, 14, -2, -15)
        height = track.height() * value
        _bar(painter, track, QRectF(track.left(), track.bottom() - height, track.width(), height), best)
        text(
            painter,
            QRectF(area.left(), area.bottom() - 14, area.width(), 14),
            name,
            colours.text,
            CENTRE,
            font,
        )
        if self._event.values is not None and (best or value >= 0.005):
            top = QRectF(area.left() - 6, area.top(), area.width() + 12, 13)
            text(painter, top, f"{100 * value:.0f}", colours.text if best else colours.muted, CENTRE, font)

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None
        for index, name in enumerate(self._event.classes):
            if self.bar_area(index).contains(point):
                if self._event.values is None:
                    return tr("{name}: no answer yet", name=name)
                return tr(
                    "softmax probability of {name}: {value}",
                    name=name,
                    value=float(self._event.values[index]),
                )
        return say(self._event.verdict) if self.content().contains(point) else ""


def _bar(painter: QPainter, track: QRectF, bar: QRectF, best: bool) -> None:
    colours = theme.colours()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.raised))
    painter.drawRoundedRect(track, 3, 3)
    if min(bar.width(), bar.height()) > 0.5:
        painter.setBrush(QColor(colours.accent) if best else blend(colours.muted, colours.raised, 0.55))
        painter.drawRoundedRect(bar, min(3, bar.width() / 2), min(3, bar.height() / 2))
