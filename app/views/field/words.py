"""What a field says of the place under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.core.language import tr, words
from app.views.numerals import significant
from app.views.plane import Span
from app.views.prose import told
from app.views.rings import rings_at
from lab.core.figures import Axis, Field, Line, Words

_FIGURES = 10


def place_words(
    field: Field, lines: Sequence[Line], found: tuple[Line, int] | None, cell: tuple[int, int] | None, opens: bool
) -> str:
    """Return all lines for a place: of the point `found` there, of the cell under it, and of what a click does."""
    said = []
    if found is not None:
        said.append(point_words(field, *found))
        said += [told(words(label)) for label in rings_at(lines, *found)]
    if cell is not None:
        said.append(cell_words(field, *cell))
    if said and opens:
        said.append(told(tr("Click to open it")))
    elif said and field.adds:
        said.append(told(tr("Click to add a point, right-click to remove one of your own")))
    elif said and field.picks:
        said.append(told(tr("Click or drag to move it here")))
    return "".join(said)


def cell_words(field: Field, row: int, column: int) -> str:
    """Return lines for a value of the field: the x and y in the middle of its cell, and the value."""
    height, width = field.values.shape
    x = Span.of(*field.x_range, field.x.log).value((column + 0.5) / width)
    y = Span.of(*field.y_range, field.y.log).value((row + 0.5) / height)
    value = field.values[row, column].item()
    said: Words = _shown(field, value)
    if math.isnan(value):
        said = field.missing or tr("not computed yet")
    elif field.scale == "classes" and math.isfinite(value) and value == int(value) and value >= 0:
        said = words(field.classes[int(value)]) if value < len(field.classes) else said
    return _at(field.x, x) + _at(field.y, y) + _line(field.value_label or tr("value"), words(said))


def point_words(field: Field, line: Line, index: int) -> str:
    """Return lines for a point of a line over the field: which it is, its value if any, its x and its y."""
    label = words(line.label)
    if len(line.x) > 1:
        label = label or tr("line")
        label = tr("{label}: point {index} of {count}", label=label, index=index + 1, count=len(line.x))
    first = told(label)
    if line.values is not None:
        first += _line(field.value_label or tr("value"), _shown(field, float(line.values[index])))
    return first + _at(field.x, float(line.x[index])) + _at(field.y, float(line.y[index]))


def _shown(field: Field, value: float) -> str:
    return f"{significant(100 * value, _FIGURES)} %" if field.share else significant(value, _FIGURES)


def _at(axis: Axis, value: float) -> str:
    unit = words(axis.unit)
    return _line(axis.label, significant(value, _FIGURES) + (f" {unit}" if unit else ""))


def _line(label: Words, value: str) -> str:
    return told(tr("{label}: {value}", label=words(label), value=value))
