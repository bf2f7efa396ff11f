"""Three schedules of the learning rate side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from lab.core.events import Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.metaparameters import rate_field
from lab.core.params import Params, integer, real
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


class Schedules(ClosedForm[SchedulesParams]):
    """Go down with a fixed rate, one by the gradient, one by the time."""

    id: ClassVar[str] = "gradient_descent.schedules"
    title: ClassVar[str] = "Schedules of the learning rate"
    params: ClassVar[type[Params]] = SchedulesParams

    def compute(self, params: SchedulesParams) -> Iterator[Event]:
        """Show where the three come to, and on which way."""
        function = params.chosen().around(params.start, params.start)
        schedule = side_by_side(_schedules(params))
        low, high = function.reach(params.start)
        came = descend(function.slope, np.full(3, params.start), plain(schedule), params.steps, (low, high))
        rates = np.array([schedule(step, came.gradients[step]) for step in range(params.steps)])
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
        yield Metrics(_metrics(function, came))

    def verify(self, params: SchedulesParams) -> Iterator[Event]:
        """Go the same ways with torch.optim.SGD, whose rate is set before each step."""
        import torch

        function = params.chosen().around(params.start, params.start)
        low, high = function.reach(params.start)
        rows = []
        for name, schedule in zip(NAMES, _schedules(params), strict=True):
            x = torch.tensor(params.start, dtype=torch.float64, requires_grad=True)
            optimiser = torch.optim.SGD([x], lr=1.0)
            for step in range(params.steps):
                slope = function.slope(x.detach().numpy()[None])
                if not np.isfinite(slope).all() or not low <= x.item() <= high:
                    break
                optimiser.param_groups[0]["lr"] = float(np.asarray(schedule(step, slope)).item())
                x.grad = torch.tensor(slope[0], dtype=torch.float64)
                optimiser.step()
            rows.append((Cell(_name(name)), Cell(x.item(), message("torch.optim.SGD, float64"))))
        columns = (message("rate by"), message("x at the end"))
        yield Table("torch", columns, tuple(rows), message("The same descents by torch.optim.SGD."))


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


def _metrics(function: Function, came: Trajectory) -> dict[str, float]:
    found = {}
    for place, name in enumerate(NAMES):
        if came.left_at[place] == NEVER:
            x = float(came.positions[-1, place])
            found[f"{name}_x"] = x
            found[f"{name}_value"] = float(function.expression(x))
            found[f"{name}_gradient"] = float(came.gradients[-1, place])
        found[f"{name}_diverged"] = float(came.left_at[place] != NEVER)
    return found


EXPERIMENT = Schedules
