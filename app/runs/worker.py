"""The thread in which an experiment runs."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QThread, Signal

from app.runs.event_buffer import EventBuffer
from lab.core.events import Event, Lazy, Progress, Watched, among, made
from lab.core.experiment import ClosedForm, Experiment
from lab.core.params import Params
from lab.core.text import LabError, Message, message
from lab.running import sharing
from lab.running.sessions import Session

Status = Literal["idle", "starting", "running", "paused", "stopped", "finished", "failed"]
Make = Callable[[], Session]
log = logging.getLogger(__name__)

# Held while a question is answered. A run in another thread waits for it before its next step: a person who draws
# waits for milliseconds, and has the cores and the interpreter to himself meanwhile.
_answering = threading.RLock()


ANSWER_SECONDS = 0.1
"""Between two makings of what takes time in an answer, while it is asked again and again."""


@dataclass(frozen=True)
class RunUntil:
    """How far to go: to the end, one step, one epoch, or nowhere: only to be there for questions."""

    until: Literal["end", "step", "epoch", "begin"]


@dataclass(frozen=True)
class Begin:
    """Make a session and go."""

    make: Make
    pace: RunUntil


@dataclass(frozen=True)
class Questions:
    """What a page wants to know of its experiment: each is answered once, and the newest of a kind wins.

    `picks` is what was picked on the page, by name; empty: how the run stands. `compute` are parameters whose figures
    are computed beside the window, `verify` those whose numbers an independent source is to give again.
    """

    picks: Mapping[str, Any] | None = None
    compute: Params | None = None
    verify: Params | None = None

    def then(self, newer: Questions) -> Questions:
        """Return these questions with those that came later."""
        picks = newer.picks if self.picks is None else {**self.picks, **(newer.picks or {})}
        return Questions(picks, newer.compute or self.compute, newer.verify or self.verify)


STATE = Questions({})
"""How does the run stand?"""
Command = Begin | RunUntil | Literal["pause", "stop", "reset", "copy", "close"]


class Worker(QThread):
    """Drives one generator; looks at commands between two steps, so that each is obeyed within a step."""

    status_changed = Signal(str)
    session_began = Signal(object)
    looked = Signal()
    copied = Signal(object)
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(self, buffer: EventBuffer) -> None:
        super().__init__()
        self._buffer = buffer
        self._condition = threading.Condition()
        self._commands: deque[Command] = deque()
        self._questions: Questions | None = None
        self._session: Session | None = None
        self._going = False
        """Whether the session can go on; one that ended still answers questions."""
        self._pace: RunUntil | None = None
        self._intervals: Mapping[Watched, float] = {}
        self._made_at: dict[tuple[str, str], float] = {}
        self._answered_at: dict[tuple[type[Event], str], float] = {}
        self._unseen: list[Event] = []
        """Figures of the newest parameters that nobody has looked at yet, and so were not made."""
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
                self._questions = None
            self._commands.append(command)
            self._condition.notify()

    def ask(self, questions: Questions) -> None:
        """Ask the experiment; what waits is asked together, and a new run makes it void."""
        with self._condition:
            self._questions = questions if self._questions is None else self._questions.then(questions)
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
                questions = self._questions if command is None and self._answerable() else None
                newly_seen: frozenset[Watched] = frozenset()
                if questions is not None:
                    self._questions = None
                elif command is None and self._showable():
                    newly_seen, self._newly_seen = self._newly_seen, newly_seen
            try:
                if command == "close":
                    self._end()
                    return
                if command is not None:
                    self._obey(command)
                elif questions is not None:
                    self._answer(questions)
                elif newly_seen:
                    self._show(newly_seen)
                elif self._pace is not None:
                    self._advance(self._pace)
            except Exception as error:
                self._fail(error)

    def _step_is_due(self) -> bool:
        return self._pace is not None and (not self._seconds_a_step or time.monotonic() >= self._due_at)

    def _seconds_until_due(self) -> float | None:
        return None if self._pace is None else max(0.0, self._due_at - time.monotonic())

    def _answerable(self) -> bool:
        return self._questions is not None and self._session is not None

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
                    self._buffer.put(event)
                # What is seen is made by the run itself from now on.
                self._newly_seen, self._made_at = frozenset(), {}
                self._session, self._going = session, True
                self.session_began.emit(session)
                self._go(command.pace)
            case RunUntil() if self._going:
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

    def _go(self, pace: RunUntil) -> None:
        if pace.until == "begin":
            self._rest("paused")
            return
        self._pace, self._due_at = pace, time.monotonic()
        self.status_changed.emit("running")

    def _advance(self, pace: RunUntil) -> None:
        """Do one step."""
        session = self._session
        assert session is not None
        # Late steps are not made up for in a hurry.
        self._due_at = max(self._due_at + self._seconds_a_step, time.monotonic())
        with _answering:
            pass
        for event in session.events:
            self._buffer.put(event)
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
            self._answer(STATE)
        self.status_changed.emit(status)

    def _answer(self, questions: Questions) -> None:
        session = self._session
        assert session is not None
        session.context.choices.update(questions.picks or {})
        self._put(self._answers(session.experiment, questions))

    def _show(self, watched: frozenset[Watched]) -> None:
        """Show what is looked at since a moment ago, as it stands."""
        session, shown = self._session, partial(among, watched)
        assert session is not None
        self._put(event for part in (self._unseen, session.experiment.query({})) for event in made(part, shown))

    def _answers(self, experiment: Experiment[Any], questions: Questions) -> Iterator[Event]:
        """Yield the answers, those first that are there soonest."""
        if questions.picks is not None:
            yield from made(experiment.query(questions.picks), self._worth)
        if isinstance(experiment, ClosedForm):
            if questions.compute is not None:
                self._unseen = []
                yield from self._sorted(experiment.computed(questions.compute))
            if questions.verify is not None:
                yield from self._sorted(experiment.verify(questions.verify))

    def _sorted(self, figures: Iterable[Event]) -> Iterator[Event]:
        """Yield what is seen; what is not is kept for whoever looks at it later."""
        for event in figures:
            if isinstance(event, Lazy) and not self.seen(event.kind, event.name):
                self._unseen.append(event)
            else:
                yield from made((event,))

    def _put(self, answers: Iterable[Event]) -> None:
        """Hand out answers; one that fails does not end the run."""
        try:
            with _answering:
                for event in answers:
                    self._buffer.put(event)
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
                if self._session.lost is not None:
                    self.failed.emit(self._session.lost)
            except Exception as error:
                self._tell(error)

    def _drop(self) -> None:
        self._end()
        self._session, self._unseen = None, []
        self._buffer.begin()

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

    @property
    def _asked_again(self) -> bool:
        """Whether something newer was picked or drawn, which will be answered next."""
        newer = self._questions
        return newer is not None and newer.picks is not None

    def _worth(self, kind: type[Event], name: str) -> bool:
        """Tell whether someone looks at a part of an answer that takes time, and nothing newer is asked by now.

        Who goes on drawing sees it now and then all the same.
        """
        now = time.monotonic()
        last = self._answered_at.get((kind, name), -math.inf)
        if not self.seen(kind, name) or (self._asked_again and now - last < ANSWER_SECONDS):
            return False
        self._answered_at[kind, name] = now
        return True

    def due(self, kind: type[Event], name: str) -> bool:
        """Tell whether someone looks at these events, and the last one was made long enough ago."""
        intervals = self._intervals
        interval = min(intervals.get((kind, name), math.inf), intervals.get((kind, None), math.inf))
        if interval == math.inf:
            return False
        made_at = self._made_at.get((kind.__name__, name))
        # Who asks something waits for the step to end; what is due can wait for the next one.
        patience = 0.0 if self._questions is None else ANSWER_SECONDS
        # Not 0 where there was none: the clock counts from the start of the computer, which may be a moment ago.
        return made_at is None or time.monotonic() - made_at >= interval + patience


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
