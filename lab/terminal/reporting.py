"""Progress on a terminal: a bar where there is one, a line an epoch where the output goes to a file."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from lab.core.events import Event, Metrics, Progress, Remark, Scalars
from lab.core.experiment import Counts
from lab.running.throughput import Pace, clock_time

LINE_SECONDS = 0.5


class Reporter:
    """Shows the events of a run, or the bytes of a download, on the error stream."""

    def __init__(self, bar: Bar, counts: Counts = "batch") -> None:
        self._bar, self._counts = bar, counts
        self._task = bar.add_task("", total=None)
        self._pace = Pace()
        self._latest: dict[str, float] = {}
        self.metrics: dict[str, float | list[float]] = {}
        self.at_rest = False
        self._printed_at = -LINE_SECONDS

    @classmethod
    def run(cls, counts: Counts) -> Self:
        """Report a run of an experiment whose steps are what `counts` says."""
        return cls(Bar(BarColumn(), TextColumn("{task.description}"), console=Console(file=sys.stderr)), counts)

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
                self._latest.update(event.values)
            case Metrics():
                self.metrics = event.everything
            case Remark():
                self._bar.console.print(str(event.message), markup=False, highlight=False, soft_wrap=True)
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

    def _words(self, progress: Progress) -> str:
        words = [f"{self._counts} {progress.step}/{progress.steps}"]
        if self._counts in ("batch", "epoch"):
            words = [f"epoch {progress.epoch}/{progress.epochs}"]
        for name in ("train_loss", "test_accuracy"):
            if name in self._latest:
                words.append(f"{name.replace('_', ' ')} {self._latest[name]:.4f}")
        rate, left = self._pace.steps_per_second, self._pace.seconds_left
        if rate is not None and left is not None:
            words.append(f"{rate:.0f} steps/s  {clock_time(left)} left")
        return "  ".join(words)
