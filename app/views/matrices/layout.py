"""Where matrices and their cells stand: side by side, in the largest letters that fit."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.views.fitting import level, starts
from app.views.font_metrics import font_metrics
from app.views.matrices.blocks import BRACKET, HANDLE, Block, measured
from app.views.matrices.text import Change, resized
from app.views.painted import SMALL_POINTS, small_font
from app.views.prose import CROSS, LINE, broken
from lab.core.figures import Matrices

Place = tuple[int, int, int]
"""Item, row and column of a cell."""
_SIZES = (
    (17, 34, 18),
    (15, 30, 16),
    (13, 26, 14),
    (12, 24, 13),
    (11, 22, 12),
    (10, 20, 11),
    (9, 18, 10),
    (9, 18, 7),
    (9, 15, 7),
)
"""Letters in points; the height of rows, and what stays free beside a number, in logical pixels."""
_APART = 16.0
"""Between two items without a sign."""
_REFUSAL = 150.0
"""What the words that stand in the place of a result take at least; else they stand below."""
_CHANGES: tuple[Change, ...] = ("row+", "row-", "column+", "column-")


class MatricesLayout:
    """`event` laid out for a room of `width` × `height`; the plane in which all stands begins at (0, 0)."""

    def __init__(self, event: Matrices, font: QFont, width: float, height: float) -> None:
        self.measure = font_metrics(small_font(font))
        self.heading = font_metrics(small_font(font, bold=True))
        self.blocks = [measured(item, self.measure, self.heading) for item in event.items]
        refusal = _REFUSAL + _APART if event.refusal else 0.0
        for size in _SIZES:
            self.points, self.row_height, self.spare = map(float, size)
            self.height = self._height()
            # Lower rows do not help where it is too wide.
            if self.height > height and size != _SIZES[-1]:
                continue
            columns = [block.widths(self.scale, self.spare, self.row_height) for block in self.blocks]
            if self._width(columns) + refusal <= width or size in _SIZES[-2:]:
                break
        if self._width(columns) + refusal > width:
            columns = self._levelled(columns, width - refusal)
        self.letters = QFont(font)
        self.letters.setPointSizeF(self.points)
        self.cap_height = font_metrics(self.letters).cap_height
        self.width = self._width(columns)
        self.edges = [starts(widths) for widths in columns]
        self.corners, self.signs = self._placed(columns)
        self.refusal_lines, self.refusal = self._refused(event, width)
        self.possible = {
            (place, change): resized(item, change) is not None
            for place, item in enumerate(event.items)
            for change in _CHANGES
            if item.field
        }
        """Which handles can do something now."""

    @property
    def sign_points(self) -> float:
        """The size of the signs in points."""
        return self.points + 3

    @property
    def scale(self) -> float:
        """How much larger the letters are than those of 9 points."""
        return self.points / SMALL_POINTS

    def _height(self) -> float:
        half = [self.row_height * len(block.cells) / 2 for block in self.blocks]
        above = max((block.above + rows for block, rows in zip(self.blocks, half, strict=True)), default=0.0)
        return above + max((block.below + rows for block, rows in zip(self.blocks, half, strict=True)), default=0.0)

    # How it comes about.

    def _sign_width(self, place: int) -> float:
        sign = self.blocks[place].item.sign
        if not sign:
            return _APART if place else 0.0
        return self.measure.width(sign) * self.sign_points / SMALL_POINTS + _APART

    def _block_width(self, block: Block, widths: list[float]) -> float:
        return sum(self._halves(block, widths))

    def _halves(self, block: Block, widths: list[float]) -> tuple[float, float]:
        """Return what an item takes to the left and right of the middle of its cells, above which its title stands."""
        half, title = sum(widths) / 2, block.title_width / 2
        return max(block.before + half, title), max(block.after + half, title)

    def _width(self, columns: list[list[float]]) -> float:
        blocks = zip(self.blocks, columns, strict=True)
        return sum(self._sign_width(place) + self._block_width(*block) for place, block in enumerate(blocks))

    def _levelled(self, columns: list[list[float]], room: float) -> list[list[float]]:
        """Make columns narrower where words and labels can be cut; where that is not enough, all is moved."""
        natural = [width for widths in columns for width in widths]
        least = [width for block in self.blocks for width in block.least_widths(self.spare)]
        least = [min(pair) for pair in zip(least, natural, strict=True)]
        beside = self._width(columns) - sum(natural)
        cut = iter(level(natural, least, room - beside))
        return [[next(cut) for _ in widths] for widths in columns]

    def _placed(self, columns: list[list[float]]) -> tuple[list[QPointF], list[QRectF]]:
        """Return the upper left corners of the cells of each item, and where the signs stand."""
        half = [self.row_height * len(block.cells) / 2 for block in self.blocks]
        middle = max((block.above + rows for block, rows in zip(self.blocks, half, strict=True)), default=0.0)
        corners, signs, x = [], [], 0.0
        for place, (block, widths) in enumerate(zip(self.blocks, columns, strict=True)):
            sign = self._sign_width(place)
            signs.append(QRectF(x, middle - 15, sign, 30))
            left, right = self._halves(block, widths)
            corners.append(QPointF(x + sign + left - sum(widths) / 2, middle - half[place]))
            x += sign + left + right
        return corners, signs

    def _refused(self, event: Matrices, width: float) -> tuple[list[str], QRectF]:
        """Return the lines that say why there is no result, and where they stand: in its place, or below."""
        if not event.refusal:
            return [], QRectF()
        beside = self.width + _APART + _REFUSAL <= width
        room = min(width - self.width - _APART, 2 * _REFUSAL) if beside else max(width, _REFUSAL)
        lines = broken(event.refusal, self.measure, room - CROSS, 8)
        height = len(lines) * LINE
        if beside:
            middle = self.signs[0].center().y() if self.signs else self.height / 2
            area = QRectF(self.width + _APART, middle - height / 2, room, height)
        else:
            area = QRectF(0, self.height + 4, room, height)
        self.width, self.height = max(self.width, area.right()), max(self.height, area.bottom())
        return lines, area

    # Where things stand.

    def cells_area(self, item: int) -> QRectF:
        """Return where the cells of an item stand."""
        corner, edges = self.corners[item], self.edges[item]
        return QRectF(corner.x(), corner.y(), edges[-1], self.row_height * len(self.blocks[item].cells))

    def part_area(self, item: int, rows: range, columns: range) -> QRectF:
        """Return where a part of an item stands."""
        corner, edges, height = self.corners[item], self.edges[item], self.row_height
        left, right = edges[columns.start], edges[columns.stop]
        return QRectF(corner.x() + left, corner.y() + rows.start * height, right - left, len(rows) * height)

    def cell_area(self, place: Place) -> QRectF:
        """Return where a cell stands."""
        item, row, column = place
        return self.part_area(item, range(row, row + 1), range(column, column + 1))

    def title_area(self, item: int) -> QRectF:
        """Return where the title of an item stands."""
        block, cells = self.blocks[item], self.cells_area(item)
        width = max(block.title_width, cells.width() + 2 * BRACKET)
        height = LINE * len(block.title_lines)
        return QRectF(cells.center().x() - width / 2, cells.top() - block.above, width, height)

    def cell_at(self, point: QPointF) -> Place | None:
        """Return the cell under a point."""
        for item, block in enumerate(self.blocks):
            area = self.cells_area(item)
            if area.contains(point):
                row = min(int((point.y() - area.top()) / self.row_height), len(block.cells) - 1)
                edges = self.edges[item]
                inside = [at for at in range(len(edges) - 1) if area.left() + edges[at] <= point.x()]
                return (item, row, inside[-1]) if inside and inside[-1] < len(block.cells[row]) else None
        return None

    def handles(self) -> Iterator[tuple[int, Change, QRectF]]:
        """Yield the handles of all items that can be edited: item, what it does, where it stands."""
        for item, block in enumerate(self.blocks):
            if not block.item.field:
                continue
            cells, side = self.cells_area(item), HANDLE
            below, beside = cells.bottom() + 5, cells.right() + BRACKET + 4
            corners = (
                QPointF(cells.center().x() - side - 1, below),
                QPointF(cells.center().x() + 1, below),
                QPointF(beside, cells.center().y() - side - 1),
                QPointF(beside, cells.center().y() + 1),
            )
            for change, corner in zip(_CHANGES, corners, strict=True):
                if change in ("column+", "column-") and not block.widens:
                    continue
                yield item, change, QRectF(corner.x(), corner.y(), side, side)

    def handle_at(self, point: QPointF) -> tuple[int, Change] | None:
        """Return the handle under a point: its item and what it does."""
        return next(((item, change) for item, change, area in self.handles() if area.contains(point)), None)
