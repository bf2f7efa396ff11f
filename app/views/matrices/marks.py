"""What is marked among the cells of matrices: what a cell is made of, and what is marked always."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core import theme
from app.views.matrices.layout import MatricesLayout, Place
from app.views.matrices.text import lit
from app.views.painted import blend


def paint_parts(painter: QPainter, layout: MatricesLayout, pointed: Place) -> None:
    """Tint what the cell that is pointed at is made of, and draw a thin line around it."""
    colours = theme.colours()
    painter.setBrush(blend(colours.accent, colours.surface, 0.2))
    painter.setPen(QPen(QColor(colours.accent), 1))
    for item, part in (layout.blocks[pointed[0]].item.parts or {}).items():
        if item < len(layout.blocks):
            cells = layout.blocks[item].cells
            rows, columns = lit(part, pointed[1], pointed[2], len(cells), len(layout.edges[item]) - 1)
            for area in _areas(layout, item, rows, columns):
                painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _areas(layout: MatricesLayout, item: int, rows: range, columns: range) -> list[QRectF]:
    """Return where a part stands: as a whole, or cell by cell where something lies between."""
    if not rows or not columns:
        return []
    if rows.step == columns.step == 1:
        return [layout.part_area(item, rows, columns)]
    return [layout.cell_area((item, row, column)) for row in rows for column in columns]


def tint(painter: QPainter, layout: MatricesLayout, item: int) -> None:
    """Tint the cells of an item that only surround it, and those that are marked always."""
    colours = theme.colours()
    for cell in layout.blocks[item].item.faint:
        painter.fillRect(layout.cell_area((item, *cell)), QColor(colours.raised))
    warm = blend(colours.series[1], colours.surface, 0.16)
    for cell in _lit_cells(layout, item):
        painter.fillRect(layout.cell_area((item, *cell)), warm)


def outline_lit(painter: QPainter, layout: MatricesLayout, item: int) -> None:
    """Draw one thick line around neighbours that are marked always."""
    cells = _lit_cells(layout, item)
    if not cells:
        return
    lines = []
    for row, column in cells:
        area = layout.cell_area((item, row, column)).adjusted(1, 1, -1, -1)
        # Where the neighbour is marked too, its line begins one pixel within its own cell.
        above, below = (row - 1, column) in cells, (row + 1, column) in cells
        before, after = (row, column - 1) in cells, (row, column + 1) in cells
        left, right = area.left() - before, area.right() + after
        top, bottom = area.top() - above, area.bottom() + below
        lines += [QLineF(left, area.top(), right, area.top())] * (not above)
        lines += [QLineF(left, area.bottom(), right, area.bottom())] * (not below)
        lines += [QLineF(area.left(), top, area.left(), bottom)] * (not before)
        lines += [QLineF(area.right(), top, area.right(), bottom)] * (not after)
    pen = QPen(QColor(theme.colours().series[1]), 2)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    painter.drawLines(lines)


def _lit_cells(layout: MatricesLayout, item: int) -> frozenset[tuple[int, int]]:
    """Return the cells of an item that are marked always, as far as it has them."""
    block = layout.blocks[item]
    return frozenset((i, j) for i, j in block.item.lit if 0 <= i < len(block.cells) and 0 <= j < len(block.cells[i]))
