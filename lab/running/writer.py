"""Writing beside the training: how often, and in which thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

SHORTEST_SECONDS = 2.0
SHARE = 0.02
"""The most of a run's time that its saving may take."""


def interval(cost: float) -> float:
    """Return the seconds from the end of one save to the next, from what the last one cost, in seconds of training."""
    return max(SHORTEST_SECONDS, cost / SHARE)


@dataclass(frozen=True)
class Written:
    """How a write ended: how long it took, in seconds, and why it failed, where it did."""

    seconds: float
    error: OSError | None


class Writer:
    """A thread that does one write at a time, while the run goes on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, pool: Executor | None = None) -> None:
        self._clock, self._pool = clock, pool or ThreadPoolExecutor(1, "descent-writer")
        self._job: Future[Written] | None = None

    @property
    def busy(self) -> bool:
        """Whether a write goes on now."""
        return self._job is not None and not self._job.done()

    def begin(self, work: Callable[[], None]) -> None:
        """Let `work`, which may raise OSError, be done beside. The last one must have been waited for."""
        assert self._job is None
        self._job = self._pool.submit(self._do, work)

    def wait(self) -> Written | None:
        """Return how the write that was begun ended, once; None where there is none. Raises what is no OSError."""
        job, self._job = self._job, None
        return job.result() if job is not None else None

    def close(self) -> None:
        """End the thread, once its write has ended."""
        self._pool.shutdown()

    def _do(self, work: Callable[[], None]) -> Written:
        began, error = self._clock(), None
        try:
            work()
        except OSError as failed:
            error = failed
        return Written(self._clock() - began, error)
