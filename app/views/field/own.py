"""Points that a person puts on a field and takes away again, as the text of a parameter."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from app.core.language import tr
from app.views.plane import Plane
from lab.core.events import Array
from lab.core.figures import Field
from lab.core.params import ParamError
from lab.data.planar import MOST_OWN, Points, parse_points, show_points

REACH = 14.0
"""Pixels from a point within which it is meant."""


class OwnPoints(QObject):
    """The text that a field's `adds` should hold, which a quick hand changes again before the next field is there.

    `told` gives the name of the parameter and its new text; `refused` says at which place what cannot be done.
    """

    told = Signal(str, object)
    refused = Signal(QPointF, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known = ""
        self._asked: list[str] = []

    def keep(self, field: Field) -> None:
        """Take over what a new field holds, unless it only answers what was asked before."""
        if field.added in self._asked:
            self._asked = self._asked[self._asked.index(field.added) + 1 :]
        elif field.added != self._known:
            self._asked.clear()
        self._known = field.added

    def clear(self) -> None:
        """Wait for no answer any more."""
        self._asked.clear()

    @property
    def points(self) -> Points:
        """What is there; nothing where the text cannot be read."""
        try:
            return parse_points("", self._asked[-1] if self._asked else self._known)
        except ParamError:
            return parse_points("", "")

    def add(self, field: Field, plane: Plane, x: float, y: float) -> None:
        """Put a point down, of the class of the brush."""
        points = self.points
        if len(points.labels) < MOST_OWN:
            self._ask(field, np.vstack([points.positions, (x, y)]), np.append(points.labels, field.brush))
        else:
            words = tr(
                "There are {most} points of your own, and there can be no more; remove one first.", most=MOST_OWN
            )
            self.refused.emit(plane.place(x, y), words)

    def remove(self, field: Field, plane: Plane, place: QPointF) -> None:
        """Take away the point that is nearest to a place in pixels."""
        points = self.points
        away = np.hypot(*(plane.pixels(*points.positions.T) - (place.x(), place.y())).T)
        near = np.flatnonzero(away <= REACH)
        if len(near):
            nearest = int(near[np.argmin(away[near])])
            self._ask(field, np.delete(points.positions, nearest, 0), np.delete(points.labels, nearest))
        else:
            self.refused.emit(place, tr("None of your own points is near."))

    def _ask(self, field: Field, positions: Array, labels: Array) -> None:
        text = show_points(Points(positions, labels, 0))
        self._asked = [*self._asked[-99:], text]
        self.told.emit(field.adds, text)
