"""A series of events that grows without end, in a memory that does not."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

MOST = 256
"""Events of one series that are kept."""


class Dated(Protocol):
    """What happened at an optimiser step."""

    @property
    def step(self) -> int:
        """The optimiser step."""
        ...


T = TypeVar("T", bound=Dated)


class Thinned(Generic[T]):
    """At most `most` of the events of a series, evenly over all that came, the first and the newest among them.

    When there is no room left, every second one goes, and from then on half as many are kept. What is older than the
    newest is left out, as it is when a run is continued; of one step the last counts.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: list[T] = []
        self._newest: T | None = None
        self._every = 1
        self._came = 0

    @property
    def events(self) -> list[T]:
        """What is kept, in order."""
        passing = self._newest is not None and (not self._kept or self._kept[-1] is not self._newest)
        return [*self._kept, self._newest] if passing and self._newest is not None else list(self._kept)

    def keep(self, event: T) -> None:
        """Take the next event."""
        if self._newest is not None and event.step <= self._newest.step:
            if event.step == self._newest.step:
                if self._kept[-1] is self._newest:
                    self._kept[-1] = event
                self._newest = event
            return
        self._newest = event
        if self._came % self._every == 0:
            self._kept.append(event)
            # One place is for the newest, which is passing by.
            if len(self._kept) > self._most - 1:
                self._kept = self._kept[::2]
                self._every *= 2
        self._came += 1
