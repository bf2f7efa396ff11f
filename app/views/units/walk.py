"""From one part of a network to another, as the keys go; only over what is drawn."""

from __future__ import annotations

from app.views.units.layout import UnitsLayout
from app.views.units.parts import BIAS, Part


def first(layout: UnitsLayout) -> Part:
    """Return where the keys begin: the first unit that computes something."""
    return Part(min(1, len(layout.columns) - 1), 0)


def following(layout: UnitsLayout, part: Part, way: int) -> Part | None:
    """Return what comes next (1) or before (-1) among a unit, its bias and its weights; None at either end."""
    unit = part.whole
    sources = range(BIAS, layout.shown(unit.column - 1)) if unit.column else ()
    chain = [unit, *(Part(unit.column, unit.unit, source) for source in sources)]
    place = chain.index(part) + way if part in chain else -1
    return chain[place] if 0 <= place < len(chain) else None


def neighbour(layout: UnitsLayout, part: Part, across: int, down: int) -> Part:
    """Return the unit beside one; in another column that which stands nearest."""
    column = min(max(part.column + across, 0), len(layout.columns) - 1)
    if down:
        return Part(column, min(max(part.unit + down, 0), layout.shown(column) - 1))
    height, boxes = layout.box(part).center().y(), layout.columns[column].boxes
    return Part(column, min(range(len(boxes)), key=lambda unit: abs(boxes[unit].center().y() - height)))
