"""Where a graphics card, or another core, pays: the same work on each device, larger and larger."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from lab.core.events import Event, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Table
from lab.core.params import Params
from lab.core.quantities import metrics
from lab.data.store import DataStore
from lab.topics.gpu.pays.figures import busy, clocks, gains, mistakes, numbers, times
from lab.topics.gpu.pays.params import PaysParams, Way
from lab.topics.gpu.pays.program import program
from lab.topics.gpu.pays.recorded import Recorded, recorded
from lab.topics.gpu.pays.taken import Taken


class Pays(Experiment[PaysParams]):
    """Time one piece of work in several ways, at sizes that grow, all ways in turns."""

    id: ClassVar[str] = "gpu.pays"
    title: ClassVar[str] = "Where does a GPU pay?"
    params: ClassVar[type[Params]] = PaysParams
    persistent: ClassVar[bool] = False

    def __init__(self) -> None:
        self._params = PaysParams()
        self._taken: Taken | None = None
        self._kept: list[Recorded] = []

    def preview(self, params: PaysParams, data: DataStore) -> Iterator[Event]:
        """Show which sizes and ways will be timed, and what was recorded of a card."""
        yield from self._figures(params, Taken(params.ways(card=False), params.sizes), recorded(params))
        yield program(params)

    def run(self, params: PaysParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step for each repeat of each size, in which every way is timed once."""
        card = context.device if context.device.startswith("cuda") else ""
        taken = Taken(params.ways(bool(card)), params.sizes)
        self._params, self._taken, self._kept = params, taken, recorded(params)
        yield program(params)
        step, steps = 0, len(taken.sizes) * params.repeats
        with _threads_kept() as use:
            for place, size in enumerate(taken.sizes):
                todo = [way for way in taken.ways if _short_enough(params, taken, way, place)]
                timer = _Timer(params, taken, size, todo, card, use)
                for turn in range(params.repeats):
                    step, last = step + 1, turn == params.repeats - 1
                    timer.once(turn)
                    yield from context.made(self._figures(params, taken, self._kept), everything=step == steps)
                    yield Progress(step, steps, place + 1, len(taken.sizes), last)
        said = busy(taken)
        if said is not None:
            yield said
        yield metrics([numbers(params, taken, ())])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show what is timed so far."""
        return iter(()) if self._taken is None else self._figures(self._params, self._taken, self._kept)

    @staticmethod
    def _figures(params: PaysParams, taken: Taken, kept: list[Recorded]) -> Iterator[Event]:
        if taken.wall or kept:
            yield lazily(Chart, "times", times, params, taken, kept)
        if taken.wall:
            yield lazily(Chart, "gains", gains, params, taken, kept)
            yield lazily(Chart, "clocks", clocks, params, taken)
        yield lazily(Table, "mistakes", mistakes, taken)
        yield lazily(Table, "numbers", lambda: numbers(params, taken, kept).table)


class _Timer:
    """All ways at one size, made ready."""

    def __init__(self, params: PaysParams, taken: Taken, size: int, ways: list[Way], card: str, use: Any) -> None:
        from lab.topics.gpu.pays import work

        self._work, self._params, self._taken, self._size, self._use = work, params, taken, size, use
        self._each = []
        for way in ways:
            device = "cpu" if way.threads else card
            use(way.threads or 1)
            do = work.made(params, size, way, device)
            first, _ = work.timed(do, device)
            taken.first[way.name, size] = first
            for _ in range(params.warm_up):
                do()
            calls = work.calls_for(work.timed(do, device)[0])
            if params.compare != "devices":
                taken.apart[way.name, size] = work.apart(params, size, way, device)
            self._each.append((way, device, do, calls))

    def once(self, turn: int) -> None:
        """Time each way once, another one first each time."""
        first = turn % max(1, len(self._each))
        for way, device, do, calls in (*self._each[first:], *self._each[:first]):
            self._use(way.threads or 1)
            if way.threads > 1:
                do()  # Its threads are made again, after those of another way.
            found = self._work.timed(do, device, calls, self._params.synchronise)
            self._taken.add(way, self._size, *found)
            if not way.threads:
                asked, _ = self._work.timed(do, device, 1, synchronise=False)
                self._taken.asked.setdefault((way.name, self._size), []).append(asked)


def _short_enough(params: PaysParams, taken: Taken, way: Way, place: int) -> bool:
    """Tell whether a way is timed at a size: if it was at the one before, and by that will not take too long here."""
    if not place:
        return True
    size, last = taken.sizes[place], taken.sizes[place - 1]
    before = taken.median(way, last)
    return before is not None and before * params.operations(size) / params.operations(last) <= params.longest


@contextmanager
def _threads_kept() -> Iterator[Any]:
    """Give what sets torch's threads, and set them back afterwards."""
    import torch

    from lab.running.device import use_threads

    before = torch.get_num_threads()
    try:
        yield use_threads
    finally:
        use_threads(before)


EXPERIMENT = Pays
