"""Gradient descent in two dimensions: a race of optimisers, and the map of where every start would end."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.metaparameters import rate_field
from lab.core.params import ParamError, Params, choice, flag, integer, real, reals, text
from lab.core.quantities import Numbers, Quantity, metrics, program
from lab.core.text import message
from lab.data.store import DataStore
from lab.maths.descent import Descent
from lab.nets.registry.optimisers import IN_NUMPY, numpy_optimiser, torch_code
from lab.topics.gradient_descent.plane import figures as figures
from lab.topics.gradient_descent.plane.basins import Basins
from lab.topics.gradient_descent.plane.surfaces import SURFACES, TYPED, Surface, surface
from lab.topics.gradient_descent.programs import descent_lines

REACH = 3.0
"""A descent is followed until it is so many sizes of the map away from its middle."""


@dataclass(frozen=True, kw_only=True)
class PlaneParams(Params):
    """Which surface, from where, and how."""

    function: str = choice(
        "peaks",
        {**{name: entry[0] for name, entry in SURFACES.items()}, TYPED: "Typed"},
        label="Function",
        help="The surface that is descended.",
        group="Function",
    )
    expression: str = text(
        "x^2 + 10y^2",
        label="Formula",
        help="A function of x and y, for instance x^2 + 10y^2, with sin, cos, exp, log, sqrt, abs, pi and others.",
        group="Function",
        longest=200,
        when=("function", (TYPED,)),
    )
    span: float = real(
        3.0,
        0.001,
        1000.0,
        label="Range",
        help="A typed function is shown from minus this to this.",
        group="Function",
        when=("function", (TYPED,)),
    )
    start: tuple[float, float] = reals(
        (0.5, -1.0),
        -1000,
        1000,
        length=(2, 2),
        label="Start",
        help="Where the ball is put, x and y. Click on the map to put it elsewhere.",
        group="Going down",
    )
    optimiser: str = choice(
        "sgd",
        IN_NUMPY,
        label="Optimiser",
        help="How the gradient becomes a step; the map is made by it.",
        group="Going down",
    )
    race: bool = flag(
        True, label="Race", help="Let the other optimisers start from the same place.", group="Going down"
    )
    learning_rate: float = rate_field(low=1e-6, group="Going down", help="How far a step goes, for a gradient of one.")
    momentum: float = real(
        0.9,
        0.0,
        0.999,
        label="Momentum",
        help="The share of its velocity that the ball with momentum keeps at each step.",
        group="Going down",
        slider=True,
    )
    steps: int = integer(1000, 1, 20_000, label="Steps", help="How long it runs.", group="Going down", scale="log")
    basins: bool = flag(
        True,
        label="Map of basins",
        help="Let a descent begin at every pixel of a second map, coloured by where it ends.",
        group="Map",
    )
    resolution: int = integer(
        200,
        20,
        600,
        label="Resolution",
        help="Pixels a side of the map of basins.",
        group="Map",
        scale="log",
        when=("basins", (True,)),
    )

    def check(self) -> None:
        """Refuse a typed function that cannot be read or has no value, and a start where it has none."""
        chosen = self.surface()
        if self.function == TYPED and not np.isfinite(chosen.values).any():
            raise ParamError(
                "expression",
                "{field}: it has no value anywhere from {low} to {high}; choose another range",
                low=-self.span,
                high=self.span,
            )
        at = np.array(self.start)
        if not (np.isfinite(chosen.value(at)) and np.isfinite(chosen.slope(at)).all()):
            raise ParamError("start", "{field}: the function has no value or no slope at {place}", place=self.start)

    def surface(self) -> Surface:
        """Return the surface and its map."""
        if self.function == TYPED:
            return surface(self.expression, (-self.span, self.span), (-self.span, self.span))
        return surface(*SURFACES[self.function][1:])

    def racers(self) -> tuple[str, ...]:
        """Return the names of the optimisers that run, the chosen one first."""
        others = tuple(name for name in IN_NUMPY if name != self.optimiser) if self.race else ()
        return (self.optimiser, *others)


class Plane(Experiment[PlaneParams]):
    """Let optimisers run from one start, and one of them from everywhere."""

    id: ClassVar[str] = "gradient_descent.plane"
    title: ClassVar[str] = "Descent in two dimensions"
    params: ClassVar[type[Params]] = PlaneParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 60.0
    starts_on: ClassVar[tuple[str, ...]] = ("start",)
    queries: ClassVar[tuple[str, ...]] = ("at",)

    def prepare(self, params: PlaneParams) -> None:
        """Put all racers to the start."""
        self._params, self._surface = params, params.surface()
        sizes = [high - low for low, high in (self._surface.x_range, self._surface.y_range)]
        middles = np.array([sum(self._surface.x_range) / 2, sum(self._surface.y_range) / 2])
        limits = np.maximum(np.abs(np.array(params.start) - middles), REACH * max(sizes))
        self._limits = middles - limits, middles + limits
        self._racers = {
            name: Descent(
                self._surface.slope,
                params.start,
                numpy_optimiser(name, params.learning_rate, params.momentum),
                self._limits,
                vectors=True,
            )
            for name in params.racers()
        }
        self._paths: dict[str, list[Array]] = {name: [racer.positions] for name, racer in self._racers.items()}
        self._at: tuple[float, float] | None = None
        self._basins: Basins | None = None

    def preview(self, params: PlaneParams, data: DataStore) -> Iterator[Event]:
        """Show the surface, the start and its gradient."""
        self.prepare(params)
        yield from self._whole()

    def run(self, params: PlaneParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step of all racers, and of the map, at a time."""
        basins = self._basins = self._new_map() if params.basins else None
        yield from context.made(self._whole(), everything=True)
        chosen, fresh = self._racers[params.optimiser], False
        for step in range(1, params.steps + 1):
            self._advance()
            if basins is not None:
                fresh = bool(basins.step()) or fresh
            last = step == params.steps or not chosen.going
            if basins is not None and (last or (fresh and context.due(Field, "basins"))):
                fresh = False
                yield from context.made((self._map(),), everything=True)
            yield from context.made(self._live(), everything=last)
            yield Progress(step, params.steps, 1, 1, False)
            if last:
                break
        if not chosen.going:
            yield self._left(chosen.steps)
        yield metrics([self._result()])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show the gradient `at` a place."""
        if request.get("at", self._at) != self._at:
            self._at = request["at"]
            yield self._gradient()
            yield lazily(Overlay, "plane", lambda: figures.overlay(self._surface, self._walked(), self._at))
            return
        # The run came to rest: everything is shown as it is now.
        yield from self._whole()

    def _new_map(self) -> Basins:
        params, shown = self._params, self._surface
        rule = numpy_optimiser(params.optimiser, params.learning_rate, params.momentum)
        return Basins(shown.partials, shown.curvatures, rule, shown.x_range, shown.y_range, params.resolution)

    def _advance(self) -> None:
        for name, racer in self._racers.items():
            if racer.going:
                racer.step()
                self._paths[name].append(racer.positions)

    def _whole(self) -> Iterator[Event]:
        """Yield everything as it is now."""
        yield lazily(Field, "plane", figures.height, self._surface)
        yield self._map()
        yield lazily(Code, "code", lambda: program([self._result()]))
        yield from self._live()

    def _map(self) -> Event:
        if self._basins is None:
            return lazily(Field, "basins", figures.empty_map, self._surface)
        return lazily(Field, "basins", figures.basins_map, self._surface, self._basins)

    def _live(self) -> Iterator[Event]:
        """Yield what changes with each step."""
        yield lazily(Overlay, "plane", lambda: figures.overlay(self._surface, self._walked(), self._at))
        yield lazily(Chart, "heights", lambda: figures.heights(self._surface, self._walked()))
        yield self._gradient()
        yield lazily(Table, "race", lambda: figures.race(self._surface, self._walked(), self._going()))

    def _gradient(self) -> Event:
        return lazily(Table, "gradient", figures.gradient, self._surface, self._at or self._params.start)

    def _walked(self) -> dict[str, Array]:
        """Return the places (steps + 1, 2) of each racer so far."""
        return {name: np.array(path) for name, path in self._paths.items()}

    def _going(self) -> dict[str, bool]:
        return {name: racer.going for name, racer in self._racers.items()}

    def _left(self, step: int) -> Remark:
        path = self._paths[self._params.optimiser]
        return Remark(
            "diverged",
            message(
                "At step {step} the descent left the map: it went from ({x}, {y}) to ({far_x}, {far_y}). "
                "Try a learning rate below {rate}.",
                step=step,
                x=float(path[-2][0]),
                y=float(path[-2][1]),
                far_x=float(path[-1][0]),
                far_y=float(path[-1][1]),
                rate=f"{self._params.learning_rate / 3:.2g}",
            ),
            "warning",
        )

    def _result(self) -> Numbers:
        """Return where the chosen one came to, the others and the map, and the program of the chosen one."""
        params, chosen, path = self._params, self._racers[self._params.optimiser], self._paths[self._params.optimiser]
        at = path[-1] if chosen.going else path[-2]
        found: list[tuple[float, str, str]] = [
            (float(at[0]), "x", "end[0].item()"),
            (float(at[1]), "y", "end[1].item()"),
            (float(self._surface.value(at)), "value", "f(*end).item()"),
            (chosen.steps, "steps", "step"),
            (int(not chosen.going), "diverged", "int(not going)"),
        ]
        for name, racer in self._racers.items():
            if name != params.optimiser and racer.going:
                found.append((float(self._surface.value(racer.positions)), f"{name}_value", ""))
        if self._basins is not None:
            found.append((len(self._basins.ends), "minima", ""))
            found.append((1 - self._basins.moving / params.resolution**2, "settled", ""))
        quantities = tuple(Quantity("", value, "", name, code, listed=False) for value, name, code in found)
        optimiser = torch_code(params.optimiser, params.learning_rate, params.momentum, "[at]")
        setup = descent_lines(self._surface.expression, params.start, optimiser, params.steps, self._limits)
        return Numbers(quantities, setup=(*setup, "end = at.detach() if going else last"))


EXPERIMENT = Plane
