"""Progress on a terminal: a bar where there is one, a line an epoch where the output goes to a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from lab.core.events import Event, Metrics, Progress, Remark, Scalars
from lab.core.experiment import Experiment, StepUnit
from lab.core.headline import Headline
from lab.core.text import Message
from lab.running.throughput import Throughput, clock_time

LINE_SECONDS = 0.5


class Reporter:
    """Shows the events of a run, or the bytes of a download, on the error stream."""

    def __init__(self, bar: Bar, step_unit: StepUnit = "batch", headline: Headline | None = None) -> None:
        self._bar, self._step_unit, self._headline = bar, step_unit, headline
        self._task = bar.add_task("", total=None)
        self._pace = Throughput()
        self._loss: float | None = None
        self._result: Message | None = None
        self.metrics: dict[str, float | list[Any]] = {}
        self.warnings: dict[str, str] = {}
        """What there was to warn of, the newest of a name."""
        self.at_rest = False
        self._printed_at = -LINE_SECONDS

    @classmethod
    def run(cls, experiment: Experiment[Any]) -> Self:
        """Report a run of an experiment."""
        bar = Bar(BarColumn(), TextColumn("{task.description}"), console=Console(file=sys.stderr))
        return cls(bar, experiment.step_unit, experiment.headline)

    @classmethod
    def bytes(cls) -> Self:
        """Report a download; the object is called with bytes done and bytes in all."""
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
        return cls(Bar(*columns, console=Console(file=sys.stderr)))

    def __enter__(self) -> Self:
        if self._bar.console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` bytes are there."""
        self._bar.update(self._task, completed=done, total=total or None)

    def take(self, event: Event) -> None:
        """Show an event of a run."""
        match event:
            case Scalars():
                self._loss = event.values.get("train_loss", self._loss)
                if event.name == "epoch":
                    self._result = self._said(event.values, live=True) or self._result
            case Metrics():
                self.metrics = event.everything
                self._result = self._said(event.values)
                if self._result is not None:
                    self._say(self._result)
            case Remark():
                if event.level == "warning":
                    self.warnings[event.name] = str(event.message)
                self._say(event.message)
            case Progress():
                self._pace.take(event)
                words = self._words(event)
                self._bar.update(self._task, completed=event.step, total=event.steps, description=words)
                now, last = time.monotonic(), event.step == event.steps
                # Where it goes to a file, a thousand epochs a second are not a thousand lines.
                due = event.epoch_ends and (last or now - self._printed_at >= LINE_SECONDS)
                if due and not self._bar.console.is_terminal:
                    self._printed_at = now
                    print(words, file=sys.stderr, flush=True)
            case _:
                pass
        self.at_rest = isinstance(event, Progress)

    def _said(self, values: Mapping[str, float], live: bool = False) -> Message | None:
        return None if self._headline is None else self._headline.said(values, live)

    def _say(self, words: Message) -> None:
        self._bar.console.print(str(words), markup=False, highlight=False, soft_wrap=True)

    def _words(self, progress: Progress) -> str:
        words = [f"{self._step_unit} {progress.step}/{progress.steps}"]
        if progress.doing is not None:
            words = [str(progress.doing)]
        elif self._step_unit in ("batch", "epoch"):
            words = [f"epoch {progress.epoch}/{progress.epochs}"]
        if self._loss is not None:
            words.append(f"train loss {self._loss:.4f}")
        if self._result is not None:
            words.append(str(self._result))
        rate, left = self._pace.steps_per_second, self._pace.seconds_left
        if rate is not None and left is not None:
            words.append(f"{rate:.0f} steps/s  {clock_time(left)} left")
        return "  ".join(words)
