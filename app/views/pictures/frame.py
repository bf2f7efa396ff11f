"""Where the pixels of a panel lie: on the plane that all panels share, and on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from lab.core.pictures import Box, PicturePanel

Pixel = tuple[int, int]
"""(row, column)."""


@dataclass(frozen=True)
class Grid:
    """The pixels of a panel on the plane, whose points have x for columns and y for rows.

    A pixel lies around its place, half a pitch to each side; with a negative pitch, rows or columns run backwards.
    """

    rows: int
    columns: int
    origin: tuple[float, float]
    pitch: tuple[float, float]
    shared: bool
    """Whether it lies on the plane of the others; without a finite origin and pitch, it has one of its own."""

    @property
    def signs(self) -> tuple[int, int]:
        """1 or -1 for the x and the y of the plane: whether they grow with columns and rows."""
        return (1 if self.pitch[1] > 0 else -1), (1 if self.pitch[0] > 0 else -1)

    def place(self, row: float, column: float) -> QPointF:
        """Return the place of a pixel on the plane."""
        return QPointF(self.origin[1] + column * self.pitch[1], self.origin[0] + row * self.pitch[0])

    def pixel(self, place: QPointF) -> Pixel:
        """Return the pixel that lies around a place, as if there were pixels everywhere."""
        row, column = (place.y() - self.origin[0]) / self.pitch[0], (place.x() - self.origin[1]) / self.pitch[1]
        return math.floor(row + 0.5), math.floor(column + 0.5)

    def holds(self, pixel: Pixel) -> bool:
        """Tell whether there is such a pixel."""
        return 0 <= pixel[0] < self.rows and 0 <= pixel[1] < self.columns

    def nearest(self, pixel: Pixel) -> Pixel:
        """Return the pixel that there is nearest to one."""
        return min(max(pixel[0], 0), self.rows - 1), min(max(pixel[1], 0), self.columns - 1)

    def extent(self) -> QRectF:
        """Return what the picture covers of the plane."""
        return self.covered(Box(0, 0, self.rows, self.columns))

    def covered(self, box: Box) -> QRectF:
        """Return what a box covers of the plane."""
        first = self.place(box.row - 0.5, box.column - 0.5)
        return QRectF(first, self.place(box.row + box.height - 0.5, box.column + box.width - 0.5)).normalized()


def grid_of(panel: PicturePanel) -> Grid:
    """Return where the pixels of a panel lie on the plane."""
    rows, columns = panel.values.shape[:2]
    shared = all(map(math.isfinite, (*panel.origin, *panel.pitch))) and 0.0 not in panel.pitch
    if not shared:
        return Grid(rows, columns, (0.0, 0.0), (1.0, 1.0), False)
    return Grid(rows, columns, panel.origin, panel.pitch, True)


@dataclass(frozen=True)
class Frame:
    """A panel on the screen: it is seen within `room`; `left`, `top` is the corner of its first pixel.

    `across` and `down` are the width and height of a pixel, `ratio` the pixels of the screen in a logical one.
    """

    grid: Grid
    room: QRectF
    left: float
    top: float
    across: float
    down: float
    ratio: float

    def whole(self) -> QRectF:
        """Return where the picture lies, which may reach beyond what is seen."""
        return QRectF(self.left, self.top, self.grid.columns * self.across, self.grid.rows * self.down)

    def box_area(self, box: Box) -> QRectF:
        """Return where a box lies."""
        return QRectF(
            self.left + box.column * self.across,
            self.top + box.row * self.down,
            box.width * self.across,
            box.height * self.down,
        )

    def pixel_area(self, pixel: Pixel) -> QRectF:
        """Return where a pixel lies."""
        return self.box_area(Box(*pixel))

    def point(self, place: QPointF) -> QPointF:
        """Return where a place of the plane lies."""
        origin, pitch = self.grid.origin, self.grid.pitch
        return QPointF(
            self.left + ((place.x() - origin[1]) / pitch[1] + 0.5) * self.across,
            self.top + ((place.y() - origin[0]) / pitch[0] + 0.5) * self.down,
        )

    def pixel_near(self, point: QPointF) -> Pixel:
        """Return the pixel of a point, as if there were pixels everywhere."""
        return math.floor((point.y() - self.top) / self.down), math.floor((point.x() - self.left) / self.across)

    def pixel_at(self, point: QPointF) -> Pixel | None:
        """Return the pixel under a point; None where none is seen."""
        pixel = self.pixel_near(point)
        return pixel if self.room.contains(point) and self.grid.holds(pixel) else None
