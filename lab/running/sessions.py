"""Starting and continuing runs: the one way for the window, the command line and the tests."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.core.catalogue import experiment, read_params
from lab.core.events import Event, Progress
from lab.core.experiment import Context, Experiment, State
from lab.core.params import Params
from lab.core.text import RunError
from lab.data.store import DataStore
from lab.running.device import choose, use_threads
from lab.running.recording import recorded
from lab.running.runs import Run, RunStore, home
from lab.running.sharing import Shared, unfit


@dataclass
class Session:
    """A run that is ready: `events` drives it; `history` holds the scalars of its earlier parts."""

    experiment: Experiment[Any]
    params: Params
    context: Context
    run: Run | None
    events: Generator[Event, None, None]
    history: list[Event]

    def close(self) -> None:
        """End the run where it is, and save it."""
        self.events.close()
        if self.run is not None and self.run.held:
            # A generator that never began cannot end itself.
            try:
                self.run.set_status("stopped", self.run.info().seconds)
            finally:
                self.run.release()


def data_store() -> DataStore:
    """Return the data sets of the user."""
    return DataStore(home() / "datasets")


def run_store() -> RunStore:
    """Return the runs of the user."""
    return RunStore(home() / "runs")


def start(
    identifier: str,
    params: Params,
    threads: int,
    folder: Path | None = None,
    restored: State | None = None,
    kept: bool = True,
) -> Session:
    """Prepare a new run; to be called in the thread that will drive it.

    Kept in `folder`, or under a name of its own; experiments that are not worth it only where there is a `folder`, and
    none where it is not to be `kept`. It goes on from the state `restored`, where there is one. Raises LabError.
    """
    chosen = experiment(identifier)
    device = choose(getattr(params, "device", "cpu"))
    data = data_store()
    # Data that are missing or damaged must be noticed before anything is written.
    for _event in chosen().preview(params, data):
        pass
    if chosen.needs_torch:
        use_threads(threads)
    run = None
    if kept and (chosen.kept or folder is not None):
        values = params.to_json()
        if folder is None:
            run = run_store().create(chosen.id, values, device, threads)
        else:
            run = Run.create(folder, chosen.id, values, device, threads)
        run.acquire()
    return _session(chosen(), params, Context(device, data, restored=restored), run, [])


def start_from(shared: Shared, threads: int, folder: Path | None = None) -> Session:
    """Prepare a new run that goes on exactly from a shared state; without one, from the beginning. Raises LabError.

    A state that does not fit is noticed by the experiment before its first step: then the events raise LabError.
    """
    state = shared.state
    if state is not None and experiment(shared.experiment).needs_torch:
        import torch

        state = State({name: torch.tensor(array) for name, array in state.tensors.items()}, state.counters)
    session = start(shared.experiment, shared.params, threads, folder, state)
    if state is not None:
        session.events = _fitting(session.events)
    return session


def resume(folder: Path) -> Session:
    """Prepare to continue a kept run exactly where it was saved last, with as many threads. Raises LabError."""
    run = Run(folder)
    info = run.info()
    if not info.unfinished:
        raise RunError("The run in {folder} is finished; there is nothing to continue.", folder=str(folder))
    chosen, params = experiment(info.experiment), read_params(info.experiment, info.params)
    device = choose("cuda" if info.device.startswith("cuda") else "cpu")
    use_threads(info.threads)
    run.acquire()
    try:
        state = run.checkpoint()
        history = run.history(state.step) if state is not None else []
        run.rewrite_history(history)
        run.set_status("running", info.seconds)
    except BaseException:
        run.release()
        raise
    return _session(chosen(), params, Context(device, data_store(), restored=state), run, list(history))


def _session(
    instance: Experiment[Any], params: Params, context: Context, run: Run | None, history: list[Event]
) -> Session:
    instance.prepare(params)
    events = instance.run(params, context)
    return Session(instance, params, context, run, recorded(run, instance, events) if run else events, history)


def _fitting(events: Generator[Event, None, None]) -> Generator[Event, None, None]:
    """Pass events on; what fails before the first step does so because the state is of something else."""
    begun = False
    try:
        for event in events:
            begun = begun or isinstance(event, Progress)
            yield event
    except (AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        if begun:
            raise
        raise unfit(error) from error
    finally:
        events.close()
