"""Where the cells of a board lie on the screen: all of them, or those that were zoomed to."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF

_LARGEST = 48.0
"""Logical pixels of a cell, at most."""
_FACTOR = 1.25
_WASTE = 1.12
"""How much larger a board may be for cells that are no whole pixels."""


class Board:
    """`rows` × `columns` square cells within `area`; `ratio` is the pixels of the screen in a logical one.

    Cells have a whole number of pixels, so that all look alike, but where that would leave much room unused.
    """

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self.area = QRectF(0, 0, 1, 1)
        self.ratio = 1.0
        self._size: float | None = None  # None shows all.
        self._middle = (0.5, 0.5)  # What is in the middle of the area, in cells across and down.

    def place(self, rows: int, columns: int, area: QRectF, ratio: float) -> None:
        """Take the present sizes; another board is shown as a whole."""
        if (rows, columns) != (self.rows, self.columns):
            self.rows, self.columns = rows, columns
            self.show_all()
        self.area, self.ratio = area, ratio
        self._keep_within()

    @property
    def zoomed(self) -> bool:
        """Whether not all of it is shown."""
        return self._size is not None

    @property
    def size(self) -> float:
        """The side of a cell in logical pixels."""
        return self._all() if self._size is None else self._size

    @property
    def pixels(self) -> float:
        """The side of a cell in pixels of the screen."""
        return self.size * self.ratio

    @property
    def even(self) -> bool:
        """Whether cells are whole pixels."""
        return self.pixels >= 1 and abs(self.pixels - round(self.pixels)) < 1e-6

    def _all(self) -> float:
        """Return the size at which all cells are seen."""
        most = min(self.area.width() / self.columns, self.area.height() / self.rows) * self.ratio
        whole = math.floor(most)
        return max(whole if whole * _WASTE >= most else most, 0.01) / self.ratio

    def corner(self) -> QPointF:
        """Return the upper left corner of the first cell, on a pixel of the screen."""
        middle = self.area.center()
        left, top = middle.x() - self._middle[0] * self.size, middle.y() - self._middle[1] * self.size
        return QPointF(round(left * self.ratio) / self.ratio, round(top * self.ratio) / self.ratio)

    def whole(self) -> QRectF:
        """Return the area of all cells, which may reach beyond what is seen."""
        return QRectF(self.corner().x(), self.corner().y(), self.columns * self.size, self.rows * self.size)

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell lies."""
        corner = self.corner()
        return QRectF(corner.x() + column * self.size, corner.y() + row * self.size, self.size, self.size)

    def cell_near(self, point: QPointF) -> tuple[int, int]:
        """Return the (row, column) of a point, as if the board went on for ever."""
        corner = self.corner()
        return math.floor((point.y() - corner.y()) / self.size), math.floor((point.x() - corner.x()) / self.size)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the (row, column) under a point, None where no cell is seen."""
        row, column = self.cell_near(point)
        seen = self.area.contains(point) and 0 <= row < self.rows and 0 <= column < self.columns
        return (row, column) if seen else None

    def show_all(self) -> None:
        """Show all cells."""
        self._size = None
        self._middle = (self.columns / 2, self.rows / 2)

    def zoom(self, point: QPointF, steps: int) -> None:
        """Make cells larger by `steps`, or smaller, about a point; at the end all are shown."""
        corner, size = self.corner(), self.size
        across, down = (point.x() - corner.x()) / size, (point.y() - corner.y()) / size
        for _ in range(abs(steps)):
            size = self._larger(size) if steps > 0 else self._smaller(size)
        size = min(size, max(_LARGEST, self._all()))
        if size <= self._all():
            self.show_all()
            return
        self._size = size
        middle = self.area.center()
        self._middle = across - (point.x() - middle.x()) / size, down - (point.y() - middle.y()) / size
        self._keep_within()

    def _larger(self, size: float) -> float:
        pixels = size * self.ratio
        if pixels < 1:
            return min(pixels * _FACTOR, 1.0) / self.ratio
        return max(round(pixels * _FACTOR), math.floor(pixels) + 1) / self.ratio

    def _smaller(self, size: float) -> float:
        pixels = size * self.ratio
        if pixels <= 1:
            return pixels / _FACTOR / self.ratio
        return max(min(round(pixels / _FACTOR), math.ceil(pixels) - 1), 1) / self.ratio

    def pan(self, way: QPointF) -> None:
        """Move the board by `way` pixels, as far as it reaches."""
        self._middle = self._middle[0] - way.x() / self.size, self._middle[1] - way.y() / self.size
        self._keep_within()

    def reveal(self, row: int, column: int) -> None:
        """Move the board so that a cell is seen."""
        box, area = self.cell_area(row, column), self.area
        x = min(area.right() - box.right(), 0.0) + max(area.left() - box.left(), 0.0)
        y = min(area.bottom() - box.bottom(), 0.0) + max(area.top() - box.top(), 0.0)
        if x or y:
            self.pan(QPointF(x, y))

    def _keep_within(self) -> None:
        """Leave no empty room beside a board that is larger than the area."""
        half = self.area.width() / 2 / self.size, self.area.height() / 2 / self.size
        self._middle = _between(self._middle[0], half[0], self.columns), _between(self._middle[1], half[1], self.rows)


def _between(middle: float, half: float, count: int) -> float:
    return count / 2 if 2 * half >= count else min(max(middle, half), count - half)


def line_between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the cells on the straight line from `start`, which is left out, to `end`; after Bresenham (1965)."""
    down, across = end[0] - start[0], end[1] - start[1]
    count = max(abs(down), abs(across))
    return [
        (start[0] + (2 * down * place + count) // (2 * count), start[1] + (2 * across * place + count) // (2 * count))
        for place in range(1, count + 1)
    ]
