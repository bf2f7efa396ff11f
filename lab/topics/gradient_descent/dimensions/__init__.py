"""Why local minima are rare in many dimensions: the signs of the eigenvalues of random Hessians.

The chance that all of them are positive falls as exp(−n² ln 3 / 4): Dean and Majumdar, "Large deviations of extreme
eigenvalues of random matrices", Physical Review Letters 97, 160201 (2006). That flat places are saddles at first and
minima only far down, where all eigenvalues are shifted upwards: Bray and Dean, Physical Review Letters 98, 150201
(2007), and for networks Dauphin and others, NeurIPS 2014.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.metaparameters import seed_field
from lab.core.params import Params, choice, integer, real, reals
from lab.core.quantities import Numbers, metrics, program
from lab.data.store import DataStore
from lab.topics.gradient_descent.dimensions import saddle
from lab.topics.gradient_descent.dimensions.figures import numbers, share_chart, spectrum
from lab.topics.gradient_descent.dimensions.hessians import ENSEMBLES, MOST_DIMENSIONS, Drawn, batches, draw
from lab.topics.gradient_descent.dimensions.result import result

MOST_KNOWN = 500
"""Dimensions that are remembered."""
Key = tuple[str, int, float, int, int]


@dataclass(frozen=True, kw_only=True)
class DimensionsParams(Params):
    """Which Hessians are drawn, and the one of two dimensions beside them."""

    dimensions: int = integer(
        10,
        1,
        MOST_DIMENSIONS,
        label="Dimensions",
        help="How many parameters at most; each step of the run takes one more.",
        group="Hessians",
        slider=True,
    )
    samples: int = integer(
        5000,
        10,
        100_000,
        label="Flat places",
        help="How many random Hessians are drawn in each dimension.",
        group="Hessians",
        scale="log",
    )
    distribution: str = choice(
        "goe",
        ENSEMBLES,
        label="Hessian",
        help="Random symmetric: the Gaussian orthogonal ensemble. Diagonal: each curvature is drawn for itself.",
        group="Hessians",
    )
    shift: float = real(
        0.0,
        0.0,
        1.5,
        label="Shift",
        help="Added to all eigenvalues, times √(2n): how far down in the landscape a flat place is. 0: half way.",
        group="Hessians",
        slider=True,
    )
    curvature_x: float = real(
        1.0, -3.0, 3.0, label="Curvature a", help="How the map bends along x: up above 0.", group="Saddle", slider=True
    )
    curvature_y: float = real(
        -1.0, -3.0, 3.0, label="Curvature b", help="How the map bends along y: up above 0.", group="Saddle", slider=True
    )
    start: tuple[float, float] = reals(
        (1.6, 0.01),
        -saddle.SPAN,
        saddle.SPAN,
        length=(2, 2),
        label="Start",
        help="Where the ball is put, x and y. Click on the map to put it elsewhere.",
        group="Saddle",
    )
    seed: int = seed_field()

    def place(self) -> saddle.FlatPlace:
        """Return the flat place of two dimensions."""
        return saddle.FlatPlace((self.curvature_x, self.curvature_y), self.start)

    def key(self, dimension: int) -> Key:
        """Return all that what is drawn in a dimension depends on."""
        return self.distribution, dimension, self.shift, self.samples, self.seed


_known: dict[Key, Drawn] = {}
"""What was drawn once: the same seed would only draw it again. So it stays in sight while the saddle is changed."""


class Dimensions(Experiment[DimensionsParams]):
    """Draw flat places in one dimension, then two, then three, and count the minima among them."""

    id: ClassVar[str] = "gradient_descent.dimensions"
    title: ClassVar[str] = "Minima in many dimensions"
    params: ClassVar[type[Params]] = DimensionsParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 4.0

    def __init__(self) -> None:
        self._begun: tuple[DimensionsParams, list[Drawn]] | None = None

    def preview(self, params: DimensionsParams, data: DataStore) -> Iterator[Event]:
        """Show the saddle, and what is known of these Hessians already."""
        yield from _saddle(params)
        drawn = []
        for dimension in range(1, params.dimensions + 1):
            found = _known.get(params.key(dimension))
            if found is None:
                break
            drawn.append(found)
        yield from _figures(params, drawn)

    def run(self, params: DimensionsParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step for each batch of Hessians; a dimension has one, or more if it has many samples."""
        yield from context.made(_saddle(params), everything=True)
        plan = [
            (dimension, batch, count)
            for dimension in range(1, params.dimensions + 1)
            for batch, count in enumerate(batches(dimension, params.samples))
        ]
        steps = len(plan)
        drawn: list[Drawn] = []
        self._begun = params, drawn
        for step, (dimension, batch, count) in enumerate(plan, 1):
            _advance(params, drawn, dimension, batch, count)
            last = step == steps
            yield from context.made(_figures(params, drawn), everything=last)
            yield Progress(step, steps, 1, 1, last)
        yield metrics([_result(params, drawn)])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the run rests."""
        if self._begun is not None:
            params, drawn = self._begun
            yield from _saddle(params)
            yield from _figures(params, drawn)


def _advance(params: DimensionsParams, drawn: list[Drawn], dimension: int, batch: int, count: int) -> None:
    """Draw a batch more of a dimension, unless all of it is known."""
    begun = drawn[dimension - 1] if len(drawn) == dimension else None
    if begun is not None and begun.count == params.samples:
        return
    found = _known.get(params.key(dimension))
    if found is None:
        more = draw(params.distribution, dimension, params.shift, count, params.seed, batch)
        found = begun.with_more(more) if begun is not None else more
    drawn[dimension - 1 :] = [found]
    if found.count == params.samples:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[params.key(dimension)] = found


def _saddle(params: DimensionsParams) -> Iterator[Event]:
    place = params.place()
    yield lazily(Field, "saddle", saddle.field, place)
    yield lazily(Overlay, "saddle", saddle.overlay, place)
    yield lazily(Table, "point", saddle.table, place)


def _figures(params: DimensionsParams, drawn: list[Drawn]) -> Iterator[Event]:
    ensemble, shift = params.distribution, params.shift
    newest = drawn[-1] if drawn else None
    yield lazily(Chart, "share", share_chart, drawn, ensemble, shift, params.dimensions, params.samples)
    yield lazily(Chart, "spectrum", spectrum, newest, ensemble, shift, params.dimensions)
    yield lazily(Table, "numbers", numbers, drawn, ensemble, shift)
    yield lazily(Code, "code", lambda: program([_result(params, drawn)]))


def _result(params: DimensionsParams, drawn: list[Drawn]) -> Numbers:
    """Return the shares; 0 in dimensions that are still to come, which the program has too."""
    shares = dict.fromkeys(range(1, params.dimensions + 1), 0.0) | {each.dimension: each.share for each in drawn}
    return result(shares, params.distribution, params.shift, params.samples, params.seed)


EXPERIMENT = Dimensions
