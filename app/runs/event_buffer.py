"""Where events wait between the thread that makes them and the one that shows them."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.runs.thinned import Thinned
from lab.core.events import Event, Scalars


class EventBuffer:
    """Coalesces: of each kind only the newest event waits; those that are appended all wait, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._appended: list[Event] = []
        self._newest: dict[tuple[str, str], Event] = {}
        self._begins = False

    def begin(self) -> None:
        """Drop what waits: a new run begins, and whoever drains next has to know."""
        with self._lock:
            self._appended, self._newest, self._begins = [], {}, True

    def put(self, event: Event) -> None:
        """Add an event; from any thread."""
        with self._lock:
            if event.appended:
                self._appended.append(event)
            else:
                self._newest[event.key] = event

    def drain(self) -> tuple[bool, list[Event]]:
        """Take all that waits; tell whether a new run began before it."""
        with self._lock:
            begins, events = self._begins, [*self._appended, *self._newest.values()]
            self._appended, self._newest, self._begins = [], {}, False
        return begins, events


class History:
    """Everything that a page built now needs to look like one that was there from the start.

    Scalars are kept as plain numbers, 16 bytes each, whatever the length of the run; of everything else that is
    appended some of each key, evenly over the run.
    """

    def __init__(self) -> None:
        self._steps: dict[tuple[str, tuple[str, ...]], array[int]] = {}
        self._values: dict[tuple[str, tuple[str, ...]], array[float]] = {}
        self._thinned: dict[tuple[str, str], Thinned[Any]] = {}
        self._newest: dict[tuple[str, str], Event] = {}

    def keep(self, event: Event) -> None:
        """Remember an event."""
        if not event.appended:
            self._newest[event.key] = event
            return
        if not isinstance(event, Scalars):
            self._thinned.setdefault(event.key, Thinned()).keep(event)
            return
        series = event.name, tuple(event.values)
        if series not in self._steps:
            self._steps[series], self._values[series] = array("q"), array("d")
        self._steps[series].append(event.step)
        self._values[series].extend(event.values.values())

    def newest(self, kind: type[Event]) -> Event | None:
        """Return the newest event of a kind, if there was one."""
        return next((event for event in self._newest.values() if isinstance(event, kind)), None)

    def series(self, name: str, value: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the steps (N,), each greater than the last, and the values (N,) of one scalar of a rhythm."""
        steps, values = [np.empty(0)], [np.empty(0)]
        for (rhythm, keys), kept in self._steps.items():
            if rhythm == name and value in keys:
                # Copies: arrays that share their memory could not grow any more.
                steps.append(np.array(kept, np.float64))
                values.append(np.array(self._values[rhythm, keys]).reshape(-1, len(keys))[:, keys.index(value)])
        all_steps, all_values = np.concatenate(steps), np.concatenate(values)
        chosen, places = np.unique(all_steps, return_index=True)
        return chosen, all_values[places]

    def replay(self) -> Iterator[Event]:
        """Yield all that was kept, what is appended first."""
        for (name, keys), steps in self._steps.items():
            values = self._values[name, keys]
            width = len(keys)
            for place, step in enumerate(steps):
                yield Scalars(name, step, dict(zip(keys, values[place * width : (place + 1) * width], strict=True)))
        for thinned in self._thinned.values():
            yield from thinned.events
        yield from self._newest.values()

    def clear(self) -> None:
        """Forget everything."""
        self._steps.clear()
        self._values.clear()
        self._thinned.clear()
        self._newest.clear()
