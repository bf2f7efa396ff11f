"""Keeping a run while it goes on."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import Any

from lab.core.events import Event, Metrics, Progress, Remark, Scalars, Weights
from lab.core.experiment import Experiment
from lab.core.text import Message, RunError, message
from lab.running.runs import Run
from lab.running.writer import Writer, interval


def recorded(
    run: Run,
    experiment: Experiment[Any],
    events: Generator[Event, None, None],
    recorder: Recorder | None = None,
    lost: Callable[[Message], object] = lambda words: None,
) -> Generator[Event, None, None]:
    """Pass events on and keep them in `run`, which must be acquired.

    When the disk cannot be written to, a Remark says so once, the run goes on, and what was saved stays. Where its end
    cannot be saved, `lost` is told, as nobody hears of what a generator says when it is closed.
    """
    recorder = recorder or Recorder(run, experiment)
    try:
        for event in events:
            recorder.take(event)
            yield event
            yield from recorder.keep_up()
        yield from recorder.end("finished" if recorder.metrics is not None else "stopped")
    except GeneratorExit:
        # Only between two steps is the state whole; else the last one saved has to do.
        if recorder.at_rest:
            recorder.end("stopped")
        raise
    except Exception:
        recorder.note("failed")
        raise
    finally:
        try:
            events.close()
        finally:
            recorder.writer.close()
            run.release()
            if recorder.lost is not None:
                lost(recorder.lost)


class Recorder:
    """Saves a run at intervals, beside the training, so that saving costs at most about `writer.SHARE` of its time.

    The cost of a save is the time in which the training waits while its state is copied, and all the time in which it
    is written beside. The second is an upper bound: a write that takes a core, the interpreter and the memory's
    bandwidth from the training takes at most as long as it lasts. The time that it computes would not do: on a machine
    with other work, where it waits for its turn, the training loses several times as much.
    """

    def __init__(
        self,
        run: Run,
        experiment: Experiment[Any],
        interval: Callable[[float], float] = interval,
        clock: Callable[[], float] = time.monotonic,
        writer: Writer | None = None,
    ) -> None:
        self.run, self.experiment, self.writer = run, experiment, writer or Writer(clock)
        self._interval, self._clock = interval, clock
        self.info = run.info()
        self.began = clock()
        self.due_at = self.began + interval(0.0)
        self.cost = 0.0
        """What the last save cost, in seconds of training."""
        self.metrics: dict[str, Any] | None = None
        self.at_rest = False
        self.lost: Message | None = None
        """What to say where the end of the run could not be saved."""
        self._pending: list[Scalars] = []
        self._in_flight = 0
        self._weights: Weights | None = None
        self._diverged = False
        self._error: OSError | None = None

    @property
    def seconds(self) -> float:
        """How long the run has been going, in all its parts."""
        return self.info.seconds + self._clock() - self.began

    def take(self, event: Event) -> None:
        """Remember what is to be kept of an event."""
        self.at_rest = isinstance(event, Progress | Metrics)
        if isinstance(event, Scalars):
            self._pending.append(event)
        elif isinstance(event, Remark) and event.name == "diverged":
            self._diverged = True
        elif isinstance(event, Weights) and event.complete:
            self._weights = event
        elif isinstance(event, Remark) and event.name == "diverged":
            # Earlier ones are no result; the last good state is among those that are kept.
            self._weights = None
        elif isinstance(event, Metrics):
            self.metrics = event.everything

    def keep_up(self) -> list[Event]:
        """Begin a save where one is due, the state is whole, and no other goes on; return what there is to say."""
        if not self.at_rest or self.writer.busy:
            return []
        said = self._noticed()
        if self._clock() >= self.due_at:
            self._begin()
        return said

    def end(self, status: str) -> list[Event]:
        """Save all of the run as it is now, waiting for it; return what there is to say."""
        self.at_rest = False
        said = self._noticed()
        self._begin()
        said += self._noticed()
        try:
            if self._error is not None:
                raise self._error
            if status == "finished":
                # Weights that are no numbers are no model.
                if self._weights is not None and not self._diverged:
                    self.run.save_model(self._weights, self.experiment.id)
                info = self.info
                self.run.save_result(
                    result(info.experiment, info.params, info.device, self.metrics or {}, self.seconds)
                )
            self.run.set_status(status, self.seconds)
        except (OSError, RunError) as error:
            self.lost = _not_ended(self.run, error)
            if isinstance(error, OSError):
                said += self._say(error)
        return said

    def note(self, status: str) -> None:
        """Note how the run stands, where that can be noted."""
        # The run's own error is on its way to the user; a second one about the note would hide it.
        with contextlib.suppress(OSError, RunError):
            self.run.set_status(status, self.seconds)

    def _begin(self) -> None:
        began = self._clock()
        state, events = self.experiment.state(), list(self._pending)
        self.cost = self._clock() - began
        self.due_at = self._clock() + self._interval(self.cost)
        self._in_flight = len(events)
        # Of numbers that are none there is no state, but their curves are to be seen.
        if state is not None or events:
            self.writer.begin(partial(self.run.save, state, events))

    def _noticed(self) -> list[Event]:
        """Wait for a save that was begun, and count the time to the next one from here."""
        written = self.writer.wait()
        if written is None:
            return []
        self.cost += written.seconds
        self.due_at = self._clock() + self._interval(self.cost)
        if written.error is None:
            del self._pending[: self._in_flight]
        return self._say(written.error)

    def _say(self, error: OSError | None) -> list[Event]:
        """Say that nothing can be saved, once until something could be."""
        before, self._error = self._error, error
        if error is None or before is not None:
            return []
        return [Remark("saving", _not_saved(self.run, error), "warning")]


def _not_saved(run: Run, error: OSError) -> Message:
    if not run.folder.is_dir():
        return message(
            "The folder {folder} of this run is gone: it was deleted or moved. The run goes on, but nothing of it is"
            " kept.",
            folder=str(run.folder),
        )
    return message(
        "The run goes on, but it cannot be saved in {folder}: {reason}. What was saved before stays.",
        folder=str(run.folder),
        reason=error.strerror or str(error),
    )


def _not_ended(run: Run, error: OSError | RunError) -> Message:
    if not run.folder.is_dir():
        return message(
            "Nothing of this run is kept: its folder {folder} was deleted or moved while it ran.",
            folder=str(run.folder),
        )
    return message(
        "The end of this run could not be saved in {folder}: {reason}. What was saved before stays.",
        folder=str(run.folder),
        reason=error.message if isinstance(error, RunError) else error.strerror or str(error),
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
