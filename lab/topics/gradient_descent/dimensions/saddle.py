"""A flat place in two dimensions, by its two curvatures, and a descent past it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from lab.core.figures import Arrow, Axis, Field, Line, Overlay, Table
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.descent import Floats

SPAN: Final = 2.0
"""The map goes from minus this to this in both directions."""
RATE: Final = 0.05
STEPS: Final = 1000
_CELLS: Final = 60
_LEVELS: Final = 12
"""Contours at most, about."""


@dataclass(frozen=True)
class FlatPlace:
    """f(x, y) = ½ (a x² + b y²), with curvatures a and b; a descent with rate RATE begins at `start`."""

    curvatures: tuple[float, float]
    start: tuple[float, float]

    @property
    def path(self) -> Floats:
        """The places (steps + 1, 2), until it leaves the map: each step multiplies x by 1 − ηa and y by 1 − ηb."""
        shrink = 1 - RATE * np.array(self.curvatures)
        path = np.array(self.start) * shrink ** np.arange(STEPS + 1)[:, None]
        outside = np.flatnonzero((np.abs(path) > SPAN).any(axis=1))
        return path[: outside[0] + 1] if len(outside) else path

    @property
    def kind(self) -> Message:
        """What the place in the middle is, by the signs of its curvatures."""
        low, high = sorted(self.curvatures)
        if low > 0:
            return message("minimum")
        if high < 0:
            return message("maximum")
        if low < 0 < high:
            return message("saddle")
        return message("flat in one direction") if low or high else message("flat everywhere")


def field(place: FlatPlace) -> Field:
    """Return the height over the plane."""
    a, b = place.curvatures
    at = (np.arange(_CELLS) + 0.5) / _CELLS * 2 * SPAN - SPAN
    values = 0.5 * (a * at[None, :] ** 2 + b * at[:, None] ** 2)
    levels = _levels(float(values.min()), float(values.max()))
    return Field(
        "saddle",
        values,
        Axis("x", low=-SPAN, high=SPAN),
        Axis("y", low=-SPAN, high=SPAN),
        (-SPAN, SPAN),
        (-SPAN, SPAN),
        "f(x, y)",
        "signed",
        levels=levels,
        picks="start",
    )


def _levels(low: float, high: float) -> tuple[float, ...]:
    """Return round heights of contours, zero among them, where those of a saddle cross."""
    if low == high:
        return ()
    rough = (high - low) / _LEVELS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(round_one * power for round_one in (1, 2, 5, 10) if round_one * power >= rough)
    return tuple(step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1))


def overlay(place: FlatPlace) -> Overlay:
    """Return the way of the ball, and which way each curvature drives it."""
    path = place.path
    lines = (
        Line(message("descent"), path[:, 0], path[:, 1], "line + points", 1),
        Line(message("start"), path[:1, 0], path[:1, 1], "ball", 1),
    )
    arrows = []
    for along, name in ((0, "a"), (1, "b")):
        curvature = place.curvatures[along]
        if not curvature:
            continue
        # Towards the middle where it bends up, away from it where it bends down.
        reach = 0.25 + 0.15 * min(abs(curvature), 3.0)
        begin, way = (1.6, -reach) if curvature > 0 else (1.0, reach)
        for side in (-1, 1):
            said = f"{name} = {curvature:.3g}".replace("-", "−") if side < 0 else ""
            ends = (side * begin, 0.0, side * way, 0.0) if along == 0 else (0.0, side * begin, 0.0, side * way)
            arrows.append(Arrow(*ends, said))
    return Overlay("saddle", lines, tuple(arrows))


def table(place: FlatPlace) -> Table:
    """Return what the two curvatures say of the middle, and how long the ball takes to get away from it."""
    path, (a, b) = place.path, place.curvatures
    steps, slopes = len(path) - 1, np.hypot(*(path * np.array(place.curvatures)).T)
    slowest = int(np.argmin(slopes))
    when = message("after step {step}: there it is slowest", step=slowest)
    label = message("steps until it is gone")
    gone = Quantity(label, message("stays"), message("After {steps} steps it is still on the map.", steps=steps))
    if (np.abs(path[-1]) > SPAN).any():
        rate = message("It left the map; the learning rate is {rate}.", rate=RATE)
        gone = Quantity(label, steps, rate, mark="strong")
    quantities = (
        Quantity(message("the middle is a"), place.kind, mark="strong"),
        Quantity(message("curvature a along x"), a, _bend(a)),
        Quantity(message("curvature b along y"), b, _bend(b)),
        Quantity(message("‖∇f‖ at the start"), float(slopes[0]), "√((a x)² + (b y)²)"),
        Quantity(message("smallest ‖∇f‖ on the way"), float(slopes[slowest]), when),
        gone,
    )
    note = message("f(x, y) = ½ (a x² + b y²). Its Hessian has the eigenvalues a and b.")
    return Numbers(quantities, "point", (message("in two dimensions"), message("value")), note).table


def _bend(curvature: float) -> Message:
    return message("flat") if not curvature else message("bends up") if curvature > 0 else message("bends down")
