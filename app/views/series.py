"""What curves are made of: the series and panels of a view, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core import theme
from app.views.strokes import draw_markers

_SHAPES = (0, 2, 1, 3, 4)
"""Of markers, in the order of the labels: disc, triangle, square, diamond, triangle upside down."""
RADIUS = 3.0
"""Of markers, in pixels."""
FAINT = 95
"""The opacity, of 255, of curves that have a mean drawn over them."""


@dataclass(frozen=True)
class Series:
    """One curve: `value` of the `Scalars` of one rhythm; `colour` counts in the series of the theme.

    One that is `optional`, as of a layer that not every network has, is in the legend only where it is drawn.
    """

    rhythm: str
    value: str
    label: str
    style: Literal["thin line", "line + marker"] = "line + marker"
    colour: int | None = None
    optional: bool = False

    @property
    def smoothed(self) -> bool:
        """Whether a mean line is drawn over it."""
        return self.style == "thin line"


@dataclass(frozen=True)
class Panel:
    """One plot: texts in the page's language; `scale` multiplies every value before it is shown.

    `y_range` is what values can be at all, after scaling: the axis stays within it, and has no logarithm.
    """

    title: str
    y_label: str
    unit: str
    series: tuple[Series, ...]
    log: bool = False
    y_range: tuple[float, float] | None = None
    scale: float = 1.0


def colour_of(series: Series, place: int) -> str:
    """Return the colour of a series whose label is the `place`th of its view."""
    shades = theme.colours().series
    return shades[(place if series.colour is None else series.colour) % len(shades)]


def shape_of(place: int) -> int:
    """Return the shape of the markers of a series whose label is the `place`th of its view."""
    return _SHAPES[place % len(_SHAPES)]


def paint_sample(painter: QPainter, area: QRectF, series: Series, place: int, colour: str, mean: bool) -> None:
    """Paint what a series looks like, for the legend."""
    line = QColor(colour)
    line.setAlpha(FAINT if series.smoothed and not mean else 255)
    centre = area.center()
    painter.setPen(QPen(line, 1))
    if series.smoothed and not mean:
        steps = np.linspace(area.left(), area.right(), 10)
        points = [QPointF(x, centre.y() + (4 if i % 2 else -4)) for i, x in enumerate(steps)]
        painter.drawPolyline(QPolygonF(points))
        return
    painter.drawLine(QPointF(area.left(), centre.y()), QPointF(area.right(), centre.y()))
    if not mean:
        draw_markers(painter, np.array([[centre.x(), centre.y()]]), shape_of(place), line, RADIUS)
