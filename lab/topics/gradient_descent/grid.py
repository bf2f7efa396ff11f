"""Parametric experiments: where a descent ends, over starts, over rates, and over rates and steps."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from lab.core.events import Event, Metrics, Progress
from lab.core.experiment import Context, Experiment
from lab.core.figures import Axis, Chart, Field, Line, Link
from lab.core.metaparameters import rate_field
from lab.core.params import ParamError, Params, choice, integer, real
from lab.core.text import message
from lab.maths.descent import NEVER, Descent, Floats, fixed, plain
from lab.maths.functions import TYPED, Function, FunctionParams, function_choice
from lab.topics.gradient_descent.marks import minima_near

OPENS: Final = "gradient_descent.line"
STARTS: Final = 50
RATES: Final = 50
LOWEST_RATE: Final = 1e-10
EPOCHS: Final = tuple(int(count) for count in np.round(np.linspace(10, 500, 40)))


@dataclass(frozen=True, kw_only=True)
class GridParams(FunctionParams):
    """What is varied, and what is kept."""

    function: str = function_choice("ripples")
    first_start: float = real(
        -5.0, -1000.0, 1000.0, label="First start", help="The lowest of the 50 starts.", group="Starts"
    )
    last_start: float = real(
        5.0, -1000.0, 1000.0, label="Last start", help="The highest of the 50 starts.", group="Starts"
    )
    learning_rate: float = rate_field(
        0.01, 1e-10, group="Starts", help="The rate of the descents that begin at different starts."
    )
    start: float = real(
        0.0,
        -1000.0,
        1000.0,
        label="Start",
        help="Where the descents with different learning rates begin.",
        group="Rates",
    )
    highest_rate: float = real(
        0.1,
        1e-6,
        10.0,
        label="Highest rate",
        help="The largest of the 50 learning rates; the smallest is 1e-10.",
        group="Rates",
        scale="log",
        slider=True,
    )
    spacing: str = choice(
        "log",
        {"log": "By equal factors", "linear": "By equal differences"},
        label="Rates apart",
        help="Equal factors give small rates as much room as large ones; equal differences are the course's way.",
        group="Rates",
    )
    steps: int = integer(
        1000,
        1,
        10_000,
        label="Steps",
        help="How many steps each descent takes, over starts and over rates.",
        group="Going down",
        scale="log",
        slider=True,
    )

    def check(self) -> None:
        """Refuse starts that do not follow each other."""
        super().check()
        if not self.first_start < self.last_start:
            raise ParamError(
                "last_start",
                "{field}: {value} is not allowed; allowed is a number above {low}, the first start",
                value=self.last_start,
                low=self.first_start,
            )

    def starts(self) -> Floats:
        """Return the starts (STARTS,)."""
        return np.linspace(self.first_start, self.last_start, STARTS)

    def rates(self) -> Floats:
        """Return the learning rates (RATES,)."""
        if self.spacing == "linear":
            return np.linspace(LOWEST_RATE, self.highest_rate, RATES)
        return np.clip(np.geomspace(LOWEST_RATE, self.highest_rate, RATES), LOWEST_RATE, self.highest_rate)


class Grid(Experiment[GridParams]):
    """Run hundreds of descents at once, and open any of them."""

    id: ClassVar[str] = "gradient_descent.grid"
    title: ClassVar[str] = "Starts, rates and steps"
    params: ClassVar[type[Params]] = GridParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False

    def run(self, params: GridParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step for each of the three experiments."""
        function, rates = params.chosen(), params.rates()
        begin = np.full(RATES, params.start)
        (over_starts,) = _ends(function, params.starts(), params.learning_rate, (params.steps,))
        yield _starts_chart(params, function, over_starts)
        yield Progress(1, 3, 1, 1, False)
        (over_rates,) = _ends(function, begin, rates, (params.steps,))
        yield _rates_chart(params, function, over_rates)
        yield Progress(2, 3, 1, 1, False)
        over_both = _ends(function, begin, rates, EPOCHS)
        yield _heat(params, over_both)
        yield Progress(3, 3, 1, 1, True)
        found = {
            "lowest_x_over_starts": _extreme(over_starts, np.min),
            "highest_x_over_starts": _extreme(over_starts, np.max),
            "x_at_highest_rate": float(over_rates[-1]),
            "x_at_highest_rate_and_most_epochs": float(over_both[-1, -1]),
            "diverged": float(sum(np.isnan(ends).sum() for ends in (over_starts, over_rates, over_both))),
        }
        yield Metrics({name: value for name, value in found.items() if np.isfinite(value)})


def _ends(function: Function, starts: Floats, rates: Floats | float, steps: Sequence[int]) -> Floats:
    """Return where descents (N,) are after each of the numbers of steps, ascending: (len(steps), N), NaN for those that
    left.
    """
    descent = Descent(function.slope, starts, plain(fixed(rates)), function.reach(starts))
    ends = np.full((len(steps), len(starts)), np.nan)
    for place, wanted in enumerate(steps):
        while descent.steps < wanted and descent.going:
            descent.step()
        ends[place] = np.where(descent.left_at == NEVER, descent.positions, np.nan)
    return ends


def _extreme(values: Floats, choose: Callable[[Floats], Any]) -> float:
    known = values[np.isfinite(values)]
    return float(choose(known)) if len(known) else np.nan


def _link(params: GridParams, start: float, rate: float, steps: int) -> Link:
    """Return one descent as the parameters of its own experiment; repr gives back the same numbers."""
    texts = {
        "function": params.function,
        "start": repr(float(start)),
        "learning_rate": repr(float(rate)),
        "steps": str(int(steps)),
    }
    if params.function == TYPED:
        texts |= {"expression": params.expression, "low": repr(params.low), "high": repr(params.high)}
    return Link(OPENS, texts)


def _end_axis(ends: Floats) -> Axis:
    left = int(np.isnan(ends).sum())
    if left:
        return Axis(message("x at the end; {left} left the range", left=left))
    return Axis(message("x at the end"))


def _starts_chart(params: GridParams, function: Function, ends: Floats) -> Chart:
    starts = params.starts()
    links = tuple(_link(params, start, params.learning_rate, params.steps) for start in starts)
    line = Line(message("descent"), starts, ends, "line + points", 0, links)
    return Chart("starts", (line,), Axis(message("start")), _end_axis(ends), minima_near(function, ends))


def _rates_chart(params: GridParams, function: Function, ends: Floats) -> Chart:
    rates = params.rates()
    links = tuple(_link(params, params.start, rate, params.steps) for rate in rates)
    line = Line(message("descent"), rates, ends, "line + points", 1, links)
    axis = Axis(message("learning rate"), log=params.spacing == "log")
    return Chart("rates", (line,), axis, _end_axis(ends), minima_near(function, ends))


def _heat(params: GridParams, ends: Floats) -> Field:
    """Return the ends (EPOCHS, RATES) as a map, infinite where a descent left the range."""
    rates = params.rates()
    log = params.spacing == "log"
    across = np.log(rates) if log else rates
    half = (across[-1] - across[0]) / (2 * (RATES - 1))
    low, high = across[0] - half, across[-1] + half
    half_up = (EPOCHS[-1] - EPOCHS[0]) / (2 * (len(EPOCHS) - 1))
    return Field(
        "heat",
        np.where(np.isnan(ends), np.inf, ends),
        Axis(message("learning rate"), log=log),
        Axis(message("steps, rounded")),
        (float(np.exp(low)), float(np.exp(high))) if log else (float(low), float(high)),
        (float(EPOCHS[0] - half_up), float(EPOCHS[-1] + half_up)),
        message("x at the end"),
        smooth=False,
        links=tuple(_link(params, params.start, rate, steps) for steps in EPOCHS for rate in rates),
    )


EXPERIMENT = Grid
