"""Keeping a run while it goes on."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from lab.core.events import Event, Metrics, Progress, Remark, Scalars, Weights
from lab.core.experiment import Experiment
from lab.core.text import Message, RunError, message
from lab.running.runs import Run

SAVE_EVERY_SECONDS = 2.0


def recorded(
    run: Run,
    experiment: Experiment[Any],
    events: Generator[Event, None, None],
    every_seconds: float = SAVE_EVERY_SECONDS,
) -> Generator[Event, None, None]:
    """Pass events on and keep them in `run`, which must be acquired.

    When the disk cannot be written to, a Remark says so once, the run goes on, and what was saved stays.
    """
    recorder = _Recorder(run, experiment)
    try:
        for event in events:
            recorder.take(event)
            yield event
            if recorder.at_rest and time.monotonic() - recorder.saved_at >= every_seconds:
                yield from recorder.save("running")
        yield from recorder.save("finished" if recorder.metrics is not None else "stopped")
    except GeneratorExit:
        # Only between two steps is the state whole; else the last one saved has to do.
        for _remark in recorder.save("stopped") if recorder.at_rest else ():
            pass
        raise
    except Exception:
        recorder.note("failed")
        raise
    finally:
        events.close()
        run.release()


class _Recorder:
    def __init__(self, run: Run, experiment: Experiment[Any]) -> None:
        self.run, self.experiment = run, experiment
        self.info = run.info()
        self.began = self.saved_at = time.monotonic()
        self.pending: list[Scalars] = []
        self.weights: Weights | None = None
        self.metrics: dict[str, Any] | None = None
        self.at_rest = False
        self.failing = False

    @property
    def seconds(self) -> float:
        return self.info.seconds + time.monotonic() - self.began

    def take(self, event: Event) -> None:
        self.at_rest = isinstance(event, Progress | Metrics)
        if isinstance(event, Scalars):
            self.pending.append(event)
        elif isinstance(event, Weights) and event.complete:
            self.weights = event
        elif isinstance(event, Metrics):
            self.metrics = event.everything

    def save(self, status: str) -> Iterator[Event]:
        self.saved_at = time.monotonic()
        state = self.experiment.state()
        try:
            if state is not None:
                self.run.save(state, self.pending)
                self.pending = []
            if status == "finished":
                if self.weights is not None:
                    self.run.save_model(self.weights, self.experiment.id)
                info = self.info
                self.run.save_result(
                    result(info.experiment, info.params, info.device, self.metrics or {}, self.seconds)
                )
            if status != "running":
                self.run.set_status(status, self.seconds)
            self.failing = False
        except OSError as error:
            if not self.failing:
                self.failing = True
                yield Remark("saving", _not_saved(self.run, error), "warning")

    def note(self, status: str) -> None:
        # The run's own error is on its way to the user; a second one about the note would hide it.
        with contextlib.suppress(OSError, RunError):
            self.run.set_status(status, self.seconds)


def _not_saved(run: Run, error: OSError) -> Message:
    return message(
        "The run goes on, but it cannot be saved in {folder}: {reason}. What was saved before stays.",
        folder=str(run.folder),
        reason=error.strerror or str(error),
    )


def result(
    experiment: str, params: Mapping[str, Any], device: str, metrics: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    """Return the result of a run as JSON values; JSON has no infinity, so it becomes the text "inf"."""
    return {
        "experiment": experiment,
        "params": dict(params),
        "seed": params.get("seed"),
        "device": device,
        "metrics": plain(metrics),
        "seconds": round(seconds, 3),
    }


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that JSON can hold: an infinity or NaN becomes its name."""
    return {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
