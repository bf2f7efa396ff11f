"""Experiments without torch, whose numbers tell where they come from."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from app.runs.runner import Runner
from lab.core import catalogue
from lab.core.events import Event, Metrics, Picture, Progress, Remark, Scalars, lazily
from lab.core.experiment import Context, Experiment, State
from lab.core.params import Params, integer
from lab.core.text import message
from lab.running import sessions

STEPS_PER_EPOCH = 5


@dataclass(frozen=True, kw_only=True)
class CountParams(Params):
    steps: int = integer(20, 1, 10**9, label="Steps", help="How far to count.", group="Run")
    seed: int = integer(7, 0, 100, label="Seed", help="Marks the numbers of this run.", group="Run")


class Array:
    """As much of a tensor as a checkpoint needs."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array([self.value], dtype)


class Count(Experiment[CountParams]):
    """Counts; `value` of a step is seed * 1e9 + step. Each class made by `counter` has its own switches."""

    id: ClassVar[str] = "fake.count"
    title: ClassVar[str] = "Counting"
    params: ClassVar[type[Params]] = CountParams

    error: ClassVar[Exception | None] = None
    """Raised by the step after `calm` steps."""
    query_error: ClassVar[Exception | None] = None
    close_error: ClassVar[Exception | None] = None
    calm: ClassVar[int] = 3
    step_begins: ClassVar[threading.Event]
    step_may_end: ClassVar[threading.Event]
    run_ended: ClassVar[threading.Event]

    count = 0
    began = False

    def preview(self, params: CountParams, data: object) -> Iterator[Event]:
        yield Remark("preview", message("Counts to {steps}.", steps=params.steps))

    def run(self, params: CountParams, context: Context) -> Generator[Event, None, None]:
        self.began, self.seed = True, params.seed
        self.count = 0 if context.restored is None else context.restored.step
        epochs = -(-params.steps // STEPS_PER_EPOCH)
        try:
            if context.restored is not None and self.count < params.steps:
                yield Progress(self.count, params.steps, -(-self.count // STEPS_PER_EPOCH), epochs, False)
            while self.count < params.steps:
                if self.error is not None and self.count == self.calm:
                    raise self.error
                self.step_begins.set()
                assert self.step_may_end.wait(20)
                self.count += 1
                yield Scalars("batch", self.count, {"value": self.value})
                yield from context.made((lazily(Picture, "count", self.picture),))
                epoch_ends = self.count % STEPS_PER_EPOCH == 0
                if epoch_ends:
                    yield Scalars("epoch", self.count, {"value": self.value, "half": self.value / 2})
                yield Progress(self.count, params.steps, -(-self.count // STEPS_PER_EPOCH), epochs, epoch_ends)
            yield Metrics({"value": self.value})
            self.run_ended.set()
        finally:
            if self.close_error is not None:
                raise self.close_error

    @property
    def value(self) -> float:
        return self.seed * 1e9 + self.count

    def picture(self) -> Picture:
        return Picture("count", np.array([[self.count]]))

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        if self.query_error is not None:
            raise self.query_error
        words = ", ".join(f"{name} {value}" for name, value in sorted(request.items()))
        yield Remark("look", message("{words} at {count}", words=words, count=self.count))

    def state(self) -> State | None:
        return State({"count": Array(self.count)}, {"steps_done": self.count}) if self.began else None


def counter() -> type[Count]:
    """Return a Count with switches of its own; its steps end at once."""
    made: type[Count] = type("OneCount", (Count,), {})
    made.step_begins, made.step_may_end, made.run_ended = threading.Event(), threading.Event(), threading.Event()
    made.step_may_end.set()
    return made


class Record:
    """Writes down what a runner says, in order."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.lines: list[tuple[str, Any]] = []
        runner.restarted.connect(lambda: self.lines.append(("restarted", None)))
        runner.delivered.connect(lambda events: self.lines.append(("delivered", events)))
        runner.status_changed.connect(lambda: self.lines.append(("status", runner.status)))
        runner.failed.connect(lambda error: self.lines.append(("failed", str(error))))
        runner.crashed.connect(lambda error: self.lines.append(("crashed", error)))

    def of(self, name: str) -> list[Any]:
        return [value for kind, value in self.lines if kind == name]

    def events(self) -> list[Event]:
        """Everything delivered since the last restart."""
        last = max((place for place, (kind, _) in enumerate(self.lines) if kind == "restarted"), default=-1)
        return [event for kind, events in self.lines[last + 1 :] if kind == "delivered" for event in events]

    def scalars(self, name: str = "batch") -> list[Scalars]:
        return [event for event in self.events() if isinstance(event, Scalars) and event.name == name]


def alone(monkeypatch: pytest.MonkeyPatch, made: type[Experiment[Any]]) -> None:
    """Let `made` be the only experiment that there is, and nothing compute with torch."""
    monkeypatch.setattr(catalogue, "identifiers", lambda: (made.id,))
    monkeypatch.setattr(catalogue, "load", lambda _identifier: made)
    monkeypatch.setattr(sessions, "use_threads", lambda _count: None)
