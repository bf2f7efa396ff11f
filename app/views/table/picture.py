"""A table as a picture: header, rows in view, marks, note, and where each of them is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.core import theme
from app.core.language import right_to_left
from app.views.font_metrics import font_metrics
from app.views.painted import mark, small_font
from app.views.prose import LINE, broken, paragraph
from app.views.scroll import THICK, Scroll
from app.views.table.layout import MARK, PAD, Entry, arrange
from lab.core.figures import Cell, Table

_HEADER = 20.0
_GAP, _NOTE_GAP = 4.0, 10.0


class TablePicture:
    """`table` laid out for `area`; `down` and `along` say how far it is moved, and outlive it."""

    def __init__(self, table: Table, font: QFont, area: QRectF, down: Scroll, along: Scroll) -> None:
        self._table, self._area, self._down, self._along = table, area, down, along
        self._mirrored = right_to_left()
        self._small = small_font(font)
        most = 3 if area.height() > 150 else 1
        self._note = broken(table.note, font_metrics(self._small), area.width(), most)
        below = len(self._note) * LINE + (_GAP if self._note else 0.0)
        # Room for the bar beside the rows is kept always: columns would jump when a row is added.
        bar = THICK + _GAP
        self._body = area.adjusted(bar if self._mirrored else 0, _HEADER, 0 if self._mirrored else -bar, -below)
        self._layout = arrange(table, font, self._body.size())
        along.fit(self._layout.size.width(), self._body.width())
        if along.needed:
            self._body.adjust(0, 0, 0, -bar)
        down.fit(self._layout.size.height(), self._body.height())

    @property
    def row_height(self) -> float:
        """The height of a row in logical pixels."""
        return self._layout.row_height

    @property
    def note_area(self) -> QRectF:
        """Where the note stands."""
        height = len(self._note) * LINE
        beneath = self.track_area.bottom() if self._along.needed else self._rows_end
        top = min(beneath + _NOTE_GAP, self._area.bottom() - height)
        return QRectF(self._area.left(), top, self._area.width(), height)

    @property
    def track_area(self) -> QRectF:
        """Where the bar stands that moves the columns, where one is needed: beneath the rows."""
        return QRectF(self._body.left(), self._rows_end + _GAP - 1, self._body.width(), THICK)

    @property
    def _rows_end(self) -> float:
        return min(self._body.top() + self._down.whole, self._body.bottom())

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; one that its row lacks is empty."""
        cells = self._table.rows[row]
        return cells[column] if column < len(cells) else Cell(None)

    def _column(self, place: int) -> tuple[float, float]:
        """Return the left edge and the width of a column, counted from the side that the language begins at."""
        layout, body = self._layout, self._body
        width = layout.starts[place + 1] - layout.starts[place]
        start = layout.starts[place] - self._along.offset
        return (body.right() - start - width if self._mirrored else body.left() + start), width

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell stands, in view or not."""
        left, width = self._column(column)
        return QRectF(left, self._body.top() + row * self.row_height - self._down.offset, width, self.row_height)

    def header_area(self, column: int) -> QRectF:
        """Return where the name of a column stands."""
        left, width = self._column(column)
        return QRectF(left, self._body.top() - _HEADER, width, _HEADER)

    def header_at(self, point: QPointF) -> int | None:
        """Return the column whose name is under a point."""
        column = self._column_at(point.x())
        return column if column is not None and self.header_area(column).contains(point) else None

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and column under a point."""
        row = int((point.y() - self._body.top() + self._down.offset) / self.row_height)
        column = self._column_at(point.x())
        inside = self._body.contains(point) and row < len(self._table.rows)
        return None if column is None or not inside else (row, column)

    def _column_at(self, x: float) -> int | None:
        edges = [self._column(place) for place in range(len(self._table.columns))]
        inside = self._body.left() <= x <= self._body.right()
        return next((place for place, (left, width) in enumerate(edges) if inside and left <= x < left + width), None)

    def reveal(self, row: int, column: int) -> None:
        """Bring a cell into view."""
        self._down.reveal(row * self.row_height, (row + 1) * self.row_height)
        self._along.reveal(self._layout.starts[column], self._layout.starts[column + 1])

    # Painting.

    def paint(self, painter: QPainter, band: int | None, cursor: tuple[int, int] | None) -> None:
        """Paint all that is in view, with a band behind one row and an outline around one cell."""
        colours, body = theme.colours(), self._body
        columns = [self._column(place) for place in range(len(self._table.columns))]
        seen = [at for at, (left, width) in enumerate(columns) if left < body.right() and left + width > body.left()]
        left = min((columns[place][0] for place in seen), default=body.left())
        right = max((sum(columns[place]) for place in seen), default=body.left())
        painter.setClipRect(body.adjusted(0, -_HEADER, 0, 0))
        self._paint_headers(painter, columns, seen)
        painter.setPen(QPen(QColor(colours.border), 1))
        line = round(body.top()) - 0.5
        painter.drawLine(QPointF(left, line), QPointF(right, line))
        painter.setClipRect(body)
        if band is not None:
            top = self.cell_area(band, 0).top()
            painter.fillRect(QRectF(left, top, right - left, self.row_height), QColor(colours.raised))
        first = int(self._down.offset / self.row_height)
        last = int((self._down.offset + body.height()) / self.row_height) + 1
        for row in range(first, min(last, len(self._table.rows))):
            top = body.top() + row * self.row_height - self._down.offset
            for place in seen:
                self._paint_cell(painter, row, place, columns[place], top)
        if cursor is not None:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_area(*cursor).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setClipping(False)
        side = body.left() - THICK - _GAP if self._mirrored else body.right() + _GAP
        self._down.paint(painter, QRectF(side, body.top(), THICK, body.height()))
        self._along.paint(painter, self.track_area, mirrored=self._mirrored)
        paragraph(painter, self.note_area, self._note, colours.muted, self._small)

    def _paint_headers(self, painter: QPainter, columns: list[tuple[float, float]], seen: list[int]) -> None:
        head = self._layout.head
        painter.setFont(head.font)
        painter.setPen(QColor(theme.colours().muted))
        baseline = self._body.top() - _HEADER / 2 + head.cap_height / 2
        for place in seen:
            header = self._layout.headers[place]
            if self._whole(columns[place]):
                painter.drawText(QPointF(self._start(header, columns[place]), baseline), header.words)
            else:
                left, right = max(columns[place][0], self._body.left()), min(sum(columns[place]), self._body.right())
                painter.drawText(QPointF((left + right) / 2 - 5, baseline), "…")

    def _paint_cell(self, painter: QPainter, row: int, place: int, column: tuple[float, float], top: float) -> None:
        entry = self._layout.entries[row][place]
        if not entry.words or not self._whole(column):
            return
        cell, colours = self.cell(row, place), theme.colours()
        shades = {"good": colours.good, "bad": colours.bad, "muted": colours.muted}
        colour = shades.get(cell.mark, colours.text) if entry.finite else colours.bad
        if cell.link is not None:
            colour = colours.accent
        measure = self._layout.strong if cell.mark == "strong" else self._layout.plain
        start = self._start(entry, column)
        baseline = top + self.row_height / 2 + measure.cap_height / 2
        painter.setFont(measure.font)
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(start, baseline), entry.words)
        if cell.mark in ("good", "bad"):
            after = self._mirrored and not entry.number
            left = start + entry.width + MARK - 10 if after else start - MARK
            mark(painter, QRectF(left, baseline - 9, 9, 9), cell.mark == "good", colour)
        if cell.why or cell.link is not None:
            linked = cell.link is not None
            painter.setPen(
                QPen(QColor(colours.accent), 1) if linked else QPen(QColor(colours.muted), 1, Qt.PenStyle.DotLine)
            )
            under = round(baseline + 3) + 0.5
            painter.drawLine(QPointF(start, under), QPointF(start + entry.width, under))

    def _whole(self, column: tuple[float, float]) -> bool:
        """Tell whether a column is shown: numbers that are cut would be read as other numbers."""
        left, width = column
        inside = left >= self._body.left() - 0.5 and left + width <= self._body.right() + 0.5
        return inside or width > self._body.width()

    def _start(self, entry: Entry, column: tuple[float, float]) -> float:
        """Return the left edge of what is written: numbers end at the right, words begin where the language does."""
        left, width = column
        if entry.number or self._mirrored:
            return left + width - PAD - entry.width - (0.0 if entry.number else entry.indent)
        return left + PAD + entry.indent
