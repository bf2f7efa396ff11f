"""The panels of an event in place, each with its camera; cameras outlive the event, so that what is seen stays."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.views.pictures.camera import Camera
from app.views.pictures.frame import Frame, Grid, Pixel, grid_of
from app.views.pictures.layout import Cell, arrange, protruding, together, united
from lab.core.pictures import PicturePanel

_PLAIN, _LABELLED = 2.0, 18.0
"""Logical pixels that stay free above and below the pictures of a row; for labels of boxes, where there are some."""

Spot = tuple[int, Pixel]
"""A panel, and one of its pixels."""


class Scene:
    """Panels laid out in an area. Those that are alike share the camera None; each other one has its own."""

    def __init__(self) -> None:
        self.panels: tuple[PicturePanel, ...] = ()
        self.grids: tuple[Grid, ...] = ()
        self.alike: tuple[bool, ...] = ()
        self._cells: list[Cell] = []
        self._cameras: dict[int | None, Camera] = {}
        self._spare: dict[int | None, tuple[float, float]] = {}
        self._windows: dict[int | None, QRectF] = {}
        self._frames: dict[int, Frame] = {}

    def take(self, panels: Sequence[PicturePanel]) -> None:
        """Take new panels, none of them empty; where they are as large as those before, the zoom stays."""
        grids = tuple(map(grid_of, panels))
        self.panels = tuple(panels)
        if grids != self.grids:
            # Room for boxes that stick out is kept while a box is dragged, so that nothing moves with it.
            self._spare = {}
            self.grids, self.alike = grids, together(grids)
            keys = {self.key(place) for place in range(len(grids))}
            windows = {key: united([grids[place].extent() for place in self._of(key)]) for key in keys}
            for key, window in windows.items():
                if key not in self._cameras or self._windows.get(key, QRectF()).size() != window.size():
                    self._cameras[key] = Camera()
            self._windows = windows
            self._cameras = {key: self._cameras[key] for key in keys}

    def lay_out(self, area: QRectF, ratio: float, scaled: bool, noted: bool) -> None:
        """Find a place for each panel."""
        self._frames = {}
        windows = {key: self._window(key) for key in self._windows}
        chosen = [windows[self.key(place)] for place in range(len(self.panels))]
        arrangement = arrange(chosen, self.alike, area.size(), scaled, noted)
        self._cells = [arrangement.cell(place, area) for place in range(len(self.panels))]
        for key, camera in self._cameras.items():
            places = self._of(key)
            width = min(self._cells[place].room.width() for place in places)
            unit = min(abs(pitch) for place in places for pitch in self.grids[place].pitch)
            # A pixel of the border stays free on each side.
            room = QSizeF(max(width - 4, 1.0), max(arrangement.picture_height - 4, 1.0))
            camera.place(windows[key], room, unit, ratio)

    def key(self, place: int) -> int | None:
        """Return whose camera a panel has."""
        return None if self.alike[place] else place

    def _of(self, key: int | None) -> list[int]:
        return [place for place in range(len(self.grids)) if self.key(place) == key]

    def _window(self, key: int | None) -> QRectF:
        """Return what a camera has to show, with room for boxes that stick out, alike on both sides."""
        window = self._windows[key]
        x, y = self._spare.get(key, (0.0, 0.0))
        for place in self._of(key):
            out = protruding(window, self.grids[place], self.panels[place].boxes)
            x, y = max(x, out[0]), max(y, out[1])
        self._spare[key] = x, y
        return window.adjusted(-x, -y, x, y)

    # What is seen.

    def camera(self, place: int) -> Camera:
        """Return the camera of a panel."""
        return self._cameras[self.key(place)]

    def frame(self, place: int) -> Frame:
        """Return where a panel lies on the screen."""
        if place not in self._frames:
            room = self._cells[place].room
            shared = min(self._cells[other].room.width() for other in self._of(self.key(place)))
            spare = max(room.width() - shared, 0.0) / 2
            room = room.adjusted(spare, 0, -spare, 0)
            self._frames[place] = self.camera(place).frame(self.grids[place], room)
        return self._frames[place]

    def cell(self, place: int) -> Cell:
        """Return where the parts of a panel stand: words near the pictures of their row, as these are seen now."""
        cell = self._cells[place]
        row = [other for other, each in enumerate(self._cells) if each.room.top() == cell.room.top()]
        labelled = any(box.label for other in row for box in self.panels[other].boxes)
        used = max(self.camera(other).height() for other in row) + 2 * (_LABELLED if labelled else _PLAIN)
        return cell.closer(max(math.floor((cell.room.height() - used) / 2), 0.0))

    def panel_at(self, point: QPointF) -> int | None:
        """Return the panel in whose room a point lies."""
        return next((place for place, cell in enumerate(self._cells) if cell.room.contains(point)), None)

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the pixel under a point."""
        place = self.panel_at(point)
        pixel = None if place is None else self.frame(place).pixel_at(point)
        return None if place is None or pixel is None else (place, pixel)

    def nearest(self, spot: Spot) -> Spot:
        """Return the pixel that there is nearest to a spot."""
        place = min(max(spot[0], 0), len(self.panels) - 1)
        return place, self.grids[place].nearest(spot[1])

    # Moving.

    @property
    def zoomed(self) -> bool:
        """Whether not all of everything is shown."""
        return any(camera.zoomed for camera in self._cameras.values())

    def show_all(self) -> None:
        """Show all of everything."""
        for camera in self._cameras.values():
            camera.show_all()
        self._frames = {}

    def zoom(self, place: int, point: QPointF, steps: int) -> None:
        """Magnify about a point in the room of a panel."""
        self.camera(place).zoom(self._along(place, point - self.frame(place).room.center()), steps)
        self._frames = {}

    def pan(self, place: int, way: QPointF) -> None:
        """Move a panel, and those that are seen with it."""
        self.camera(place).pan(self._along(place, way))
        self._frames = {}

    def reveal(self, spot: Spot) -> None:
        """Move what is seen so that a pixel is."""
        frame = self.frame(spot[0])
        box, room = frame.pixel_area(spot[1]), frame.room
        x = min(room.right() - box.right(), 0.0) + max(room.left() - box.left(), 0.0)
        y = min(room.bottom() - box.bottom(), 0.0) + max(room.top() - box.top(), 0.0)
        if x or y:
            self.pan(spot[0], QPointF(x, y))

    def _along(self, place: int, way: QPointF) -> QPointF:
        """Turn a way on the screen into one along the plane."""
        right, down = self.grids[place].signs
        return QPointF(way.x() * right, way.y() * down)
