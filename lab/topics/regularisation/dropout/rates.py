"""Networks trained with each of ten rates of dropout, shown as they come in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing as closed

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.params import Params
from lab.core.text import message
from lab.data.store import DataStore
from lab.sweeps.execution import Backend, execute
from lab.sweeps.figures import ACCURACY
from lab.sweeps.grid import Axis as Over
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Outcome, Results

RATES = tuple(place / 10 for place in range(10))
BEST = 0.889
"""The accuracy that no rule passes on ever new points of the doughnut."""
PULSE_SECONDS = 0.2
LINES = (
    ("accuracy", message("training, dropout off"), 0),
    ("accuracy_with_dropout", message("training, dropout on"), 2),
    ("test_accuracy", message("test"), 1),
)
GAPS = (
    ("gap", message("dropout off in both"), 0),
    ("gap_with_dropout", message("dropout on in training only, as in the notebook"), 2),
)


def sweep(experiment: str, params: Params, seed: int, networks: int) -> Sweep:
    """Return the rates over the same seeds: each rate has the same examples and the same first weights."""
    seeds = tuple(range(seed, seed + networks))
    return Sweep(experiment, params, (Over("dropout", RATES), Over("seed", seeds)))


def trained(over: Sweep, data: DataStore, doughnut: bool) -> Iterator[Event | None]:
    """Train rate by rate; yield the charts as they fill, and None now and then, so that it can be stopped."""
    results = Results.of(over)
    for rate in RATES:
        cells = [cell for cell in results.cells if cell.values["dropout"] == rate]
        told = time.monotonic()
        with closed(execute(over, cells, data, Backend())) as outcomes:
            for found in outcomes:
                if isinstance(found, Outcome):
                    results.take(found)
                if time.monotonic() - told > PULSE_SECONDS:
                    yield None
                    told = time.monotonic()
        yield from charts(results, doughnut)
        yield None


def charts(results: Results, doughnut: bool) -> Iterator[Chart]:
    """Yield the accuracies over the rate, and how far training lies above the test, by both ways to measure."""
    marks = (Mark("y", BEST, message("the best rule: {percent} %", percent=f"{100 * BEST:.1f}")),) if doughnut else ()
    rate = Axis(message("rate of dropout"), low=-0.02, high=0.92)
    values = {name: _grid(results, name) for name, _words, _colour in (*LINES, *GAPS)}
    shown = np.concatenate([values[name].ravel() for name, _words, _colour in LINES])
    least = float(np.nanmin(shown)) if np.isfinite(shown).any() else 0.5
    axis = Axis(ACCURACY.label, low=max(0.0, np.floor(20 * least) / 20 - 0.02), high=1.02, share=True)
    yield Chart("rates", tuple(_lines(results, values, LINES)), rate, axis, marks)
    above = Axis(message("training − test"), share=True)
    zero = (Mark("y", 0.0, ""),)
    yield Chart("gaps", tuple(_lines(results, values, GAPS)), rate, above, zero)


def _grid(results: Results, name: str) -> Array:
    """Return a metric (rates, networks)."""
    return results.grid(name)[..., 0]


def _lines(results: Results, values: dict[str, Array], of: tuple[tuple[str, object, int], ...]) -> Iterator[Line]:
    opens, rates = results.opens[..., 0], np.array(RATES)
    for name, words, colour in of:
        found = values[name]
        known = np.isfinite(found).all(1)
        middle = np.where(known, found.mean(1), np.nan)
        if found.shape[1] > 1:
            yield Line(words, rates, middle, "line", colour)  # type: ignore[arg-type]
            x = np.repeat(rates, found.shape[1])
            yield Line("", x, found.ravel(), "points", colour, tuple(opens.ravel()))
        else:
            yield Line(words, rates, middle, "line + points", colour, tuple(opens.ravel()))  # type: ignore[arg-type]
