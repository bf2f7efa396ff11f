"""A program as a picture: numbered lines in view, in colours, with marks of what is new."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPen, QPolygonF

from app.core import theme
from app.views.code.changes import Changes
from app.views.code.syntax import Kind, pieces
from app.views.font_metrics import font_metrics
from app.views.painted import SMALL_POINTS, blend, small_font
from app.views.prose import LINE, broken, paragraph
from app.views.scroll import THICK, Scroll
from lab.core.code import Code

_POINTS = (10.0, 9.5, SMALL_POINTS)
_LEADING = 1.15
_GAP = 4.0
_GUTTER = 12.0
"""Beside the numbers of the lines: the marks."""


def fixed_font(points: float, *, bold: bool = False) -> QFont:
    """Return the font of the system all of whose letters are equally wide."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPointSizeF(points)
    if bold:
        font.setBold(True)
    return font


class CodePicture:
    """`code` laid out for `area`; `down` and `along` say how far it is moved, and outlive it."""

    def __init__(self, code: Code, font: QFont, area: QRectF, down: Scroll, along: Scroll) -> None:
        self._lines = code.lines
        self._small, self._down, self._along, self._area = small_font(font), down, along, area
        self._note = broken(code.note, font_metrics(self._small), area.width(), 3 if area.height() > 150 else 1)
        below = len(self._note) * LINE + (_GAP if self._note else 0.0)
        longest = max(len(line.text) for line in code.lines)
        digits = len(str(len(code.lines)))
        for points in _POINTS:
            self.font = fixed_font(points)
            metrics = font_metrics(self.font)
            self.letter, self.row_height = metrics.width("0"), round(metrics.height * _LEADING)
            self._gutter = digits * self.letter + _GUTTER + 8
            room = area.width() - self._gutter - THICK - _GAP
            if longest * self.letter <= room and len(code.lines) * self.row_height <= area.height() - below:
                break
        self._bold = fixed_font(points, bold=True)
        self._baseline = (self.row_height + metrics.cap_height) / 2
        self.body = area.adjusted(self._gutter, 0, -THICK - _GAP, -below)
        along.fit(longest * self.letter + 2, self.body.width())
        if along.needed:
            self.body.adjust(0, 0, 0, -THICK - _GAP)
        down.fit(self.row_height * len(code.lines), self.body.height())

    @property
    def note_area(self) -> QRectF:
        """Where the note stands."""
        height = len(self._note) * LINE
        return QRectF(self._area.left(), self._area.bottom() - height, self._area.width(), height)

    def line_area(self, line: int) -> QRectF:
        """Return where a line stands with its number, in view or not."""
        top = self.body.top() + line * self.row_height - self._down.offset
        return QRectF(self._area.left(), top, self.body.right() - self._area.left(), self.row_height)

    def line_at(self, point: QPointF) -> int | None:
        """Return the line under a point."""
        if not self.body.adjusted(-self._gutter, 0, 0, 0).contains(point):
            return None
        line = int((point.y() - self.body.top() + self._down.offset) / self.row_height)
        return line if line < len(self._lines) else None

    def nearest_line(self, point: QPointF) -> int:
        """Return the line that a pointer is at, wherever it is."""
        line = int((point.y() - self.body.top() + self._down.offset) // self.row_height)
        return min(max(line, 0), len(self._lines) - 1)

    def reveal(self, line: int) -> None:
        """Bring a line into view."""
        self._down.reveal(line * self.row_height, (line + 1) * self.row_height)

    # Painting.

    def paint(
        self, painter: QPainter, changes: Changes, lit: frozenset[int], now: frozenset[int], chosen: range,
        cursor: int | None,
    ) -> None:  # fmt: skip
        """Paint what is in view: lines that are `lit` together, those executed `now`, the `chosen`, the `cursor`."""
        colours, body = theme.colours(), self.body
        first = int(self._down.offset / self.row_height)
        seen = range(first, min(int((self._down.offset + body.height()) / self.row_height) + 1, len(self._lines)))
        painter.save()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setClipRect(body.adjusted(-self._gutter, 0, 2, 0))
        for line in seen:
            self._paint_band(painter, line, line in changes.new, line in lit | now, line in chosen)
        self._paint_numbers(painter, seen)
        painter.setBrush(QColor(colours.bad))
        painter.setPen(Qt.PenStyle.NoPen)
        for line in changes.gone:
            area = self.line_area(line)
            tip = QPointF(body.left() - 3, area.top())
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-7, -4), tip + QPointF(-7, 4)]))
        painter.setBrush(QColor(colours.accent))
        for line in now:
            middle = QPointF(body.left() - 9, self.line_area(line).center().y())
            painter.drawPolygon(QPolygonF([middle + QPointF(0, -5), middle + QPointF(7, 0), middle + QPointF(0, 5)]))
        painter.setClipRect(body.adjusted(-1, 0, 2, 0))
        self._paint_texts(painter, seen)
        if cursor is not None:
            painter.setClipRect(body.adjusted(-self._gutter, 0, 2, 0))
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.line_area(cursor).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()
        self._down.paint(painter, QRectF(body.right() + _GAP, body.top(), THICK, body.height()))
        self._along.paint(painter, QRectF(body.left(), body.bottom() + _GAP - 1, body.width(), THICK))
        paragraph(painter, self.note_area, self._note, colours.muted, self._small)

    def _paint_band(self, painter: QPainter, line: int, new: bool, lit: bool, chosen: bool) -> None:
        colours, area = theme.colours(), self.line_area(line)
        if chosen:
            painter.fillRect(area, blend(colours.accent, colours.surface, 0.32))
        elif lit:
            painter.fillRect(area, blend(colours.accent, colours.surface, 0.18))
        elif new:
            painter.fillRect(area, blend(colours.good, colours.surface, 0.13))
        if new:
            # A plus sign, as in a comparison of two texts.
            middle = QPointF(self.body.left() - 7, area.center().y())
            painter.setPen(QPen(QColor(colours.good), 1.6))
            painter.drawLine(middle - QPointF(3.5, 0), middle + QPointF(3.5, 0))
            painter.drawLine(middle - QPointF(0, 3.5), middle + QPointF(0, 3.5))

    def _paint_numbers(self, painter: QPainter, seen: range) -> None:
        painter.setFont(self.font)
        painter.setPen(QColor(theme.colours().muted))
        right = self.body.left() - _GUTTER - 2
        for line in seen:
            said = str(line + 1)
            left = right - len(said) * self.letter
            painter.drawText(QPointF(left, self.line_area(line).top() + self._baseline), said)

    def _paint_texts(self, painter: QPainter, seen: range) -> None:
        styles = {kind: (self._bold if kind == "defined" else self.font, _colour(kind)) for kind in _KINDS}
        left = self.body.left() - self._along.offset
        for line in seen:
            y = self.line_area(line).top() + self._baseline
            for start, said, kind in pieces(self._lines[line].text):
                font, colour = styles[kind]
                painter.setFont(font)
                painter.setPen(colour)
                painter.drawText(QPointF(left + start * self.letter, y), said)


_KINDS: tuple[Kind, ...] = ("plain", "keyword", "string", "comment", "number", "defined")


def _colour(kind: Kind) -> QColor:
    colours = theme.colours()
    match kind:
        case "keyword":
            return QColor(colours.accent)
        case "string":
            return QColor(colours.good)
        case "comment":
            return QColor(colours.muted)
        case "number":
            return blend(colours.series[3], colours.text, 0.6)
        case _:
            return QColor(colours.text)
