"""Living cells as an image, the lines between them, and the marks on single ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.core import theme
from app.views.cells.board import Board
from app.views.painted import blend
from lab.core.events import Array

_LINES_FROM = 6.0
"""Pixels of a cell from which on there are lines between cells."""
_MOST = 15
"""Cells along the side of a square that is counted into 8 bits."""


def board_image(alive: Array, board: Board) -> tuple[QImage, float]:
    """Return cells (H, W) as an image, and how many pixels of it a cell has.

    That is one where cells are whole pixels of the screen; more where they are not, and edges have to be smoothed; or
    a part of one where a pixel shows several cells.
    """
    by = min(math.ceil(1 / board.pixels - 1e-9), _MOST)
    colours = theme.colours()
    if by <= 1:
        pixels, table = alive, [QColor(colours.raised).rgb(), QColor(colours.accent).rgb()]
    else:
        pixels = _counted(alive, by)
        # By the root: one living cell among many dead ones should still be seen.
        shares = [math.sqrt(count / (by * by)) for count in range(by * by + 1)]
        table = [blend(colours.accent, colours.raised, share).rgb() for share in shares]
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(table)
    # Qt would do this at each drawing, and much more slowly.
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if by > 1 or board.even:
        return image, 1 / by
    larger = math.ceil(board.pixels)
    return image.scaled(width * larger, height * larger), larger


def _counted(alive: Array, by: int) -> Array:
    """Return how many cells live in each square of by × by."""
    height, width = alive.shape
    padded = np.zeros((-(-height // by) * by, -(-width // by) * by), np.uint8)
    padded[:height, :width] = alive
    # Row by row and column by column: adding whole slices is what NumPy does fastest.
    rows = padded[0::by].copy()
    for place in range(1, by):
        rows += padded[place::by]
    counts = rows[:, 0::by].copy()
    for place in range(1, by):
        counts += rows[:, place::by]
    return counts


def paint_board(painter: QPainter, board: Board, image: QImage, scale: float, wraps: bool) -> None:
    """Paint the image of the cells, lines between them where there is room, and the edge: broken where it is joined."""
    colours = theme.colours()
    whole = board.whole()
    painter.save()
    painter.setClipRect(board.area.adjusted(-1, -1, 1, 1))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not board.even)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawImage(whole, image, QRectF(0, 0, board.columns * scale, board.rows * scale))
    if board.size >= _LINES_FROM:
        seen = whole.intersected(board.area)
        first, last = board.cell_near(seen.topLeft()), board.cell_near(seen.bottomRight())
        lines = []
        for column in range(max(first[1], 1), min(last[1] + 1, board.columns)):
            x = whole.left() + column * board.size
            lines.append(QLineF(x, seen.top(), x, seen.bottom()))
        for row in range(max(first[0], 1), min(last[0] + 1, board.rows)):
            y = whole.top() + row * board.size
            lines.append(QLineF(seen.left(), y, seen.right(), y))
        painter.setPen(QPen(blend(colours.border, colours.raised, 0.8), 1))
        painter.drawLines(lines)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine if wraps else Qt.PenStyle.SolidLine))
    painter.drawRect(whole.adjusted(-1, -1, 0, 0))
    painter.restore()


def paint_marks(painter: QPainter, board: Board, cell: tuple[int, int], around: Sequence[tuple[int, int]]) -> None:
    """Outline a cell, and more faintly those around it."""
    colours = theme.colours()
    painter.save()
    painter.setClipRect(board.area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if board.size >= _LINES_FROM:
        boxes = [board.cell_area(*each).adjusted(-0.5, -0.5, 0.5, 0.5) for each in dict.fromkeys(around)]
    else:
        boxes = _blocks(board, cell)
        painter.setClipRect(board.area.intersected(board.whole()))
    for colour, width in ((colours.surface, 3.0), (colours.text, 1.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRects(boxes)
    if board.size >= _LINES_FROM:
        painter.setPen(QPen(QColor(colours.text), 2.5))
        painter.drawRect(board.cell_area(*cell).adjusted(-0.5, -0.5, 0.5, 0.5))
    painter.restore()


def _blocks(board: Board, cell: tuple[int, int]) -> list[QRectF]:
    """Return the outline of a cell and those around it, and where it goes on beyond the edges."""
    box = board.cell_area(*cell).adjusted(-board.size - 1, -board.size - 1, board.size + 1, board.size + 1)
    whole = board.whole()
    steps = [(x * whole.width(), y * whole.height()) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return [box.translated(x, y) for x, y in steps if box.translated(x, y).intersects(whole)]


def paint_cursor(painter: QPainter, board: Board, cell: tuple[int, int]) -> None:
    """Mark the cell that the keys move, however small it is."""
    colours = theme.colours()
    painter.save()
    painter.setClipRect(board.area.adjusted(-3, -3, 3, 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle, half = board.cell_area(*cell).center(), max(board.size / 2, 3.0) + 1
    box = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
    for colour, style in ((colours.surface, Qt.PenStyle.SolidLine), (colours.text, Qt.PenStyle.DotLine)):
        painter.setPen(QPen(QColor(colour), 2, style))
        painter.drawRect(box)
    painter.restore()
