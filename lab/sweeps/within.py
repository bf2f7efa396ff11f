"""A sweep within a run: at its end, networks with other values or seeds are trained, and shown as they come in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing as closed

from lab.core.events import Event, Progress
from lab.core.params import Params
from lab.core.text import message
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


def comparing(done: float, total: int, epochs: int) -> Progress:
    """Close a step of what follows a run: so many networks are trained, of `epochs` each."""
    doing = message("comparing: {done} of {total} networks", done=int(done), total=total)
    return Progress(int(done * epochs), total * epochs, epochs, epochs, True, doing)


def within(
    experiment: str,
    params: Params,
    axes: Sequence[Axis],
    data: DataStore,
    epochs: int,
    show: Callable[[Results], Iterable[Event]],
) -> Iterator[Event]:
    """Train a network of each cell; yield what `show` makes of those that are done, and how many they are.

    A step ends each time, so that it can be paused and stopped.
    """
    results = Results.of(Sweep(experiment, params, tuple(axes)))
    told, training, total = 0.0, dict[int, float](), len(results.cells)
    with closed(execute(results.sweep, results.cells, data, Backend())) as outcomes:
        for found in outcomes:
            if isinstance(found, Outcome):
                results.take(found)
                continue
            training[found.first] = found.share * found.count
            if time.monotonic() - told > PULSE_SECONDS:
                if results.done:
                    yield from show(results)
                yield comparing(len(results.done) + sum(training.values()), total, epochs)
                told = time.monotonic()
    yield from show(results)
    yield comparing(total, total, epochs)
