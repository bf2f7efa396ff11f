"""The figures of a derivative: both curves, and the errors of finite differences."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark, Words
from lab.core.text import Message, message
from lab.topics.maths.derivative.slopes import STEPS, Curves, Spot

CURVE, SLOPE, SECANT, WRONG, CENTRAL = 0, 1, 2, 3, 4
"""Colours: the tangent has the colour of the derivative, whose value it is."""


def function_chart(curves: Curves, spot: Spot) -> Chart:
    """Return f with its tangent, and the secant whose slope is the forward difference."""
    across = np.linspace(curves.low, curves.high, 49)
    ends = np.array([spot.at, spot.at + spot.h])
    lines = (
        Line(f"f(x) = {curves.function.pretty()}", curves.values.x, curves.values.y, "line", CURVE),
        Line(message("secant over h"), across, _straight(across, spot, spot.forward), "dashes", SECANT),
        Line("", ends, np.array([spot.value, spot.ahead]), "points", SECANT),
        Line(message("tangent"), across, _straight(across, spot, spot.slope), "thin", SLOPE),
        _ball("f", spot.at, spot.value, CURVE),
    )
    return Chart("function", lines, _along(curves), curves.values.axis, follows="at")


def _straight(x: Array, spot: Spot, slope: float) -> Array:
    """Return the line through the curve at the place, NaN where it has none."""
    if not (math.isfinite(spot.value) and math.isfinite(slope)):
        return np.full_like(x, math.nan)
    with np.errstate(over="ignore"):
        return spot.value + slope * (x - spot.at)


def derivative_chart(curves: Curves, spot: Spot) -> Chart:
    """Return f′, and what a wrong rule takes for it."""
    lines = [Line(f"f′(x) = {curves.derivative.pretty()}", curves.slopes.x, curves.slopes.y, "line", SLOPE)]
    if curves.wrong is not None and curves.wrong_slopes is not None:
        wrong = message("wrong: {formula}", formula=curves.wrong.derivative.pretty())
        lines.append(Line(wrong, curves.wrong_slopes.x, curves.wrong_slopes.y, "dashes", WRONG))
    lines.append(_ball("f′", spot.at, spot.slope, SLOPE))
    return Chart("derivative", tuple(lines), _along(curves), curves.slopes.axis, follows="at")


def _along(curves: Curves) -> Axis:
    return Axis("x", low=curves.low, high=curves.high)


def _ball(name: str, at: float, value: float, colour: int) -> Line:
    label: Words = f"{name}({short(at)}) = {short(value)}"
    if math.isnan(value):
        label = message("{name}({at}) has no value", name=name, at=short(at))
    return Line(label, np.array([at]), np.array([value]), "ball", colour)


def error_chart(spot: Spot) -> Chart:
    """Return how far the finite differences over each step are from f′. Errors of exactly zero are left out."""
    lines = tuple(
        Line(label, STEPS, np.where(errors > 0, errors, math.nan), "line", colour)
        for label, errors, colour in (
            (message("forward difference"), spot.forward_errors, SECANT),
            (message("central difference"), spot.central_errors, CENTRAL),
        )
    )
    drawn = np.concatenate([line.y for line in lines])
    drawn = np.log10(drawn[np.isfinite(drawn)])
    # Whole decades, so that the axis does not tremble under a moving hand.
    low, high = (math.floor(drawn.min()), math.ceil(drawn.max())) if len(drawn) else (-16, 0)
    low = min(max(low, -300), 299)
    high = min(max(high, low + 1), 300)
    return Chart(
        "error",
        lines,
        Axis("h", log=True, low=float(STEPS[0]), high=float(STEPS[-1])),
        Axis(message("away from f′(x)"), log=True, low=10.0**low, high=10.0**high),
        marks=(Mark("x", spot.h, f"h = {short(spot.h)}"),),
    )


def remark(curves: Curves, spot: Spot) -> Message | None:
    """Say why there is no value or no derivative at a place, where that is so."""
    at = short(spot.at)
    if math.isnan(spot.value):
        return message("At x = {at} the function has no value.", at=at)
    if math.isinf(spot.value):
        return message("At x = {at} the function is infinite: it has no tangent.", at=at)
    before, after, left, right = spot.sides
    if spot.jumps and abs(after - before) > 1e-3 * _extent(curves.values.y):
        return message("At x = {at} the function jumps: it has no derivative.", at=at)
    if not math.isfinite(spot.slope):
        return message("At x = {at} the curve is vertical: it has no finite slope.", at=at)
    if math.isnan(before) or math.isnan(after):
        return message("At x = {at} the function begins or ends: only on one side has it a slope.", at=at)
    if abs(right - left) > 1e-3 * max(_extent(curves.slopes.y), abs(left), abs(right)):
        return message(
            "At x = {at} the curve has a corner: its slope is {left} to the left and {right} to the right. It has no "
            "derivative; programs take {slope}.",
            at=at,
            left=short(left),
            right=short(right),
            slope=short(spot.slope),
        )
    return None


def _extent(values: Array) -> float:
    """Return the range of the values in sight, without the outermost."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        return float(np.ptp(np.percentile(finite, (5, 95)))) if len(finite) else math.inf


def short(value: float) -> str:
    """Return a number with as many figures as a place in the plot has."""
    return minus_sign(f"{value:.5g}")


def minus_sign(number: str) -> str:
    """Return a number with the minus sign and the infinity of print."""
    return number.replace("-", "−").replace("inf", "∞")
