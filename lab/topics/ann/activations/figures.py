"""Charts of activation functions: values, slopes, and the gradient that comes back through layers of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import Message, message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.activations.saturation import FACTS, FUNCTIONS, Zone, slope_at, tails, value_at, zones
from lab.topics.ann.numerals import number

FARTHEST = 10.0
"""How far from zero z can be."""
_ACROSS = np.linspace(-FARTHEST, FARTHEST, 401)
_DOTS = np.arange(-FARTHEST, FARTHEST + 1)
_HEIGHTS = {"sigmoid": 1.2, "tanh": 1.2, "relu6": 6.6}
"""How far up the bounded functions go."""
_UNBOUNDED, _WHOLE = 4.0, 1.05 * FARTHEST
_SMALLEST_FLOAT32 = 1.401298464324817e-45
_LOWEST_DECADE = -48


def label(name: str) -> Message:
    """Return what a function is called."""
    return Message(FUNCTIONS[name])


def functions_chart(chosen: Sequence[str], z: float, threshold: float) -> Chart:
    """Draw a(z) with dots where it is flat, and the place."""
    lines: list[Line] = []
    marks: list[Mark] = []
    values = [value_at(name, z) for name in chosen]
    for colour, name in enumerate(chosen):
        lines.append(Line(label(name), _ACROSS, curve(name), "line", colour))
    for colour, name in enumerate(chosen):
        dots = flat_places(zones(name, threshold), _DOTS + colour / 2)
        said = "" if colour else message("saturated: |slope| < {threshold}", threshold=number(threshold, 3))
        lines.append(Line(said, dots, ACTIVATIONS[name].value(dots), "points", colour))
    lines += [_ball(z, value, colour) for colour, value in enumerate(values)]
    below, above = tails(chosen[0], threshold)
    sign = "≤≥" if FACTS[chosen[0]].kinks else "<>"
    if below == math.inf:
        marks.append(Mark("y", 0.0, message("saturated everywhere")))
    elif below is not None:
        marks.append(Mark("x", below, f"z {sign[0]} {number(below, 4)}"))
    if above is not None and below != math.inf:
        marks.append(Mark("x", above, f"z {sign[1]} {number(above, 4)}"))
    return Chart("functions", tuple(lines), _z_axis(), _height(chosen, values), tuple(marks), follows="z")


def slopes_chart(chosen: Sequence[str], z: float, threshold: float) -> Chart:
    """Draw a′(z) and the threshold below which it counts as flat."""
    lines = [Line(label(name), *slope_curve(name), "line", colour) for colour, name in enumerate(chosen)]
    lines += [_ball(z, slope_at(name, z), colour) for colour, name in enumerate(chosen)]
    marks = [Mark("y", threshold, f"|a′(z)| = {number(threshold, 3)}")]
    if any(name in ("gelu", "silu") for name in chosen):
        marks.append(Mark("y", -threshold))
    marks += [Mark("x", edge) for edge in tails(chosen[0], threshold) if edge is not None and math.isfinite(edge)]
    return Chart(
        "slopes",
        tuple(lines),
        _z_axis(),
        Axis(message("slope a′(z)"), low=-0.2, high=1.2),
        tuple(marks),
        follows="z",
    )


def gradients_chart(chosen: Sequence[str], z: float, layers: int) -> Chart:
    """Draw the size of a gradient that comes back through 1, 2 … layers: at z, and at best."""
    depth = np.arange(layers + 1)
    lines: list[Line] = []
    for colour, name in enumerate(chosen):
        slope = slope_at(name, z)
        sizes = abs(slope) ** depth.astype(np.float64)
        said = f"{FUNCTIONS[name]}: |{number(slope, 3)}|ᵏ" if slope else f"{FUNCTIONS[name]}: 0"
        lines.append(Line(said, depth, np.where(sizes > 0, sizes, math.nan), "line + points", colour))
    for colour, name in enumerate(chosen):
        largest = FACTS[name].largest
        said = f"{FUNCTIONS[name]}, max a′: {number(largest, 3)}ᵏ"
        lines.append(Line(said, depth, largest ** depth.astype(np.float64), "dashes", colour))
    drawn = np.concatenate([line.y for line in lines])
    drawn = np.log10(drawn[np.isfinite(drawn)])
    # Whole decades, so that the axis does not tremble under a moving hand.
    low = min(max(math.floor(drawn.min()), _LOWEST_DECADE), -2)
    high = max(math.ceil(drawn.max() - 1e-9), 1)
    return Chart(
        "gradients",
        tuple(lines),
        Axis(message("layers k"), low=0.0, high=float(layers)),
        Axis(message("|gradient|"), log=True, low=10.0**low, high=10.0**high),
        (Mark("y", _SMALLEST_FLOAT32, message("smallest number of float32")),),
    )


@lru_cache(maxsize=16)
def curve(name: str) -> Array:
    """Return a(z) across the plot."""
    return ACTIVATIONS[name].value(_ACROSS)


@lru_cache(maxsize=16)
def slope_curve(name: str) -> tuple[Array, Array]:
    """Return z and a′(z) across the plot, with both ends of each jump and nothing between them."""
    x: list[Array] = []
    y: list[Array] = []
    ends = [-FARTHEST, *FACTS[name].kinks, FARTHEST]
    for low, high in pairwise(ends):
        inside = _ACROSS[(low < _ACROSS) & (high > _ACROSS)]
        # The slope itself is asked a hair's breadth from the kink, on this side of it.
        asked = np.concatenate([[np.nextafter(low, high)], inside, [np.nextafter(high, low)]])
        x += [np.concatenate([[low], inside, [high]]), np.array([math.nan])]
        y += [ACTIVATIONS[name].slope(asked), np.array([math.nan])]
    return np.concatenate(x[:-1]), np.concatenate(y[:-1])


def flat_places(found: Sequence[Zone], among: Array) -> Array:
    """Return places (N,) at which dots say that a function is flat: its edges, and those of some places."""
    places = [np.empty(0)]
    for zone in found:
        places.append(among[(zone.low < among) & (zone.high > among) & (among <= FARTHEST)])
        places.append(np.array([edge for edge in (zone.low, zone.high) if abs(edge) <= FARTHEST]))
    return np.sort(np.concatenate(places))


def _ball(z: float, value: float, colour: int) -> Line:
    return Line("", np.array([z]), np.array([value]), "ball", colour)


def _z_axis() -> Axis:
    return Axis(message("sum z"), low=-FARTHEST, high=FARTHEST)


def _height(chosen: Sequence[str], values: Sequence[float]) -> Axis:
    """Return an axis for a(z) that shows what bends, and all of it only where the place asks for that."""
    high = max(_HEIGHTS.get(name, _UNBOUNDED) for name in chosen)
    high = _WHOLE if max(values) > high else high
    return Axis(message("activation a(z)"), low=-1.2 if {"tanh", "elu"} & {*chosen} else -0.5, high=high)
