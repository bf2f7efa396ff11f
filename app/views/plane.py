"""The plane of a figure: ranges of two axes, linear or logarithmic, over a rectangle of the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from lab.core.events import Array

_FAR = 1e12
"""Pixels; what is farther away is as good as there, and sums of it stay finite."""


@dataclass(frozen=True)
class Span:
    """The range of an axis from `low` to `high`; fractions of it are even in the logarithm where it is `log`."""

    low: float
    high: float
    log: bool = False

    @staticmethod
    def of(low: float, high: float, log: bool) -> Span:
        """Make a range that can be drawn: finite, ascending, not empty, and positive where it is logarithmic."""
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = 0.0, 1.0
        low, high = min(low, high), max(low, high)
        if low == high:
            room = 0.5 * abs(low) or 0.5
            low, high = low - room, high + room
        return Span(float(low), float(high), log and low > 0)

    def fractions(self, values: Array) -> Array:
        """Return where values lie, 0 at `low` and 1 at `high`; NaN for what has no place on the axis."""
        values = np.asarray(values, dtype=np.float64)
        low, high = self._ends()
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            shown = np.log(np.where(values > 0, values, np.nan)) if self.log else values
            result: Array = np.where(np.isfinite(values), (shown - low) / (high - low), np.nan)
        return result

    def value(self, fraction: float) -> float:
        """Return the value at a fraction; the ends exactly, and between them nothing beyond."""
        if fraction in (0.0, 1.0):
            return self.high if fraction else self.low
        low, high = self._ends()
        shown = low + fraction * (high - low)
        value = math.exp(shown) if self.log else shown
        return self.clamped(value) if 0 < fraction < 1 else value

    def fraction(self, value: float) -> float:
        """Return where one value lies."""
        return float(self.fractions(np.array([value]))[0])

    def clamped(self, value: float) -> float:
        """Return the nearest value within the range."""
        return min(max(value, self.low), self.high)

    def _ends(self) -> tuple[float, float]:
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)


@dataclass(frozen=True)
class Plane:
    """Two ranges over `area`, in logical pixels; y grows upwards."""

    area: QRectF
    x: Span
    y: Span

    def pixels(self, x: Array, y: Array) -> Array:
        """Return (N, 2) places in pixels of points (N,), (N,); NaN for what has no place."""
        across, up = self.x.fractions(x), self.y.fractions(y)
        places = np.empty((len(across), 2))
        places[:, 0] = self.area.left() + across * self.area.width()
        places[:, 1] = self.area.bottom() - up * self.area.height()
        places[np.isnan(places).any(axis=1)] = np.nan
        clipped: Array = np.clip(places, -_FAR, _FAR)
        return clipped

    def place(self, x: float, y: float) -> QPointF:
        """Return where one point lies; it has to have a place."""
        across, up = self.x.fraction(x), self.y.fraction(y)
        return QPointF(
            self.area.left() + across * self.area.width(),
            self.area.bottom() - up * self.area.height(),
        )

    def fractions_at(self, point: QPointF) -> tuple[float, float]:
        """Return the fractions (across, up) of a point, clamped to the plane."""
        across = (point.x() - self.area.left()) / self.area.width()
        up = (self.area.bottom() - point.y()) / self.area.height()
        return min(max(across, 0.0), 1.0), min(max(up, 0.0), 1.0)

    def values_at(self, point: QPointF) -> tuple[float, float]:
        """Return the x and y of a point, clamped to the plane."""
        across, up = self.fractions_at(point)
        return self.x.value(across), self.y.value(up)
