"""Networks trained with several values of one parameter, over the same seeds, shown as they come in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing as closed

import numpy as np

from lab.core.figures import Line, Words
from lab.core.params import Params
from lab.data.store import DataStore
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results

PULSE_SECONDS = 0.2


def seeds(params: Params, count: int) -> tuple[int, ...]:
    """Return so many seeds, of which the first is that of the parameters, as far as there are any behind it."""
    last = params.specs()["seed"].high
    first = int(params.to_json()["seed"])
    if last is not None:
        first = min(first, int(last) - count + 1)
    return tuple(range(first, first + count))


def trained(
    experiment: str, params: Params, name: str, values: Sequence[float], networks: int, data: DataStore
) -> Iterator[Results | None]:
    """Train with one value after the other, each with the same examples and the same first weights; yield what is
    known after each, and None now and then, so that it can be stopped.
    """
    axes = Axis(name, tuple(values)), Axis("seed", seeds(params, networks))
    results = Results.of(Sweep(experiment, params, axes))
    for value in values:
        told = time.monotonic()
        cells = [cell for cell in results.cells if cell.values[name] == value]
        with closed(execute(results.sweep, cells, data, Backend())) as outcomes:
            for found in outcomes:
                if isinstance(found, Outcome):
                    results.take(found)
                if time.monotonic() - told > PULSE_SECONDS:
                    yield None
                    told = time.monotonic()
        yield results
        yield None


def lines(results: Results, metric: str, words: Words, colour: int) -> Iterator[Line]:
    """Yield a metric over the values: a point a network, which opens its run, and a line through the means."""
    values, opens = np.array(results.sweep.axes[0].values, dtype=float), tuple(results.opens.ravel())
    found = results.grid(metric)[..., 0]
    if found.shape[1] == 1:
        yield Line(words, values, found[:, 0], "line + points", colour, opens)
        return
    yield Line(words, values, found.mean(1), "line", colour)
    yield Line("", np.repeat(values, found.shape[1]), found.ravel(), "points", colour, opens)
