"""Rings around points of other lines, which mark them."""

from __future__ import annotations

from collections.abc import Sequence

from lab.figures import Line, Words


def rings_at(lines: Sequence[Line], line: Line, index: int) -> list[Words]:
    """Return what the rings around a point of a line say."""
    x, y = line.x[index], line.y[index]
    return [ring.label for ring in lines if ring.style == "rings" and ((ring.x == x) & (ring.y == y)).any()]
