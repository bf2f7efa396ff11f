"""How much of a plane is seen, and which part: all of it, or what was zoomed to."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.views.pictures.frame import Frame, Grid

_LARGEST = 72.0
"""Logical pixels of the finest pixel at most, where it is not larger when all is shown."""
_FACTOR = 1.25
_WASTE = 1.12
"""How much larger a picture may be for pixels that are no whole pixels of the screen."""
_LEAST = 24.0
"""Logical pixels of the shorter side; what is very long and thin is drawn thicker than it is."""


class Camera:
    """A `window` of the plane, shown in the middle of a room, or magnified about some place of it.

    `unit` is the pitch of the finest pixels: these have a whole number of pixels of the screen, so that all look
    alike, but where that would leave much room unused. What is magnified covers at least what all of it covered, so
    that what is under the pointer stays there, and fills the room as far as it reaches.
    """

    def __init__(self) -> None:
        self.window = QRectF(0, 0, 1, 1)
        self._room, self._unit, self._ratio = QSizeF(1, 1), 1.0, 1.0
        self._fit = 1.0
        self._scale: float | None = None  # In logical pixels for 1 of the plane; None shows all.
        self._centre = self.window.center()

    def place(self, window: QRectF, room: QSizeF, unit: float, ratio: float) -> None:
        """Take the present sizes; the same part is seen as far as possible."""
        self.window, self._room, self._unit, self._ratio = window, room, unit, ratio
        most = min(room.width() / window.width(), room.height() / window.height())
        pixels = max(most * unit * ratio, 1e-6)
        whole = math.floor(pixels)
        self._fit = (whole if whole * _WASTE >= pixels else pixels) / unit / ratio
        if self._scale is not None and self._scale <= self._fit:
            self._scale = None
        self._keep_within()

    @property
    def zoomed(self) -> bool:
        """Whether not all of it is shown."""
        return self._scale is not None

    @property
    def scale(self) -> float:
        """Logical pixels for 1 of the plane."""
        return self._fit if self._scale is None else self._scale

    def scales(self, scale: float | None = None) -> tuple[float, float]:
        """Return the scales along x and y, which differ for what is very thin."""
        scale = self.scale if scale is None else scale
        least = min(_LEAST, self._room.width()), min(_LEAST, self._room.height())
        return max(scale, least[0] / self.window.width()), max(scale, least[1] / self.window.height())

    def height(self) -> float:
        """Return how much of the height of the room is used."""
        return self._room.height() if self.zoomed else self.window.height() * self.scales()[1]

    def frame(self, grid: Grid, room: QRectF) -> Frame:
        """Return where a panel lies in a room, on whole pixels of the screen."""
        (x, y), (right, downwards) = self.scales(), grid.signs
        middle, pitch = room.center(), (abs(grid.pitch[0]), abs(grid.pitch[1]))
        left = middle.x() + (right * (grid.origin[1] - self._centre.x()) - pitch[1] / 2) * x
        top = middle.y() + (downwards * (grid.origin[0] - self._centre.y()) - pitch[0] / 2) * y
        ratio = self._ratio
        corner = round(left * ratio) / ratio, round(top * ratio) / ratio
        return Frame(grid, room, *corner, pitch[1] * x, pitch[0] * y, ratio)

    def show_all(self) -> None:
        """Show all of the window."""
        self._scale = None
        self._keep_within()

    def zoom(self, offset: QPointF, steps: int) -> None:
        """Magnify by `steps`, or less, about what is `offset` from the middle of the room; at the end all is shown."""
        before = self.scales()
        place = QPointF(self._centre.x() + offset.x() / before[0], self._centre.y() + offset.y() / before[1])
        pixels = self.scale * self._unit * self._ratio
        for _ in range(abs(steps)):
            pixels = _larger(pixels) if steps > 0 else _smaller(pixels)
        scale = min(pixels / self._ratio, max(_LARGEST, self._fit * self._unit)) / self._unit
        if scale <= self._fit * (1 + 1e-9):
            self.show_all()
            return
        self._scale = scale
        after = self.scales()
        self._centre = QPointF(place.x() - offset.x() / after[0], place.y() - offset.y() / after[1])
        self._keep_within()

    def pan(self, way: QPointF) -> None:
        """Move what is seen by `way` logical pixels, as far as it reaches."""
        x, y = self.scales()
        self._centre = QPointF(self._centre.x() - way.x() / x, self._centre.y() - way.y() / y)
        self._keep_within()

    def _keep_within(self) -> None:
        window, now, all_of_it = self.window, self.scales(), self.scales(self._fit)
        half = window.width() * all_of_it[0] / now[0] / 2, window.height() * all_of_it[1] / now[1] / 2
        self._centre = QPointF(
            _between(self._centre.x(), window.left() + half[0], window.right() - half[0]),
            _between(self._centre.y(), window.top() + half[1], window.bottom() - half[1]),
        )


def _between(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low >= high else min(max(value, low), high)


def _larger(pixels: float) -> float:
    if pixels < 1:
        return min(pixels * _FACTOR, 1.0)
    return max(round(pixels * _FACTOR), math.floor(pixels) + 1)


def _smaller(pixels: float) -> float:
    if pixels <= 1:
        return pixels / _FACTOR
    return max(min(round(pixels / _FACTOR), math.ceil(pixels) - 1), 1)
