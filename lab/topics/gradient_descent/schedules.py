"""Three schedules of the learning rate side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Event
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.metaparameters import rate_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, real
from lab.core.quantities import DOUBLE, Lines, Numbers, Quantity, Tolerance
from lab.core.text import Message, message
from lab.maths.descent import (
    NEVER,
    Floats,
    Schedule,
    Trajectory,
    by_gradient,
    by_time,
    descend,
    fixed,
    plain,
    side_by_side,
)
from lab.maths.expressions.programs import in_torch
from lab.maths.functions import Function, FunctionParams, function_choice, visible
from lab.topics.gradient_descent.marks import minima_near

NAMES: Final = ("fixed", "by_gradient", "by_time")


@dataclass(frozen=True, kw_only=True)
class SchedulesParams(FunctionParams):
    """What is descended, from where, and the rate that the schedules begin with."""

    function: str = function_choice("ripples")
    start: float = real(
        1.0,
        -1000.0,
        1000.0,
        label="Start",
        help="Where all three begin. Click on the curve to put it.",
        group="Going down",
    )
    learning_rate: float = rate_field(0.1, 1e-6, group="Going down", help="The rate η that the schedules multiply.")
    steps: int = integer(50, 1, 100, label="Steps", help="How many steps each takes.", group="Going down", slider=True)
    shown_step: int = integer(
        100,
        0,
        100,
        label="Shown step",
        help="After how many steps the three balls are shown; at most at the end. Drag it to see them race.",
        group="Going down",
        slider=True,
    )


class Schedules(NumbersPage[SchedulesParams]):
    """Go down with a fixed rate, one by the gradient, one by the time."""

    id: ClassVar[str] = "gradient_descent.schedules"
    title: ClassVar[str] = "Schedules of the learning rate"
    params: ClassVar[type[Params]] = SchedulesParams

    def figures(self, params: SchedulesParams) -> Iterator[Event]:
        """Show where the three come to, and on which way."""
        function, came, rates = _ways(params)
        low, high = function.reach(params.start)
        # What left has a place that is out of the picture, and no way from there.
        inside = (came.positions >= low) & (came.positions <= high)
        positions = np.where(inside, came.positions, np.nan)
        shown = min(params.shown_step, params.steps)
        now = () if shown == params.steps else (Mark("x", float(shown)),)
        yield _curve(function, positions, shown)
        yield _courses("parameter", positions, message("parameter x"), (*minima_near(function, positions), *now))
        yield _courses("gradient", came.gradients, message("gradient f′(x)"), (Mark("y", 0.0), *now))
        yield _courses("rate", rates, message("learning rate"), now)
        yield _places(function, came, shown)

    def numbers(self, params: SchedulesParams) -> Sequence[Numbers]:
        """Return where the three come to."""
        function, came, rates = _ways(params)
        low, high = (float(end) for end in function.reach(params.start))
        quantities: list[Quantity] = []
        for place, name in enumerate(NAMES):
            diverged = came.left_at[place] != NEVER
            x, label = float(came.positions[-1, place]), _name(name)
            if not diverged:
                # By how much a step changes a small difference; where the rate follows the gradient, twice as much.
                bends = function.second(came.positions[:-1, place]) * rates[:, place] * (1 + (name == "by_gradient"))
                tolerance = _tolerance(np.abs(1 - bends))
                found = (
                    (x, "x"),
                    (float(function.expression(x)), "value"),
                    (float(came.gradients[-1, place]), "gradient"),
                )
                quantities += [
                    Quantity(
                        label,
                        value,
                        "",
                        f"{name}_{what}",
                        f'ends["{name}"]["{what}"]',
                        listed=False,
                        tolerance=tolerance,
                    )
                    for value, what in found
                ]
            quantities.append(
                Quantity(label, int(diverged), "", f"{name}_diverged", f'int(ends["{name}"]["diverged"])', listed=False)
            )
        setup = _program(function, params, low, high)
        return [Numbers(quantities, setup=setup, checked=message("The same descents by torch.optim.SGD."))]


@lru_cache(maxsize=4)
def _ways(params: SchedulesParams) -> tuple[Function, Trajectory, Floats]:
    """Return the function, the three descents, and their learning rates (steps, 3)."""
    function = params.chosen().around(params.start, params.start)
    schedule = side_by_side(_schedules(params))
    limits = function.reach(params.start)
    came = descend(function.slope, np.full(3, params.start), plain(schedule), params.steps, limits)
    rates = np.array([schedule(step, came.gradients[step]) for step in range(params.steps)])
    return function, came, rates


def _tolerance(growth: Floats) -> Tolerance:
    """Return what rounding can come to, where each step multiplies a difference by `growth` (steps,)."""
    magnified = 0.0
    for factor in growth.tolist():
        magnified = magnified * factor + 1
    if magnified < 1000:
        return DOUBLE
    words = message("The steps magnify what is rounded, {factor} times in all.", factor=f"{magnified:.2g}")
    return Tolerance(DOUBLE.relative, 1e-12 * magnified, words)


def _program(function: Function, params: SchedulesParams, low: float, high: float) -> Lines:
    rate, steps = params.learning_rate, params.steps
    return (
        "import torch",
        "",
        "",
        "def f(x):",
        f"    return {in_torch(function.expression)}",
        "",
        "",
        "rates = {",
        f'    "fixed": lambda step, slope: {rate!r},',
        f'    "by_gradient": lambda step, slope: {rate!r} * abs(slope),',
        f'    "by_time": lambda step, slope: {rate!r} * (1 - (step + 1) / {steps}),',
        "}",
        "ends = {}",
        "for name, rate in rates.items():",
        f"    x = torch.tensor({params.start!r}, dtype=torch.float64, requires_grad=True)",
        "    optimiser = torch.optim.SGD([x], lr=1.0)",
        f"    for step in range({steps + 1}):",
        "        optimiser.zero_grad()",
        "        value = f(x)",
        "        value.backward()",
        f"        going = {low!r} <= x.item() <= {high!r} and bool(value.isfinite() and x.grad.isfinite())",
        f"        if step == {steps} or not going:",
        "            break",
        CodeLine(
            '        optimiser.param_groups[0]["lr"] = rate(step, x.grad.item())', why=message("before each step anew")
        ),
        "        optimiser.step()",
        '    ends[name] = {"x": x.item(), "value": value.item(), "gradient": x.grad.item(), "diverged": not going}',
    )


def _schedules(params: SchedulesParams) -> tuple[Schedule, ...]:
    rate = params.learning_rate
    return fixed(rate), by_gradient(rate), by_time(rate, params.steps)


def _name(name: str) -> Message:
    match name:
        case "fixed":
            return message("fixed")
        case "by_gradient":
            return message("gradient")
        case _:
            return message("time")


def _rule(name: str) -> str:
    return {"fixed": "η", "by_gradient": "η · |f′(x)|", "by_time": "η · (1 − (i + 1) / n)"}[name]


def _curve(function: Function, positions: Floats, shown: int) -> Chart:
    """Return the function with three balls, each where its descent is after so many steps."""
    room = visible(function.values)
    low, high = room if room is not None else (None, None)
    lines = [Line(function.formulas[0], function.x, function.values, "line", 0)]
    values = function.expression(positions[shown])
    for place, name in enumerate(NAMES):
        one = slice(place, place + 1)
        lines.append(Line(_name(name), positions[shown, one], values[one], "ball", 1 + place))
    marks = (Mark("x", float(positions[0, 0]), message("start")),)
    axis = Axis(message("parameter x"), low=function.low, high=function.high)
    return Chart("function", tuple(lines), axis, Axis("f(x)", low=low, high=high), marks, picks="start")


def _courses(name: str, values: Floats, label: Message, marks: tuple[Mark, ...]) -> Chart:
    """Return a quantity (steps, 3) over the steps."""
    count = np.arange(len(values), dtype=np.float64)
    lines = tuple(
        Line(_name(schedule), count, values[:, place], "line", 1 + place) for place, schedule in enumerate(NAMES)
    )
    return Chart(name, lines, Axis(message("step"), low=0.0), Axis(label), marks)


def _places(function: Function, came: Trajectory, shown: int) -> Table:
    rows = []
    for place, name in enumerate(NAMES):
        left = int(came.left_at[place])
        title = Cell(_name(name), _rule(name))
        x = float(came.positions[shown, place])
        if NEVER != left <= shown:
            why = message("It left the range after step {step}. Try a smaller learning rate.", step=left)
            rows.append((title, Cell(message("left the range"), why, "bad"), Cell(None, why), Cell(None, why)))
            continue
        rows.append(
            (
                title,
                Cell(x, message("the parameter after step {step}", step=shown), "strong"),
                Cell(float(function.expression(x)), function.formulas[0]),
                Cell(float(came.gradients[shown, place]), function.formulas[1]),
            )
        )
    columns = (message("rate by"), message("x after step {step}", step=shown), "f(x)", "f′(x)")
    note = message("fixed: η. gradient: η · |f′(x)|. time: η · (1 − (i + 1) / n), with i from 0 to n − 1.")
    return Table("places", columns, tuple(rows), note)


EXPERIMENT = Schedules
