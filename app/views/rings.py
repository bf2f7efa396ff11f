"""Rings around points of other lines, which mark them."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.figures import Line, Words


def rings_at(lines: Sequence[Line], line: Line, index: int) -> list[Words]:
    """Return what the rings around a point of a line say; of a line of rings, those of the others."""
    x, y = line.x[index], line.y[index]
    rings = [other for other in lines if other.style == "rings" and other is not line]
    return [ring.label for ring in rings if ((ring.x == x) & (ring.y == y)).any()]
