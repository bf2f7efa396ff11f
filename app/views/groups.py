"""Groups of small maps beside each other: what feature maps and kernels have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.core import theme
from app.views.font_metrics import font_metrics
from app.views.mosaic import Block, Fit, arrange, coloured, levels, painted, shrunk, tiled
from app.views.painted import CENTRE, PaintedView, small_font, text
from app.views.still import Still
from lab.core.events import Array

_LINE, _APART = 13, 4.0
"""Height of a line under a group, and room between two names."""


@dataclass(frozen=True)
class Group:
    """The maps of one layer, (C, h, w), and how to colour them; `columns` fixes the columns of their grid.

    Of `kind` "colour" it is one image in [0, 1], (1, h, w, 3).
    """

    name: str
    maps: Array
    kind: str
    scale: float
    columns: int | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class _Place:
    """Where a group stands: its corner in logical pixels, and its size in pixels of the screen."""

    left: float
    top: float
    fit: Fit


class MosaicsView(PaintedView):
    """Groups of small maps beside each other, each one image."""

    largest_map: ClassVar[int] = 110
    """The largest side of a map in logical pixels."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._groups: tuple[Group, ...] = ()
        self._image = QImage()  # All maps on one picture.
        self._widths: list[int] = []  # Of what is drawn of each group, in pixels of the screen.
        self._places: list[_Place] = []
        self._names = Still()
        self._layout_key: tuple[object, ...] | None = None
        self._crowded = False
        """Whether the names of neighbours would touch: then every second stands in a row of its own."""
        self._named: list[int] = []
        """The groups whose names there is room for."""
        self._picked = ""

    def groups(self) -> tuple[Group, ...]:
        """Return what is to be drawn now."""
        raise NotImplementedError

    def under(self, group: Group) -> tuple[str, ...]:
        """Return the lines of text under a group."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop all groups and their images."""
        self._groups, self._widths, self._places, self._layout_key = (), [], [], None
        self.update()

    def redraw(self) -> None:
        self._groups = self.groups()
        self._arrange()
        self._draw()
        self.update_inside()

    def restyle(self) -> None:
        super().restyle()
        self._names.forget()
        if self._groups:
            self.redraw()

    def select(self, name: str, value: Any) -> None:
        if name == "layer" and value != self._picked:
            self._picked = value or ""
            if self._groups:
                self.redraw()

    def group_area(self, name: str) -> QRectF:
        """Return where the maps of a group are painted, in logical pixels; empty for an unknown name."""
        for group, place in zip(self._groups, self._places, strict=True):
            if group.name == name:
                return self._area(place)
        return QRectF()

    def _area(self, place: _Place) -> QRectF:
        ratio = self.devicePixelRatioF()
        return QRectF(place.left, place.top, place.fit.width / ratio, place.fit.height / ratio)

    def _lines(self) -> int:
        return 2 if self.height() >= 170 else 1

    def is_picked(self, group: Group) -> bool:
        """Tell whether a group belongs to the layer that was picked."""
        return bool(self._picked) and group.name == self._picked

    def _arrange(self) -> None:
        area, ratio = self.content(), self.devicePixelRatioF()
        shapes = tuple((group.name, group.maps.shape, group.columns, self.is_picked(group)) for group in self._groups)
        key = (area.width(), area.height(), area.top(), ratio, shapes)
        if key == self._layout_key:
            return
        self._layout_key = key
        room = area.adjusted(2, 2, -2, -2 - _LINE * self._lines())
        count = max(len(self._groups), 1)
        between = 12 if room.width() > 70 * count else 7
        # Wide enough for a name below, if all can be.
        least = max(min(30.0, (room.width() - between * (count - 1)) / count - 1), 1.0)
        blocks = []
        for group in self._groups:
            count, height, width = group.maps.shape[:3]
            single = height * width == 1
            limit = 15 if single else 160 if count == 1 else self.largest_map
            blocks.append(
                Block(
                    count,
                    height,
                    width,
                    group.columns,
                    weight=group.weight * (3.0 if self.is_picked(group) else 0.3 if single else 1.0),
                    limit=round(limit * ratio),
                    least=int(least * ratio),
                )
            )
        fits = arrange(blocks, int(room.width() * ratio), int(room.height() * ratio), round(between * ratio), ratio)
        spare = room.width() - sum(fit.width for fit in fits) / ratio - between * (len(fits) - 1)
        left = room.left() + max(spare, 0) / 2 if len(fits) < 2 else room.left()
        step = between + max(spare, 0) / max(len(fits) - 1, 1)
        self._places = []
        for fit in fits:
            top = room.top() + max(room.height() - fit.height / ratio, 0) / 2
            corner = self.snapped(QPointF(left, top))
            self._places.append(_Place(corner.x(), corner.y(), fit))
            left += fit.width / ratio + step
        metrics = font_metrics(small_font(self.font()))
        names = [metrics.width(" ".join(self.under(group)[:1])) for group in self._groups]
        centres = [self._area(place).center().x() for place in self._places]
        self._named = _beside(names, centres)
        touching = len(self._named) < len(names)
        self._crowded = self._lines() > 1 and touching
        if self._crowded:
            self._named = list(range(len(names)))

    def _draw(self) -> None:
        """Put all maps into one picture: that is painted at once."""
        area, ratio = self.content(), self.devicePixelRatioF()
        origin = self.snapped(area.topLeft())
        canvas = np.zeros((round(area.height() * ratio), round(area.width() * ratio)), np.uint32)
        self._widths = []
        for group, place in zip(self._groups, self._places, strict=True):
            pixels = self._pixels(group, place.fit)
            self._widths.append(pixels.shape[1])
            left = round((place.left - origin.x()) * ratio + (place.fit.width - pixels.shape[1]) / 2)
            top = round((place.top - origin.y()) * ratio)
            target = canvas[top : top + pixels.shape[0], left : left + pixels.shape[1]]
            target[:] = pixels[: target.shape[0], : target.shape[1]]
        self._image = painted(canvas, ratio)

    def _pixels(self, group: Group, fit: Fit) -> Array:
        maps = group.maps
        if group.kind == "colour":
            return self._photograph(maps[0], fit)
        if fit.count < len(maps) and group.columns is not None:
            rows = fit.count // fit.columns
            grid = maps.reshape(-1, group.columns, *maps.shape[1:])
            maps = grid[:rows, : fit.columns].reshape(-1, *maps.shape[1:])
        shown = levels(shrunk(maps[: fit.count], fit.shrink), group.scale, group.kind == "signed")
        return coloured(tiled(shown, fit.columns, fit.zoom, fit.gap), group.kind)

    def _photograph(self, image: Array, fit: Fit) -> Array:
        """Return the colours of an image (h, w, 3) in [0, 1], in the size that it is given."""
        small = shrunk(np.moveaxis(image, -1, 0), fit.shrink).repeat(fit.zoom, axis=1).repeat(fit.zoom, axis=2)
        red, green, blue = np.clip(255 * np.nan_to_num(small) + 0.5, 0, 255).astype(np.uint32)
        result: Array = 0xFF000000 + (red << 16) + (green << 8) + blue
        return result

    def paint(self, painter: QPainter, area: QRectF) -> None:
        if self._layout_key is None or self._layout_key[0:2] != (area.width(), area.height()):
            self.redraw()
        painter.drawImage(self.snapped(area.topLeft()), self._image)
        names = self._names.picture(self.size(), self.devicePixelRatioF(), [self._places], self._paint_names)
        painter.drawPixmap(0, 0, names)
        if self._lines() > 1 and not self._crowded:
            for at in range(len(self._groups)):
                self._paint_line(painter, at, 1)

    def _paint_names(self, painter: QPainter) -> None:
        """Paint what stays from one picture to the next: the names, and a frame around what was picked."""
        painter.setPen(QPen(QColor(theme.colours().accent), 2))
        for group, place in zip(self._groups, self._places, strict=True):
            if self.is_picked(group):
                painter.drawRect(self._area(place).adjusted(-3, -3, 3, 3))
        for at in self._named:
            self._paint_line(painter, at, 0)

    def _paint_line(self, painter: QPainter, at: int, line: int) -> None:
        """Paint one of the lines under a group, if it has that: as wide as its neighbours in that row leave room."""
        group = self._groups[at]
        words = self.under(group)[line : line + 1]
        if not words:
            return
        colours, picked = theme.colours(), self.is_picked(group)
        row, stride = (at % 2, 2) if self._crowded else (line, 1)
        top = self.content().bottom() - _LINE * (self._lines() - row)
        shade = colours.accent if picked else colours.muted if line else colours.text
        centre = self._area(self._places[at]).center().x()
        named = self._named if stride == 1 else range(at % 2, len(self._places), 2)
        place_in_row = named.index(at)
        near = [named[place] for place in (place_in_row - 1, place_in_row + 1) if 0 <= place < len(named)]
        font = small_font(self.font(), bold=picked)
        metrics = font_metrics(font)
        needed, half = metrics.width(words[0]) + 1, self.width() / 2
        for place in near:
            room = abs(self._area(self._places[place]).center().x() - centre) - _APART
            other = metrics.width(" ".join(self.under(self._groups[place])[line : line + 1]))
            half = min(half, max(room / 2, room - other / 2))
        left, right = max(centre - half, 2.0), min(centre + half, self.width() - 2.0)
        # At an edge a name moves inwards, before it is cut.
        width = min(needed, right - left)
        start = min(max(centre - width / 2, left), right - width)
        text(painter, QRectF(start, top, width, _LINE), words[0], shade, CENTRE, font)

    def value_at(self, point: QPointF) -> tuple[Group, int, int, int] | None:
        """Return (group, map, row, column) of the value under a point."""
        ratio = self.devicePixelRatioF()
        for group, place, drawn in zip(self._groups, self._places, self._widths, strict=True):
            box, fit = self._area(place), place.fit
            if not box.contains(point):
                continue
            shift = (box.width() - drawn / ratio) / 2
            x, y = int((point.x() - box.left() - shift) * ratio), int((point.y() - box.top()) * ratio)
            _, height, width = group.maps.shape[:3]
            high, wide = (
                -(-height // fit.shrink) * fit.zoom + fit.gap,
                -(-width // fit.shrink) * fit.zoom + fit.gap,
            )
            (row, y), (column, x) = divmod(y, high), divmod(x, wide)
            index = row * fit.columns + column
            inside = x < wide - fit.gap and y < high - fit.gap and 0 <= column < fit.columns and index < fit.count
            if not inside:
                return None
            if group.columns is not None:
                index = row * group.columns + column
            y, x = y // fit.zoom * fit.shrink, x // fit.zoom * fit.shrink
            return group, index, min(y, height - 1), min(x, width - 1)
        return None

    def group_at(self, point: QPointF) -> Group | None:
        """Return the group under a point, its name included."""
        for group, place in zip(self._groups, self._places, strict=True):
            box = self._area(place)
            if box.left() - 4 <= point.x() <= box.right() + 4 and point.y() >= self.content().top():
                return group
        return None


def _beside(widths: list[float], centres: list[float]) -> list[int]:
    """Return which names can stand beside each other in a line: the first, the last, and what fits between."""
    chosen = [0, len(widths) - 1] if len(widths) > 1 else list(range(len(widths)))

    def fits(one: int, other: int) -> bool:
        return (widths[one] + widths[other]) / 2 + _APART <= abs(centres[one] - centres[other])

    for at in range(1, len(widths) - 1):
        if fits(chosen[-2], at) and fits(at, chosen[-1]):
            chosen.insert(-1, at)
    return chosen
