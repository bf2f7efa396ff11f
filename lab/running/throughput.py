"""How fast a run goes, and how long it still takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from lab.core.events import Progress


class Throughput:
    """Rate over the last seconds, from Progress events."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, window_seconds: float = 5.0) -> None:
        self._clock, self._window = clock, window_seconds
        self._marks: deque[tuple[float, int]] = deque()
        self.progress: Progress | None = None

    def take(self, progress: Progress) -> None:
        """Note that a step ended now."""
        now = self._clock()
        if self.progress is not None and (progress.doing is None) != (self.progress.doing is None):
            # Other steps have another pace.
            self.rest()
        self.progress = progress
        if not self._marks or now - self._marks[-1][0] >= 0.05:
            self._marks.append((now, progress.step))
            while now - self._marks[0][0] > self._window and len(self._marks) > 2:
                self._marks.popleft()

    def rest(self) -> None:
        """Forget the pace: the run was paused."""
        self._marks.clear()

    @property
    def steps_per_second(self) -> float | None:
        """Steps a second lately; None while that is unknown."""
        if len(self._marks) < 2:
            return None
        (first, low), (last, high) = self._marks[0], self._marks[-1]
        return (high - low) / (last - first) if last > first else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end at this pace; None while that is unknown."""
        rate = self.steps_per_second
        if not rate or self.progress is None:
            return None
        return (self.progress.steps - self.progress.step) / rate


def clock_time(seconds: float) -> str:
    """Write seconds as minutes and seconds, or hours, minutes and seconds."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, last = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{last:02}" if hours else f"{minutes}:{last:02}"
