"""Networks trained with ten strengths of one penalty, shown as they come in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing as closed

import numpy as np

from lab.core.events import Event
from lab.core.figures import Axis, Chart, Line
from lab.core.params import Params
from lab.core.text import message
from lab.data.store import DataStore
from lab.sweeps.execution import Backend, execute
from lab.sweeps.figures import ACCURACY
from lab.sweeps.grid import Axis as Over
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Outcome, Results

STRENGTHS, PULSE_SECONDS = 10, 0.2
LINES = (("accuracy", message("training"), 0), ("test_accuracy", message("test"), 1))


def trained(experiment: str, params: Params, name: str, networks: int, data: DataStore) -> Iterator[Event | None]:
    """Train with strengths from 0 to that of the parameters, all over the same seeds; yield the chart as it fills,
    and None now and then, so that it can be stopped.
    """
    values = params.to_json()
    strengths = tuple(np.linspace(0.0, values[name], STRENGTHS).clip(0.0, values[name]).tolist())
    seeds = tuple(range(values["seed"], values["seed"] + networks))
    results = Results.of(Sweep(experiment, params, (Over(name, strengths), Over("seed", seeds))))
    for strength in strengths:
        told = time.monotonic()
        cells = [cell for cell in results.cells if cell.values[name] == strength]
        with closed(execute(results.sweep, cells, data, Backend())) as outcomes:
            for found in outcomes:
                if isinstance(found, Outcome):
                    results.take(found)
                if time.monotonic() - told > PULSE_SECONDS:
                    yield None
                    told = time.monotonic()
        yield _chart(results, np.array(strengths))
        yield None


def _chart(results: Results, strengths: np.ndarray) -> Chart:
    """Return accuracies over the strength: a point a network, a line through the means."""
    lines = []
    opens = tuple(results.opens.ravel())
    for name, words, colour in LINES:
        found = results.grid(name)[..., 0]
        lines.append(Line(words, strengths, found.mean(1), "line", colour))
        lines.append(Line("", np.repeat(strengths, found.shape[1]), found.ravel(), "points", colour, opens))
    axis = Axis(ACCURACY.label, high=1.02, share=True)
    return Chart("strengths", tuple(lines), Axis("λ"), axis)
