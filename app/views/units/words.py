"""What is said of the parts of a network."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF

from app.core.language import isolated, tr, words
from app.views.numerals import exact, plain
from app.views.prose import maths, told
from app.views.units.lens import plane_point, spread_words
from app.views.units.maps import at_point
from app.views.units.paint import number_words
from app.views.units.parts import BIAS, Numbers, Part
from lab.core.events import Array
from lab.core.units import Units

_TERMS = 6
"""Terms of a sum that are written out."""


def unit_name(event: Units, column: int, unit: int) -> str:
    """Return the name of a unit."""
    return words(event.labels[column][unit])


def part_words(event: Units, numbers: Numbers, part: Part, box: QRectF, point: QPointF | None) -> str:
    """Return a tooltip for a part; `point` is where a unit's `box` is pointed at."""
    if part.source is None:
        return _unit_words(event, numbers, part, box, point)
    return _number_words(event, numbers, part)


def part_name(event: Units, part: Part) -> str:
    """Say which weight or bias it is."""
    unit = unit_name(event, part.column, part.unit)
    if part.source is None:
        return unit
    if part.source == BIAS:
        return tr("bias of {unit}", unit=unit)
    source = unit_name(event, part.column - 1, part.source)
    return tr("weight from {source} to {unit}", source=source, unit=unit)


def _number_words(event: Units, numbers: Numbers, part: Part) -> str:
    unit, layer = unit_name(event, part.column, part.unit), part.column - 1
    lines = told(part_name(event, part)) + maths(exact(numbers.value(part)))
    gradients: tuple[Array, ...] = event.bias_gradients if part.source == BIAS else event.gradients
    if part.source == BIAS:
        lines += told(tr("It is added to the sum of {unit}, whatever the inputs are.", unit=unit))
    elif part.source is not None:
        source = unit_name(event, layer, part.source)
        lines += told(
            tr("It multiplies {source}; the product is a part of the sum of {unit}.", source=source, unit=unit)
        )
    if gradients:
        where = (part.unit,) if part.source == BIAS else (part.source, part.unit)
        lines += told(isolated(tr("gradient, ∂loss/∂ of it"), ": ", exact(float(gradients[layer][where]))))
    if event.edits:
        lines += told(tr("Drag it up or down, or click it and type a number; keys: ↑ ↓, Shift for large steps."))
    return lines


def _unit_words(event: Units, numbers: Numbers, part: Part, box: QRectF, point: QPointF | None) -> str:
    function = words(event.functions[part.column])
    lines = told(isolated(unit_name(event, part.column, part.unit), *([" · ", function] if function else [])))
    maps = event.maps[part.column]
    if maps is not None:
        values = maps[part.unit]
        if point is not None:
            across, up, x, y = plane_point(event, box, point)
            value = at_point(values, across, up)
            lines += told(tr("output at ({x}, {y}): {value}", x=_number(x, 3), y=_number(y, 3), value=_number(value)))
        lines += told(tr("output over the plane: {spread}", spread=f"\u2066{spread_words(values)}\u2069"))
    if part.column:
        bias = numbers.value(Part(part.column, part.unit, BIAS))
        lines += told(isolated(tr("bias"), ": ", exact(bias)))
        lines += maths(formula(event, numbers, part))
        if event.edits:
            lines += told(tr("Enter or Tab goes to its bias and weights."))
    return lines


def _number(value: float, figures: int = 6) -> str:
    """Return a number whose sign stays before it in every language."""
    return f"\u2066{number_words(value, figures)}\u2069"


def formula(event: Units, numbers: Numbers, part: Part) -> str:
    """Return what a unit computes: its function of the weighted sum, of which the first terms are written out."""
    layer = part.column - 1
    weights = numbers.weights[layer][:, part.unit].tolist()
    said = ""
    for source, weight in enumerate(weights[:_TERMS]):
        said += _term(weight, f"·\u2068{unit_name(event, layer, source)}\u2069", first=not source)
    if len(weights) > _TERMS:
        said += f" + … ({len(weights)})"
    said += _term(numbers.value(Part(part.column, part.unit, BIAS)), "", first=False)
    function = words(event.functions[part.column])
    called = f"\u2068{function}\u2069({said})" if function else said
    return f"\u2068{unit_name(event, part.column, part.unit)}\u2069 = {called}"


def _term(value: float, times: str, *, first: bool) -> str:
    if not math.isfinite(value):
        return f"{'' if first else ' + '}({number_words(value)}){times}"
    sign = ("−" if value < 0 else "") if first else (" − " if value < 0 else " + ")
    return f"{sign}{number_words(abs(value))}{times}"


def hidden_words(event: Units, column: int, hidden: int) -> str:
    """Say that some units of a column are not drawn."""
    count = len(event.labels[column])
    return told(tr("{hidden} more of {count} units: there is no room to draw them here.", hidden=hidden, count=count))


def legend_words(full: float, full_bias: float, scale: float) -> str:
    """Explain lines, bars and colours, each with the number at the end of its scale; no colours without a `scale`."""
    lines = told(
        tr("Lines are weights: whole where positive, dashed where negative; the thickest is {full}.", full=plain(full))
    )
    lines += told(
        tr(
            "The bar beneath a unit is its bias: to the right where positive, to the left where negative; "
            "the longest is {full}.",
            full=plain(full_bias),
        )
    )
    if scale:
        low, high = _number(-scale), _number(scale)
        lines += told(
            tr("Colours are outputs, in all pictures from {low} or less to {high} or more.", low=low, high=high)
        )
    return lines
