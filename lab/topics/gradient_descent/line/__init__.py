"""Gradient descent in one dimension, step by step."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Table
from lab.core.metaparameters import rate_field, seed_field
from lab.core.params import Params, integer, real
from lab.core.quantities import metrics, program
from lab.data.store import DataStore
from lab.maths.functions import FunctionParams
from lab.topics.gradient_descent.line.figures import charts, numbers_table, zeros_table
from lab.topics.gradient_descent.line.walk import Walk


@dataclass(frozen=True, kw_only=True)
class LineParams(FunctionParams):
    """What is descended, from where, and in which steps."""

    start: float = real(
        -0.998,
        -1000.0,
        1000.0,
        label="Start",
        help="Where the ball begins. Click on the curve to put it.",
        group="Going down",
    )
    learning_rate: float = rate_field(
        low=1e-10, group="Going down", help="A step goes by this times the slope, downhill."
    )
    steps: int = integer(
        100,
        1,
        10_000,
        label="Steps",
        help="How many steps the ball takes, unless it leaves the range before.",
        group="Going down",
        scale="log",
        slider=True,
    )
    many_starts: int = integer(
        1000,
        1,
        10_000,
        label="Random starts",
        help="How many other balls start anywhere in the range and go down with the same rate, for the histogram.",
        group="Going down",
        scale="log",
    )
    seed: int = seed_field(0, group="Going down", help="With the same seed the random starts are the same.")


class LineDescent(Experiment[LineParams]):
    """Let a ball go down a curve."""

    id: ClassVar[str] = "gradient_descent.line"
    title: ClassVar[str] = "Descent on a line"
    params: ClassVar[type[Params]] = LineParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 20.0
    starts_on: ClassVar[tuple[str, ...]] = ("start",)

    def __init__(self) -> None:
        self._walk: Walk | None = None

    def prepare(self, params: LineParams) -> None:
        """Put the balls where they start."""
        self._walk = _walk(params)

    def preview(self, params: LineParams, data: DataStore) -> Iterator[Event]:
        """Show the ball with its first step, and what is to come."""
        walk = _walk(params)
        walk.run_ahead()
        yield from _figures(walk, 0)
        ending = walk.ending()
        if ending is not None and walk.at == 0:
            yield Remark("diverged", ending, "warning")

    def run(self, params: LineParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step a step."""
        walk = self._walk = self._walk or _walk(params)
        yield from context.made(_figures(walk, 0), everything=True)
        while walk.going:
            walk.step()
            yield from context.made(_live(walk, walk.at), everything=not walk.going)
            yield Progress(walk.at, walk.steps, 1, 1, not walk.going)
        ending = walk.ending()
        if ending is not None:
            yield Remark("diverged", ending, "warning")
        yield metrics([walk.result()])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the ball is."""
        if self._walk is not None:
            yield from _figures(self._walk, self._walk.at)


def _walk(params: LineParams) -> Walk:
    return Walk(params.chosen(), params.start, params.learning_rate, params.steps, params.many_starts, params.seed)


def _figures(walk: Walk, step: int) -> Iterator[Event]:
    yield from _live(walk, step)
    yield lazily(Table, "zeros", zeros_table, walk.function)


def _live(walk: Walk, step: int) -> Iterator[Event]:
    """Yield what changes with each step."""
    yield from charts(walk, step)
    yield lazily(Table, "numbers", numbers_table, walk, step)
    # What is no number where the ball comes to is not printed.
    yield lazily(Code, "code", lambda: program([walk.result()]))


EXPERIMENT = LineDescent
