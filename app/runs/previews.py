"""Previews that take longer than a frame: made beside the window while the hand moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Container
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from lab.core.events import Event, Lazy, Watched, among, made
from lab.core.experiment import Experiment
from lab.core.params import Params
from lab.data.store import DataStore


@dataclass(frozen=True)
class Asked:
    """Of which parameters a preview is wanted, from which data, and what of it is seen."""

    params: Params
    data: DataStore
    watched: Container[Watched]


@dataclass(frozen=True)
class Preview:
    """The events of a preview, or why there are none; `ms` is what it took of a processor."""

    params: Params
    events: list[Event]
    error: Exception | None
    ms: float


class Previewer(QThread):
    """Makes the preview that was asked for last; one that is begun is finished, so that a hand that goes on moving sees
    something too. `arrived` with each, unless it was made void.
    """

    arrived = Signal(object)
    _made = Signal(object, int)

    def __init__(self, experiment: type[Experiment[Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._condition = threading.Condition()
        self._asked: Asked | None = None
        self._closed = False
        self._round = 0
        """Grows when what was asked for before is void."""
        self._newest: Params | None = None
        """What was asked for last, until it arrives."""
        self._made.connect(self._hand_over)

    @property
    def waits(self) -> bool:
        """Whether something was asked for and did not arrive yet."""
        return self._newest is not None

    def ask(self, params: Params, data: DataStore, watched: Container[Watched]) -> None:
        """Ask for the preview of parameters; what was asked for before and is not begun is left out."""
        self._newest = params
        # Most pages never need it.
        self.start()
        with self._condition:
            self._asked = Asked(params, data, watched)
            self._condition.notify()

    def forget(self) -> None:
        """Make void what was asked for."""
        with self._condition:
            self._asked = self._newest = None
            self._round += 1

    def close(self) -> None:
        """End the thread, and wait for it."""
        self.forget()
        with self._condition:
            self._closed = True
            self._condition.notify()
        self.wait()

    def run(self) -> None:
        """Make what is asked for until closed."""
        while True:
            with self._condition:
                while self._asked is None and not self._closed:
                    self._condition.wait()
                asked, self._asked, begun = self._asked, None, self._round
            if asked is None:
                return
            self._made.emit(self._preview(asked), begun)

    def _preview(self, asked: Asked) -> Preview:
        began, events, seen = time.thread_time(), list[Event](), partial(among, asked.watched)
        error = None
        try:
            for event in self._experiment().preview(asked.params, asked.data):
                hidden = isinstance(event, Lazy) and not seen(event.kind, event.name)
                events.extend([event] if hidden else made((event,)))
        except Exception as found:
            error = found
        return Preview(asked.params, events, error, 1000 * (time.thread_time() - began))

    def _hand_over(self, preview: Preview, begun: int) -> None:
        if begun != self._round:
            return
        if preview.params is self._newest:
            self._newest = None
        self.arrived.emit(preview)
