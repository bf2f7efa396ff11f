"""A run as the window sees it: one object a page, which outlives the page's widgets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.runs.comparison import Comparer
from app.runs.event_buffer import EventBuffer, History
from app.runs.worker import Begin, Make, Questions, RunUntil, Status, Worker
from lab.core import catalogue
from lab.core.events import Event, Progress, Watched
from lab.core.params import Params
from lab.core.text import Message
from lab.running import sessions
from lab.running.device import cores
from lab.running.sessions import Session
from lab.running.sharing import Shared
from lab.running.throughput import Throughput

DRAIN_MS = 50


class Runner(QObject):
    """Owns the thread, delivers events to whoever shows them, and remembers them for pages built later.

    Signals: `restarted` when what was shown is void; `delivered` with a list of events, and `answered` with the same
    list behind it, where a part of an answer was among them; `status_changed`; `failed` with a Message, followed by the
    status "failed" when the run is over; `crashed` with an exception that is a fault of the program; `copied` with a
    `Copied`.
    """

    restarted = Signal()
    delivered = Signal(object)
    answered = Signal(object)
    status_changed = Signal()
    failed = Signal(object)
    crashed = Signal(object)
    copied = Signal(object)

    def __init__(self, experiment: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment = experiment
        self.steps_per_second = catalogue.experiment(experiment).steps_per_second
        self.status: Status = "idle"
        self.session: Session | None = None
        self.error: Message | None = None
        self.speed = Throughput()
        self.history = History()
        self.comparer = Comparer(self)
        self._closed = False
        self._wish: Literal["run", "rest", "questions", "nothing"] = "nothing"
        """What was asked for last; the thread follows within a step, and its status a little later."""
        self._voids = True
        """Whether what is shown is void when the run begins that was asked for last."""
        self._buffer = EventBuffer()
        self._timer = QTimer(self)
        self._timer.setInterval(DRAIN_MS)
        self._timer.timeout.connect(self.deliver)
        self._worker = Worker(self._buffer)
        self._worker.status_changed.connect(self._set_status)
        self._worker.session_began.connect(self._set_session)
        self._worker.looked.connect(self._hand_over)
        self._worker.failed.connect(self._fail)
        self._worker.crashed.connect(self.crashed)
        self._worker.copied.connect(self.copied)
        self._worker.set_speed(self.steps_per_second)

    @property
    def busy(self) -> bool:
        """Whether the run moves now."""
        return self.status in ("starting", "running")

    @property
    def moves(self) -> bool:
        """Whether the run moves now, and nothing else was asked for."""
        return self.busy and self._wish == "run"

    @property
    def waits(self) -> bool:
        """Whether it is there, or soon will be, only for questions."""
        return self._wish == "questions" and self.status in ("starting", "paused")

    @property
    def held(self) -> bool:
        """Whether there is something with which `go` goes on."""
        return self.waits or (self.status == "paused" and self._wish != "nothing")

    def start(self, params: Params, until: str = "end") -> None:
        """Begin a new run and go `until` "end", "epoch", "step", or only "begin"; what ran before is stopped."""
        self._wish = "questions" if until == "begin" else "run"
        # What only waits for questions makes nothing void where nothing ran.
        self._voids = until != "begin" or self.status != "idle"
        self._begin(lambda: sessions.start(self.experiment, params, window_threads()), _pace(until))

    def resume(self, folder: Path, until: str = "end") -> None:
        """Continue a kept run, and go `until` "end", "epoch" or "step"."""
        self._wish, self._voids = "run", True
        self._begin(lambda: sessions.resume(folder), _pace(until))

    def start_from(self, shared: Shared) -> None:
        """Begin a new run at a shared state, and rest there."""
        self._wish, self._voids = "rest", True
        self._begin(lambda: sessions.start_from(shared, window_threads()), _pace("step"))

    def copy(self) -> None:
        """Ask for the run as text, as it is after the present step."""
        self._worker.send("copy")

    def go(self, until: str = "end") -> None:
        """Go on after a pause: to the end, one "step" or one "epoch"."""
        self._wish = "run"
        self._worker.send(_pace(until))

    def pause(self) -> None:
        """Stop after the present step; `go` continues."""
        self._wish = "rest"
        self._worker.send("pause")

    def stop(self) -> None:
        """End the run; it is saved and can be continued later."""
        self._wish = "rest"
        self._worker.send("stop")

    def query(self, picks: Mapping[str, Any]) -> None:
        """Tell the experiment what was picked, by name, and ask how it stands now."""
        self._worker.ask(Questions(picks))

    def compute(self, params: Params) -> None:
        """Have the figures of parameters computed beside the window; the newest parameters win."""
        self._worker.ask(Questions(compute=params))

    def verify(self, params: Params) -> None:
        """Have the numbers of parameters given again by an independent source; the newest parameters win."""
        self._worker.ask(Questions(verify=params))

    def watch(self, intervals: Mapping[Watched, float]) -> None:
        """Say which events are seen now, with seconds between two; what was not seen before is shown at once."""
        self._worker.watch(intervals)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Hold the run to a number of steps a second, or let it go as fast as it can."""
        self.steps_per_second = steps_per_second
        self._worker.set_speed(steps_per_second)

    def reset(self) -> None:
        """End the run and forget what it showed."""
        self._wish, self._voids = "nothing", True
        self._worker.send("reset")

    def close(self) -> None:
        """End the run and wait for the thread."""
        self._closed = True
        self._timer.stop()
        self._worker.send("close")
        self._worker.wait()

    def deliver(self) -> list[Event]:
        """Hand over what waits, at once, and return it."""
        begins, events = self._buffer.drain()
        if begins:
            self.history = self.comparer.end(self.history)
            self.speed = Throughput()
            if self._voids:
                self.restarted.emit()
        for event in events:
            self.history.keep(event)
            if isinstance(event, Progress):
                self.speed.take(event)
        if events:
            self.delivered.emit(events)
        return events

    def _hand_over(self) -> None:
        """Hand over what waits, since a part of an answer is there."""
        events = self.deliver()
        if events:
            self.answered.emit(events)

    def _begin(self, make: Make, pace: RunUntil) -> None:
        if self._closed:
            return
        self._set_status("starting")
        # Most tabs are never opened: a thread begins with its first run.
        self._worker.start()
        self._worker.send(Begin(make, pace))

    def _set_session(self, session: Session) -> None:
        self.session = session
        # What ran before is over: first everything about that.
        self.deliver()
        self.comparer.begin(session.params)

    def _set_status(self, status: Status) -> None:
        if self._closed:
            # What the thread said last arrives when it is gone.
            return
        self.status = status
        if status in ("idle", "starting"):
            self.session, self.error = None, None
        if self.busy:
            self._timer.start()
        else:
            self._timer.stop()
            self.speed.rest()
            self.deliver()
        self.status_changed.emit()

    def _fail(self, error: Message) -> None:
        self.error = error
        self.failed.emit(error)


def window_threads() -> int:
    """Return the threads of torch beside a window: it needs a core itself, or both would wait for each other."""
    return max(1, cores() - 1)


def _pace(until: str) -> RunUntil:
    known: dict[str, RunUntil] = {"begin": RunUntil("begin"), "step": RunUntil("step"), "epoch": RunUntil("epoch")}
    return known.get(until, RunUntil("end"))
