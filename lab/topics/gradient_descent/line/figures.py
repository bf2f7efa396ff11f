"""What is shown of a descent in one dimension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from lab.core.events import Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.descent import Floats
from lab.maths.functions import Function, visible
from lab.maths.stationary import Kind, Stationary
from lab.topics.gradient_descent.line.walk import Walk
from lab.topics.gradient_descent.marks import MOST_ZEROS, kind_words, minima_near

BINS = 80
COLOURS: Mapping[Kind, int] = {"minimum": 2, "maximum": 3, "inflection": 4, "flat": 5}
MOST_MARKERS = 200
"""Steps up to which each is marked on its curve."""


def charts(walk: Walk, step: int) -> Iterator[Event]:
    """Yield all charts of the ball after `step`; of the others where they are now."""
    yield lazily(Chart, "function", function_chart, walk, step)
    yield lazily(Chart, "derivative", derivative_chart, walk, step)
    yield lazily(Chart, "steps", _places, walk, step)
    yield lazily(Chart, "gradients", _slopes, walk, step)
    yield lazily(Chart, "ends", ends_chart, walk)


def function_chart(walk: Walk, step: int) -> Chart:
    """Return the function with the ball, its tangent, its earlier and its next place."""
    shown = walk.shown(step)
    x, slope = walk.x[step], walk.slopes[step]
    places = np.array([x, walk.next(step)])
    been = walk.x[: step + 1].copy()
    values, trail = shown.expression(places), shown.expression(been)
    room = visible(np.append(shown.values, values[0]))
    low, high = room if room is not None else (None, None)
    across = _tangent_half_width(shown, slope, 1.0 if room is None else room[1] - room[0])
    across = across if np.isfinite(places[1]) else np.nan
    beside = np.array([x - across, x + across])
    lines = (
        Line(walk.function.formulas[0], shown.x, shown.values, "line", 0),
        Line(message("trail"), been[:-1], trail[:-1], "points", -1),
        Line(message("tangent"), beside, values[0] + slope * (beside - x), "dashes", 2),
        Line(message("next step"), places, values, "line + points", 3),
        Line(message("ball"), places[:1], values[:1], "ball", 1),
    )
    marks = tuple(Mark("x", zero.x, kind_words(zero.kind)) for zero in shown.zeros[:MOST_ZEROS])
    axis = Axis(message("parameter x"), low=shown.low, high=shown.high)
    return Chart("function", lines, axis, Axis("f(x)", low=low, high=high), marks, picks="start")


def derivative_chart(walk: Walk, step: int) -> Chart:
    """Return the derivative with the ball, and its zeros by what they are."""
    shown = walk.shown(step)
    x, slope = walk.x[step : step + 1].copy(), walk.slopes[step : step + 1].copy()
    room = visible(np.concatenate([shown.slopes, slope, [0.0]]))
    low, high = room if room is not None else (None, None)
    kinds: dict[Kind, list[float]] = {}
    for zero in shown.zeros[:MOST_ZEROS]:
        kinds.setdefault(zero.kind, []).append(zero.x)
    lines = (
        Line("f′(x)", shown.x, shown.slopes, "line", 0),
        *(
            Line(kind_words(kind), np.array(found), np.zeros(len(found)), "points", COLOURS[kind])
            for kind, found in kinds.items()
        ),
        Line(message("ball"), x, slope, "ball", 1),
    )
    axis = Axis(message("parameter x"), low=shown.low, high=shown.high)
    return Chart("derivative", lines, axis, Axis("f′(x)", low=low, high=high), (Mark("y", 0.0),), picks="start")


def ends_chart(walk: Walk) -> Chart:
    """Return where the many starts are now, as a histogram over the range that is shown."""
    function = walk.shown(walk.at)
    there = walk.others[np.isfinite(walk.others)]
    counts, edges = np.histogram(there, BINS, (function.low, function.high))
    left = walk.others_left
    if left:
        label = message("parameter x after {step} steps; {left} starts left the range", step=walk.at, left=left)
    else:
        label = message("parameter x after {step} steps", step=walk.at)
    bars = Line("", (edges[:-1] + edges[1:]) / 2, counts.astype(np.float64), "bars", 4)
    marks = tuple(Mark("x", zero.x, kind_words(zero.kind)) for zero in walk.function.zeros if zero.kind == "minimum")
    y = Axis(message("starts of {count}", count=len(walk.others)), low=0.0)
    return Chart("ends", (bars,), Axis(label, low=function.low, high=function.high), y, marks[:MOST_ZEROS])


@lru_cache(maxsize=16)
def zeros_table(function: Function) -> Table:
    """Return the zeros of the derivative, and what the signs on both sides say of each."""
    columns = ("x", message("f′ around"), message("kind"), "f(x)", "f″(x)")
    rows = tuple(_zero_row(function, zero) for zero in function.zeros[:MOST_ZEROS])
    note = message("A zero of the derivative is only a candidate: at a minimum f′ goes from − to +.")
    if not rows:
        note = message("The derivative is zero nowhere in this range.")
    elif len(function.zeros) > MOST_ZEROS:
        note = message("The first {shown} of {count} are listed.", shown=MOST_ZEROS, count=len(function.zeros))
    return Table("zeros", columns, rows or ((Cell("–"), *(Cell(None) for _ in columns[1:])),), note)


def numbers_table(walk: Walk, step: int) -> Table:
    """Return one step as arithmetic."""
    x, slope, then = float(walk.x[step]), float(walk.slopes[step]), walk.next(step)
    rate, (function, derivative, _) = f"{walk.rate:.7g}", walk.function.formulas
    moved = Quantity("−η · f′(x)", -walk.rate * slope, f"−{rate} · ({slope:.7g})")
    arrived = Quantity(message("next x"), then, f"{x:.7g} − {rate} · ({slope:.7g})", mark="strong")
    if not np.isfinite(then):
        none = message("There is no next step.")
        moved, arrived = (Quantity(each.label, None, none) for each in (moved, arrived))
    quantities = (
        Quantity(message("step"), step, message("of {steps}", steps=walk.steps)),
        Quantity("x", x, message("where the ball is"), mark="strong"),
        Quantity("f(x)", walk.value(step), function),
        Quantity("f′(x)", slope, derivative),
        moved,
        arrived,
    )
    note = message("η is the learning rate. The next place is x − η · f′(x).")
    return Numbers(quantities, note=note).table


def _tangent_half_width(shown: Function, slope: float, height: float) -> float:
    """Return how far a tangent reaches to both sides, so that steep ones are not longer than others."""
    across = 0.14 * shown.width
    steep = abs(slope) * across / (0.4 * height) if np.isfinite(slope) else 0.0
    return across / max(1.0, steep)


def _places(walk: Walk, step: int) -> Chart:
    return _course(walk, step, "steps", walk.x, message("parameter x"), minima_near(walk.function, walk.x))


def _slopes(walk: Walk, step: int) -> Chart:
    return _course(walk, step, "gradients", walk.slopes, message("gradient f′(x)"), (Mark("y", 0.0),))


def _course(walk: Walk, step: int, name: str, values: Floats, label: Message, marks: tuple[Mark, ...]) -> Chart:
    """Return a quantity over the steps; those still to come, where they are known, as a thin line."""
    count = np.arange(walk.steps + 1, dtype=np.float64)
    done = Line(
        message("until now"),
        count[: step + 1],
        values[: step + 1].copy(),
        "line + points" if step <= MOST_MARKERS else "line",
        1,
    )
    lines: tuple[Line, ...] = (done,)
    if walk.at > step:
        ahead = slice(step, walk.at + 1)
        lines = (Line(message("to come"), count[ahead], values[ahead].copy(), "thin", -1), done)
    return Chart(name, lines, Axis(message("step"), low=0.0, high=float(walk.steps)), Axis(label), marks)


def _zero_row(function: Function, zero: Stationary) -> tuple[Cell, ...]:
    x = zero.x
    place = Cell(x) if zero.low == zero.high else Cell(f"{zero.low:.6g} … {zero.high:.6g}")
    value, bend = float(function.expression(x)), float(function.second(x))
    left, right = ({-1: "−", 0: "0", 1: "+"}[sign] for sign in (zero.left, zero.right))
    signs = Cell(f"{left} 0 {right}", message("The signs of f′ on the left, at the place itself, and on the right."))
    return (
        place,
        signs,
        Cell(kind_words(zero.kind), _reason(zero.kind), "good" if zero.kind == "minimum" else ""),
        Cell(value),
        Cell(bend, function.formulas[2]),
    )


def _reason(kind: Kind) -> Message:
    match kind:
        case "minimum":
            return message("The function falls before it and climbs behind it.")
        case "maximum":
            return message("The function climbs before it and falls behind it: a descent moves away from here.")
        case "inflection":
            return message("The function goes on in the same direction: the slope only pauses here.")
        case "flat":
            return message("The slope is zero on at least one side: a descent that comes here stays.")
