"""Sweeps as experiments: kept, stopped and continued like any run, and shown while they grow."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from lab.core.events import Event, Metrics, Progress
from lab.core.experiment import Context, Experiment, State, StepUnit
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.text import message
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Cell, Sweep
from lab.sweeps.outcomes import Outcome, Outcomes, Results, Trained

P = TypeVar("P", bound=Params)
FIGURES_SECONDS = 0.4
"""The least time between two pictures of a sweep that grows."""


class SweepExperiment(Experiment[P]):
    """A sweep over another experiment. Its steps are cells, of which an ensemble does many at once."""

    step_unit: ClassVar[StepUnit] = "run"
    headline: ClassVar[Headline | None] = Headline("models", message("finished runs"), "number")

    results: Results

    @abstractmethod
    def sweep(self, params: P) -> Sweep:
        """Return what is swept. Raises ParamError."""

    @abstractmethod
    def figures(self, params: P, results: Results) -> Iterator[Event]:
        """Yield what is known so far, each figure `lazily`; called with few results, and with none."""

    def totals(self, params: P, results: Results) -> dict[str, float]:
        """Return what the sweep as a whole came to."""
        return {}

    def place(self, params: P, context: Context) -> Backend:
        """Return where it runs."""
        return Backend(device=context.device)

    def outcomes(self, cells: Sequence[Cell], params: P, context: Context) -> Iterator[Outcome | Trained]:
        """Run cells of the sweep, and yield each outcome as soon as it is there."""
        return execute(self.results.sweep, cells, context.data, self.place(params, context))

    def prepare(self, params: P) -> None:
        """Remember the parameters, by which questions are answered."""
        self._params, self._seconds = params, 0.0

    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Run all cells that are not done yet."""
        results = self.results = Results.of(self.sweep(params), context.restored)
        if context.restored is not None:
            self._seconds = float(context.restored.counters["seconds"])
        before, began = self._seconds, time.monotonic()
        total = len(results.cells)
        yield from context.made(self.figures(params, results), everything=True)
        yield self._progress(len(results.done), total)
        on_the_way: dict[int, float] = {}
        shown = time.monotonic()
        rest = [cell for cell in results.cells if cell.index not in results.done]
        for found in self.outcomes(rest, params, context):
            self._seconds = before + time.monotonic() - began
            if isinstance(found, Outcome):
                yield Outcomes("cells", (results.take(found),))
                if found.curve is not None:
                    continue
            else:
                on_the_way[found.first] = found.share * found.count
            share = min(int(sum(on_the_way.values())), max(0, total - len(results.done) - 1))
            # Drawing thousands of points takes the cores that the training needs.
            late = time.monotonic() - shown >= FIGURES_SECONDS
            if late:
                yield from context.made(self.figures(params, results))
                shown = time.monotonic()
            yield self._progress(len(results.done) + share, total)
        yield from context.made(self.figures(params, results), everything=True)
        counts = {"models": len(results.metrics), "failed": len(results.errors), "seconds": self._seconds}
        yield Metrics({**counts, **self.totals(params, results)})

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show what is known so far."""
        return iter(()) if not hasattr(self, "results") else self.figures(self._params, self.results)

    def state(self) -> State | None:
        """Return what is known so far."""
        if not hasattr(self, "results"):
            return None
        state = self.results.state()
        state.counters["seconds"] = self._seconds
        return state

    @staticmethod
    def _progress(done: int, total: int) -> Progress:
        return Progress(done, total, done, total, True)
