"""What the lines of a chart look like: a colour, and a dash, a marker or a hatch that tells it without the colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.core import theme
from app.core.language import words
from app.views.chart.axis import Floats
from app.views.strokes import RING, SHAPES, dashed, draw_markers, draw_rings
from lab.core.figures import Line

JOINED = ("line", "thin", "dashes", "line + points")
_SOLID_OR = ((), (11, 4), (2.5, 3), (18, 5), (6, 6), (1.5, 6))
_DASHES = ((6, 4), (3, 3), (11, 5), (1.5, 4))
_HATCHES = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.CrossPattern,
)
_TANGLED = 12  # So many times as long as the plot is wide, a line goes up and down everywhere.
_MANY = 3000  # Of more than these, only where they are can be seen.


@dataclass(frozen=True)
class Look:
    """How one line is drawn, with markers of `shape`. `cue` counts the lines of its style with words of their own."""

    line: Line
    label: str
    cue: int
    shape: int = 0

    @property
    def colour(self) -> QColor:
        """The colour in the theme in force."""
        colours = theme.colours()
        return QColor(
            colours.series[self.line.colour % len(colours.series)] if self.line.colour >= 0 else colours.muted
        )

    @property
    def joined(self) -> bool:
        """Whether its points are joined."""
        return self.line.style in JOINED

    @property
    def marked(self) -> bool:
        """Whether its points are seen."""
        return self.line.style in ("points", "faint points", "line + points", "ball", "rings")

    @property
    def hollow(self) -> bool:
        """Whether its markers are."""
        return self.line.style == "faint points"

    @property
    def width(self) -> float:
        """Of the line, in pixels."""
        return 1.0 if self.line.style == "thin" else 1.5

    @property
    def pattern(self) -> tuple[float, ...]:
        """Pixels drawn and left free, in turn; () for a line without gaps."""
        if self.line.style == "line + points":
            return ()  # Its markers tell it.
        patterns = _DASHES if self.line.style == "dashes" else _SOLID_OR
        return patterns[self.cue % len(patterns)]

    @property
    def radius(self) -> float:
        """Of a marker, in pixels."""
        return {"ball": 6.5, "rings": RING}.get(self.line.style, 3.2)

    @property
    def brush(self) -> QBrush:
        """What fills a bar."""
        colour = self.colour
        colour.setAlpha(110 if self.cue % len(_HATCHES) == 0 else 230)
        return QBrush(colour, _HATCHES[self.cue % len(_HATCHES)])


def looks(lines: Sequence[Line]) -> list[Look]:
    """Return how lines are drawn so that those of one style can be told apart."""
    result, known = [], dict[str, list[str]]()
    for line in lines:
        label = words(line.label)
        seen = known.setdefault(line.style, [])
        if label and label not in seen:
            seen.append(label)
        cue = seen.index(label) if label else 0
        result.append(Look(line, label, cue, cue % SHAPES))
    # Classes have the shape of their colour, here and over a field.
    for style in ("points", "faint points"):
        classes = {look.label: look.line.colour for look in result if look.line.style == style}
        if len(classes) > 1 and len(set(classes.values())) == len(classes):
            result = [
                replace(look, shape=look.line.colour % SHAPES) if look.line.style == style else look for look in result
            ]
    return result


def paint_markers(painter: QPainter, centres: Floats, look: Look) -> None:
    """Paint markers at centres (N, 2), each with a rim that tells it from the others while there are not too many."""
    if look.line.style == "rings":
        draw_rings(painter, centres, look.colour, look.radius)
        return
    if len(centres) <= _MANY:
        draw_markers(painter, centres, look.shape, look.colour, look.radius, hollow=look.hollow)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(look.colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.drawPoints(arrayToQPolygonF(centres[:, 0], centres[:, 1]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_sample(painter: QPainter, area: QRectF, look: Look) -> None:
    """Paint what a line looks like, for the legend."""
    centre = area.center()
    if look.line.style == "bars":
        painter.setPen(QPen(look.colour, 1))
        painter.setBrush(look.brush)
        painter.drawRect(QRectF(centre.x() - 6.5, round(centre.y()) - 4.5, 12, 9))
    if look.joined:
        pen = QPen(look.colour, look.width)
        if look.pattern:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([length / look.width for length in look.pattern])
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), centre.y()), QPointF(area.right(), centre.y()))
    if look.marked:
        place = np.array([[centre.x(), centre.y()]])
        if look.line.style == "rings":
            draw_rings(painter, place, look.colour, 5.5)
        else:
            draw_markers(painter, place, look.shape, look.colour, min(look.radius, 4.5), hollow=look.hollow)


def patterned(strokes: Floats, look: Look, width: float) -> Floats:
    """Return strokes (M, 4), on a plot of `width`, cut into the dashes of a line."""
    if not look.pattern or not len(strokes):
        return strokes
    length = float(np.hypot(strokes[:, 2] - strokes[:, 0], strokes[:, 3] - strokes[:, 1]).sum())
    if not length or length > _TANGLED * width:
        return strokes  # There nobody could see dashes.
    cut: Floats = dashed(strokes, *look.pattern)
    return cut
