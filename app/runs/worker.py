"""The thread in which an experiment runs."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QThread, Signal

from app.runs.event_buffer import Inbox
from lab.core.events import Event, Progress, Shown, Watched, among, made
from lab.core.text import LabError, Message, message
from lab.running import sharing
from lab.running.sessions import Session

Status = Literal["idle", "starting", "running", "paused", "stopped", "finished", "failed"]
Make = Callable[[], Session]
log = logging.getLogger(__name__)

# Held while a question is answered. A run in another thread waits for it before its next step: a person who draws
# waits for milliseconds, and has the cores and the interpreter to himself meanwhile.
_answering = threading.RLock()


@dataclass(frozen=True)
class Pace:
    """How far to go: to the end, one step, one epoch, or nowhere: only to be there for questions."""

    until: Literal["end", "step", "epoch", "begin"]


@dataclass(frozen=True)
class Begin:
    """Make a session and go."""

    make: Make
    pace: Pace


Command = Begin | Pace | Literal["pause", "stop", "reset", "copy", "close"]


class Worker(QThread):
    """Drives one generator; looks at commands between two steps, so that each is obeyed within a step."""

    status_changed = Signal(str)
    session_began = Signal(object)
    looked = Signal()
    copied = Signal(object)
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox
        self._condition = threading.Condition()
        self._commands: deque[Command] = deque()
        self._wish: dict[str, Any] | None = None
        self._session: Session | None = None
        self._going = False
        """Whether the session can go on; one that ended still answers questions."""
        self._pace: Pace | None = None
        self._intervals: Mapping[Watched, float] = {}
        self._made_at: dict[tuple[str, str], float] = {}
        self._newly_seen: frozenset[Watched] = frozenset()
        """What is looked at since a moment ago, and has to be shown as it stands."""
        self._seconds_a_step = 0.0
        self._due_at = 0.0
        """When the next step may be done, where the run is held to a speed."""

    def send(self, command: Command) -> None:
        """Ask for something; from the window's thread. A new run, none, or the end makes earlier requests void."""
        with self._condition:
            if isinstance(command, Begin) or command in ("reset", "close"):
                self._commands.clear()
                self._wish = None
            self._commands.append(command)
            self._condition.notify()

    def look(self, request: Mapping[str, Any]) -> None:
        """Ask the experiment a question; the newest value of each name wins, and a new run makes it void."""
        with self._condition:
            self._wish = {**(self._wish or {}), **request}
            self._condition.notify()

    def watch(self, intervals: Mapping[Watched, float]) -> None:
        """Say which events are seen now, and how many seconds may pass between two of them.

        What was not seen before is made from the present state before the run goes on.
        """
        with self._condition:
            self._newly_seen = (self._newly_seen | intervals.keys() - self._intervals.keys()) & intervals.keys()
            self._intervals = dict(intervals)
            self._condition.notify()

    def set_speed(self, steps_per_second: float | None) -> None:
        """Hold the run to a number of steps a second, or let it go as fast as it can."""
        with self._condition:
            self._seconds_a_step = 1 / steps_per_second if steps_per_second else 0.0
            self._due_at = time.monotonic()
            self._condition.notify()

    def run(self) -> None:
        """Obey until closed. Nothing that the experiment raises leaves this thread unsaid."""
        while True:
            with self._condition:
                while not (self._commands or self._step_is_due() or self._answerable() or self._showable()):
                    self._condition.wait(self._seconds_until_due())
                command = self._commands.popleft() if self._commands else None
                wish = self._wish if command is None and self._answerable() else None
                newly_seen: frozenset[Watched] = frozenset()
                if wish is not None:
                    self._wish = None
                elif command is None and self._showable():
                    newly_seen, self._newly_seen = self._newly_seen, newly_seen
            try:
                if command == "close":
                    self._end()
                    return
                if command is not None:
                    self._obey(command)
                elif wish is not None:
                    self._answer(wish)
                elif newly_seen:
                    self._answer({}, partial(among, newly_seen))
                elif self._pace is not None:
                    self._advance(self._pace)
            except Exception as error:
                self._fail(error)

    def _step_is_due(self) -> bool:
        return self._pace is not None and (not self._seconds_a_step or time.monotonic() >= self._due_at)

    def _seconds_until_due(self) -> float | None:
        return None if self._pace is None else max(0.0, self._due_at - time.monotonic())

    def _answerable(self) -> bool:
        return self._wish is not None and self._session is not None

    def _showable(self) -> bool:
        return bool(self._newly_seen) and self._session is not None

    def _obey(self, command: Command) -> None:
        match command:
            case Begin():
                self._drop()
                self.status_changed.emit("starting")
                session = command.make()
                session.context.due, session.context.seen = self.due, self.seen
                for event in session.history:
                    self._inbox.put(event)
                # What is seen is made by the run itself from now on.
                self._newly_seen, self._made_at = frozenset(), {}
                self._session, self._going = session, True
                self.session_began.emit(session)
                self._go(command.pace)
            case Pace() if self._going:
                self._go(command)
            case "pause" if self._pace is not None:
                self._pace = None
                self._rest("paused")
            case "stop" if self._going:
                self._end()
                self._rest("stopped")
            case "reset":
                self._drop()
                self.status_changed.emit("idle")
            case "copy" if self._session is not None:
                self._copy(self._session)

    def _go(self, pace: Pace) -> None:
        if pace.until == "begin":
            self._rest("paused")
            return
        self._pace, self._due_at = pace, time.monotonic()
        self.status_changed.emit("running")

    def _advance(self, pace: Pace) -> None:
        """Do one step."""
        session = self._session
        assert session is not None
        # Late steps are not made up for in a hurry.
        self._due_at = max(self._due_at + self._seconds_a_step, time.monotonic())
        with _answering:
            pass
        for event in session.events:
            self._inbox.put(event)
            # Of the run alone: an answer must not hold back what the next step shows.
            self._made_at[event.key] = time.monotonic()
            if isinstance(event, Progress):
                if pace.until == "step" or (pace.until == "epoch" and event.epoch_ends):
                    self._pace = None
                    self._rest("paused")
                return
        self._pace, self._going = None, False
        self._rest("finished")

    def _rest(self, status: Status) -> None:
        """Show the state at which the run came to rest, all of it."""
        if self._session is not None:
            self._answer({})
        self.status_changed.emit(status)

    def _answer(self, request: Mapping[str, Any], shown: Shown | None = None) -> None:
        """Answer a question, as far as it is `shown`, or seen; one that fails does not end the run."""
        session = self._session
        assert session is not None
        session.context.choices.update(request)
        try:
            with _answering:
                for event in made(session.experiment.look(session.context.choices), shown or self.seen):
                    self._inbox.put(event)
                    # Each part of the answer is shown as soon as it is there.
                    self.looked.emit()
        except Exception as error:
            self._tell(error)

    def _copy(self, session: Session) -> None:
        """Hand out the run as text; that this fails does not end it."""
        try:
            state = session.experiment.state()
            if state is None:
                # Not begun: it stands where it is to begin.
                state = session.context.restored
            self.copied.emit(sharing.copy(session.experiment.id, session.params, state))
        except Exception as error:
            self._tell(error)

    def _end(self) -> None:
        """Close the session; that it cannot be saved is said, and keeps nobody from going on."""
        self._pace, self._going = None, False
        if self._session is not None:
            try:
                self._session.close()
            except Exception as error:
                self._tell(error)

    def _drop(self) -> None:
        self._end()
        self._session = None
        self._inbox.begin()

    def _fail(self, error: Exception) -> None:
        self._tell(error)
        self._end()
        self._session = None
        self.status_changed.emit("failed")

    def _tell(self, error: Exception) -> None:
        log.error("the experiment failed", exc_info=error)
        self.failed.emit(sentence(error))
        if not isinstance(error, LabError | RuntimeError | MemoryError | OSError):
            self.crashed.emit(error)

    def seen(self, kind: type[Event], name: str) -> bool:
        """Tell whether someone looks at these events now."""
        return among(self._intervals, kind, name)

    def due(self, kind: type[Event], name: str) -> bool:
        """Tell whether someone looks at these events, and the last one was made long enough ago."""
        intervals = self._intervals
        interval = min(intervals.get((kind, name), math.inf), intervals.get((kind, None), math.inf))
        if interval == math.inf:
            return False
        made_at = self._made_at.get((kind.__name__, name))
        # Not 0 where there was none: the clock counts from the start of the computer, which may be a moment ago.
        return made_at is None or time.monotonic() - made_at >= interval


def sentence(error: Exception) -> Message:
    """Say what an experiment raised."""
    if isinstance(error, LabError):
        return error.message
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, MemoryError) or "out of memory" in reason.lower() or "can't allocate" in reason.lower():
        return message(
            "There is not enough memory: {reason}. What was saved of the run stays; try a smaller network or batch.",
            reason=reason,
        )
    return message("The computation failed: {reason}. What was saved of the run stays.", reason=reason)
