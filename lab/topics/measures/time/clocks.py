"""Three clocks, read before and after the same work."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lab.core.events import Array

CLOCKS: Mapping[str, Callable[[], float]] = {
    "wall": time.perf_counter,
    "process": time.process_time,
    "thread": time.thread_time,
}
"""The clock on the wall; the time that all processors spent on this process; that of the calling thread alone."""


@dataclass(frozen=True)
class Work:
    """What is timed: a `name` for metrics, and the threads that share it, 0 where nothing is computed here."""

    name: str
    threads: int = 0


def works(threads: int, card: bool) -> tuple[Work, ...]:
    """Return all that is timed."""
    products = tuple(Work(f"product_{count}", count) for count in range(1, threads + 1))
    return (*products, Work("sleep"), *((Work("card_call"), Work("card_done")) if card else ()))


@dataclass
class Clocks:
    """What the clocks said of each work, in milliseconds, one number a repeat."""

    works: Sequence[Work]
    taken: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def measure(self, do: Callable[[Work], None], turn: int, ready: Callable[[], None] = lambda: None) -> None:
        """Time everything once, beginning with another one in each turn; `ready` is called before each, untimed."""
        first = turn % len(self.works)
        for work in (*self.works[first:], *self.works[:first]):
            ready()
            before = {name: clock() for name, clock in CLOCKS.items()}
            do(work)
            for name, clock in CLOCKS.items():
                self.taken.setdefault((work.name, name), []).append(1000 * (clock() - before[name]))

    def of(self, work: Work, clock: str) -> Array:
        """Return all that a clock said of a work (R,)."""
        return np.array(self.taken.get((work.name, clock), ()))

    def median(self, work: Work, clock: str) -> float | None:
        """Return the median of them; None before the first."""
        found = self.of(work, clock)
        return float(np.median(found)) if len(found) else None
