"""A tree of layers as a picture: its rows in view, and where their parts stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.core import theme
from app.core.language import tr
from app.views.font_metrics import font_metrics
from app.views.painted import LEFT, RIGHT, blend, small_font, text
from app.views.scroll import THICK, Scroll
from app.views.tree.rows import TreeRow

ROW = 19.0
_INDENT, _FOLD, _GAP, _LOCK = 13.0, 14.0, 14.0, 13.0
_LEAST_NAME = 90.0
"""What a name keeps; columns that leave it less are left out, the kind first."""


@dataclass(frozen=True)
class _Column:
    left: float
    width: float
    title: str


def shape_words(shape: tuple[int, ...] | None) -> str:
    """Return a shape as it is written beside a layer."""
    return "–" if shape is None else " × ".join(map(str, shape)) or "1"


def short(number: int) -> str:
    """Return a large number in millions; "" of none."""
    return "" if not number else f"{number / 1e6:,.2f} M" if number >= 1e4 else f"{number:,}"


class TreePicture:
    """`rows`, of which those at the places `seen` are shown, laid out for `area`; `down` outlives it."""

    def __init__(self, rows: Sequence[TreeRow], seen: Sequence[int], font: QFont, area: QRectF, down: Scroll) -> None:
        self._rows, self._seen, self._down = rows, seen, down
        self._font, self._bold = small_font(font), small_font(font, bold=True)
        self._body = area.adjusted(0, ROW, -THICK - 3, 0)
        down.fit(len(seen) * ROW, self._body.height())
        self._columns = self._arranged()

    def _arranged(self) -> dict[str, _Column]:
        """Return the columns beside the name, from the right; as many as leave room for it."""
        metrics, bold = font_metrics(self._font), font_metrics(self._bold)
        shown = [self._rows[place] for place in self._seen]
        words = {
            "state": (tr("state"), [row.state for row in self._rows]),
            "work": (tr("multiply-adds"), [short(row.multiply_adds) for row in self._rows]),
            "parameters": (tr("parameters"), [f"{row.parameters:,}" for row in self._rows]),
            "shape": (tr("output"), [shape_words(row.layer.shape_out) for row in self._rows]),
            "kind": (tr("kind"), [row.layer.kind for row in self._rows]),
        }
        widths = {}
        for key, (title, entries) in words.items():
            if key not in ("state", "work") or any(entries):
                longest = max(entries, key=len)
                lock = _LOCK + 4 if key == "state" else 0
                widths[key] = max(metrics.width(longest) + lock, bold.width(title)) + _GAP
        names = max((_start(row) + metrics.width(row.name) for row in shown), default=0.0)
        least = min(max(_LEAST_NAME, names), 2 * _LEAST_NAME)
        for key in ("kind", "shape", "work", "state", "parameters"):
            if key in widths and self._body.width() - sum(widths.values()) < least:
                # The padlock of a state stays, and the beginning of its words.
                least_width = {"state": min(widths[key], bold.width(tr("frozen")) + _LOCK + 4 + _GAP)}
                widths = {**widths, key: least_width.get(key, 0.0)}
        widths = {key: width for key, width in widths.items() if width}
        columns, right = {}, self._body.right()
        for key, width in widths.items():
            columns[key] = _Column(right - width + _GAP, width - _GAP, words[key][0])
            right -= width
        columns["name"] = _Column(self._body.left(), max(right - self._body.left(), 0.0), tr("layer"))
        return columns

    def row_area(self, place: int) -> QRectF:
        """Return where a row that is not folded away stands, in view or not."""
        top = self._body.top() + self._seen.index(place) * ROW - self._down.offset
        return QRectF(self._body.left(), top, self._body.width(), ROW)

    def fold_area(self, place: int) -> QRectF:
        """Return where a click folds a row."""
        area = self.row_area(place)
        return QRectF(area.left() + _start(self._rows[place]) - _FOLD, area.top(), _FOLD, ROW)

    def row_at(self, point: QPointF) -> int | None:
        """Return the place of the row under a point."""
        number = int((point.y() - self._body.top() + self._down.offset) // ROW)
        return self._seen[number] if self._body.contains(point) and 0 <= number < len(self._seen) else None

    @property
    def page(self) -> int:
        """The rows that are in view at once."""
        return max(int(self._body.height() / ROW) - 1, 1)

    def reveal(self, place: int) -> None:
        """Bring a row into view, at the next layout."""
        top = self._seen.index(place) * ROW
        self._down.reveal(top, top + ROW)

    def paint(self, painter: QPainter, folded: set[str], picked: str | None, cursor: int | None) -> None:
        """Paint the rows in view, with a band behind the one that is picked and an outline around the cursor."""
        colours, body = theme.colours(), self._body
        for key, column in self._columns.items():
            head = QRectF(column.left, body.top() - ROW, column.width, ROW - 2)
            text(
                painter, head, column.title, colours.muted, RIGHT if key in ("parameters", "work") else LEFT, self._bold
            )
        painter.setPen(QPen(QColor(colours.border), 1))
        line = round(body.top()) - 0.5
        painter.drawLine(QPointF(body.left(), line), QPointF(body.right(), line))
        painter.setClipRect(body)
        first = int(self._down.offset / ROW)
        last = int((self._down.offset + body.height()) / ROW) + 1
        for place in self._seen[first:last]:
            area, path = self.row_area(place), self._rows[place].layer.path
            if picked is not None and path == picked:
                painter.fillRect(area, blend(colours.accent, colours.surface, 0.16))
                painter.fillRect(QRectF(area.left(), area.top(), 2, ROW), QColor(colours.accent))
            self._paint_row(painter, place, area, path in folded)
            if place == cursor:
                painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -1.5))
        painter.setClipping(False)
        self._down.paint(painter, QRectF(body.right() + 3, body.top(), THICK, body.height()))

    def _paint_row(self, painter: QPainter, place: int, area: QRectF, folded: bool) -> None:
        row, colours = self._rows[place], theme.colours()
        ink = colours.muted if row.frozen else colours.text
        if row.end > place + 1:
            _paint_fold(painter, self.fold_area(place).center(), folded, colours.muted)
        name = self._columns["name"]
        box = QRectF(area.left() + _start(row), area.top(), name.width - _start(row), ROW)
        text(painter, box, row.name, ink, LEFT, self._bold if row.end > place + 1 else self._font)
        entries = {
            "kind": (row.layer.kind, colours.muted, LEFT),
            "shape": (shape_words(row.layer.shape_out), colours.muted, LEFT),
            "parameters": (f"{row.parameters:,}" if row.parameters else "–", ink, RIGHT),
            "work": (short(row.multiply_adds) or "–", ink, RIGHT),
        }
        for key, (said, colour, align) in entries.items():
            if key in self._columns:
                column = self._columns[key]
                text(painter, QRectF(column.left, area.top(), column.width, ROW), said, colour, align, self._font)
        if row.state and "state" in self._columns:
            column = self._columns["state"]
            shade = colours.accent if row.frozen or row.partly else colours.muted
            if row.frozen or row.partly:
                _paint_lock(painter, QPointF(column.left, area.center().y()), shade, row.partly)
            box = QRectF(column.left + _LOCK + 4, area.top(), column.width - _LOCK - 4, ROW)
            text(painter, box, row.state, shade, LEFT, self._font)


def _start(row: TreeRow) -> float:
    """Return where a name begins, from the left edge."""
    return _FOLD + 2 + row.layer.depth * _INDENT


def _paint_fold(painter: QPainter, at: QPointF, folded: bool, colour: str) -> None:
    """Paint a triangle that points to what is folded away, or down at what is open."""
    corners = [(-2.5, -4), (3, 0), (-2.5, 4)] if folded else [(-4, -2.5), (4, -2.5), (0, 3)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))


def _paint_lock(painter: QPainter, at: QPointF, colour: str, hollow: bool) -> None:
    """Paint a padlock, hollow where only a part is locked."""
    painter.setPen(QPen(QColor(colour), 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(at.x() + 2.5, at.y() - 5.5, 6, 7), 0, 180 * 16)
    if not hollow:
        painter.setBrush(QColor(colour))
    painter.drawRect(QRectF(at.x() + 1, at.y() - 1.5, 9, 6))
