"""The picture of `Matrices`: brackets, numbers, what lights up, and handles."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core import theme
from app.views.matrices.blocks import BRACKET, LABELS, Written
from app.views.matrices.layout import MatricesLayout, Place
from app.views.matrices.marks import outline_lit, paint_parts, tint
from app.views.matrices.text import Change
from app.views.painted import CENTRE, LEFT, RIGHT, small_font, text
from app.views.prose import paragraph, refusal


class MatricesPicture:
    """`layout` seen through `window`, a part of its plane that moves when it is larger."""

    def __init__(self, layout: MatricesLayout, window: QRectF) -> None:
        self._layout, self._window = layout, window
        self._colours = theme.colours()

    def paint(
        self, painter: QPainter, pointed: Place | None, cursor: Place | None, handle: tuple[int, Change] | None
    ) -> None:
        """Paint all that is in view; the cell that is pointed at lights up what it is made of."""
        layout, colours = self._layout, self._colours
        for item in range(len(layout.blocks)):
            tint(painter, layout, item)
        if pointed is not None:
            paint_parts(painter, layout, pointed)
        for item, block in enumerate(layout.blocks):
            if block.cells:
                outline_lit(painter, layout, item)
                self._paint_cells(painter, item)
                self._paint_around(painter, item)
            if block.item.sign:
                large = small_font(layout.letters)
                large.setPointSizeF(layout.sign_points)
                text(painter, layout.signs[item], block.item.sign, colours.text, CENTRE, large)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pointed is not None:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(layout.cell_area(pointed).adjusted(1, 1, -1, -1))
        if cursor is not None:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.drawRect(layout.cell_area(cursor).adjusted(2.5, 2.5, -2.5, -2.5))
        for item, change, area in layout.handles():
            self._paint_handle(painter, item, change, area, handle == (item, change))
        refusal(painter, layout.refusal, layout.refusal_lines, layout.measure.font)

    def _paint_cells(self, painter: QPainter, item: int) -> None:
        layout, block, window = self._layout, self._layout.blocks[item], self._window
        corner, edges, height = layout.corners[item], layout.edges[item], layout.row_height
        base = height / 2 + layout.cap_height / 2
        plain, faint = QColor(self._colours.text), QColor(self._colours.muted)
        painter.setFont(layout.letters)
        for column in range(len(edges) - 1):
            left, right = corner.x() + edges[column], corner.x() + edges[column + 1]
            # Numbers that are cut would be read as other numbers.
            if left < window.left() - 0.5 or right > window.right() + 0.5:
                continue
            for row, line in enumerate(block.cells):
                top = corner.y() + row * height
                if column < len(line) and window.top() - height < top < window.bottom():
                    area = QRectF(left, top, right - left, height)
                    if (row, column) in block.item.waiting:
                        self._paint_waiting(painter, area)
                        continue
                    painter.setPen(faint if (row, column) in block.item.faint else plain)
                    self._paint_cell(painter, item, column, line[column], area, base)

    def _paint_waiting(self, painter: QPainter, area: QRectF) -> None:
        """Paint the dot of a cell that is not computed yet."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.muted))
        painter.drawEllipse(area.center(), 1.3, 1.3)

    def _paint_cell(self, painter: QPainter, item: int, column: int, cell: Written, area: QRectF, base: float) -> None:
        layout, block = self._layout, self._layout.blocks[item]
        if cell.number and cell.finite:
            whole = block.heads[column] + block.tails[column]
            start = area.center().x() + layout.scale * (block.heads[column] - cell.head - whole / 2)
            painter.drawText(QPointF(start, area.top() + base), cell.words)
            return
        room = area.adjusted(3, 0, -3, 0)
        # Words under a heading begin where it does; symbols stand in the middle.
        align = LEFT if block.column_labels and not cell.number else CENTRE
        colour = painter.pen().color() if cell.finite else QColor(self._colours.bad)
        text(painter, room, cell.words, colour, align, layout.letters)

    def _paint_around(self, painter: QPainter, item: int) -> None:
        """Paint brackets, labels and the title."""
        layout, block, colours = self._layout, self._layout.blocks[item], self._colours
        cells, small = layout.cells_area(item), layout.measure.font
        painter.setPen(QPen(QColor(colours.text), 1.3))
        for x, way in ((cells.left() - 2, 1), (cells.right() + 2, -1)):
            ends = ((x + 4 * way, cells.top()), (x, cells.top()), (x, cells.bottom()), (x + 4 * way, cells.bottom()))
            painter.drawPolyline(QPolygonF([QPointF(*end) for end in ends]))
        for row, label in enumerate(block.row_labels):
            right = cells.left() - BRACKET - 4
            area = QRectF(
                right - block.row_label_width - 1,
                cells.top() + row * layout.row_height,
                block.row_label_width + 1,
                layout.row_height,
            )
            text(painter, area, label, colours.muted, RIGHT, small)
        for column, label in enumerate(block.column_labels):
            left, right = layout.edges[item][column : column + 2]
            area = QRectF(cells.left() + left + 3, cells.top() - LABELS, right - left - 6, LABELS)
            text(painter, area, label, colours.muted, LEFT if block.texts[column] else CENTRE, small)
        paragraph(painter, layout.title_area(item), list(block.title_lines), colours.text, layout.heading.font, CENTRE)

    def _paint_handle(self, painter: QPainter, item: int, change: Change, area: QRectF, pointed: bool) -> None:
        colours = self._colours
        possible = self._layout.possible[item, change]
        colour = QColor((colours.accent if pointed else colours.muted) if possible else colours.border)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(QColor(colours.raised if pointed and possible else colours.surface))
        painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        painter.setPen(QPen(colour, 1.4))
        middle = area.center()
        painter.drawLine(middle - QPointF(3, 0), middle + QPointF(3, 0))
        if change.endswith("+"):
            painter.drawLine(middle - QPointF(0, 3), middle + QPointF(0, 3))
