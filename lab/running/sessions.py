"""Starting and continuing runs: the one way for the window, the command line and the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lab.core.catalogue import experiment, read_params
from lab.core.command import command
from lab.core.events import Event, Progress, Remark
from lab.core.experiment import Context, Experiment, State
from lab.core.files import home
from lab.core.params import Params
from lab.core.reading import ReadingError, read_bytes
from lab.core.text import LabError, Message, RunError, message
from lab.data.store import DataStore
from lab.running.device import choose, use_threads
from lab.running.recording import recorded
from lab.running.run_info import Parent
from lab.running.runs import HISTORY, Run, RunStore
from lab.running.sharing import Shared, unfit

MOST_BYTES = 1 << 29
"""Of a file that is named by parameters, to tell it from another."""


@dataclass
class Session:
    """A run that is ready: `events` drives it; `history` holds the scalars of its earlier parts."""

    experiment: Experiment[Any]
    params: Params
    context: Context
    run: Run | None
    events: Generator[Event, None, None]
    history: list[Event]
    lost: Message | None = None
    """What to say where the end of the run could not be saved; known when it has ended."""

    def close(self) -> None:
        """End the run where it is, and save it."""
        self.events.close()
        if self.run is not None and self.run.held:
            # A generator that never began cannot end itself.
            try:
                self.run.set_status("stopped", self.run.info().seconds)
            except OSError as error:
                raise self.run.unkept(error) from error
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
    chosen().validate(params, data)
    if chosen.needs_torch:
        use_threads(threads)
    run = None
    if kept and (chosen.persistent or folder is not None):
        values = params.to_json()
        if folder is None:
            folder = run_store().unused(chosen.id)
        run = Run.create(folder, chosen.id, values, device, threads, _learned_from(params, data))
        run.acquire()
    return _session(chosen(), params, Context(device, data, restored=restored), run, [])


def start_from(shared: Shared, threads: int, folder: Path | None = None) -> Session:
    """Prepare a new run that goes on exactly from a shared state; without one, from the beginning. Raises LabError.

    A state that does not fit is noticed by the experiment before its first step: then the events raise LabError.
    """
    state = shared.state
    session = start(shared.experiment, shared.params, threads, folder, restorable(shared.experiment, state))
    if state is not None:
        session.events = _fitting(session.events, unfit)
    return session


def fork(folder: Path, at_step: int, changes: Mapping[str, Any], target: Path | None = None) -> Session:
    """Prepare a new run that goes on from a kept step of another, with some of its parameters changed. Raises LabError.

    It begins with the scalars up to there, and knows its parent, which is only read. Without changes it ends like its
    parent, bit for bit. A state that does not fit the changes is noticed before its first step, as by `start_from`.
    """
    run = Run(folder)
    info, steps = run.info(), run.checkpoints()
    if at_step not in steps:
        raise RunError(
            "The run in {folder} keeps no state of step {step}; choose from {allowed}. Nothing was written.",
            folder=str(folder),
            step=at_step,
            allowed=", ".join(map(str, steps)) or "-",
        )
    params = read_params(info.experiment, info.params).replace(**changes)
    state, history = restorable(info.experiment, run.checkpoint(at_step)), run.history(at_step)
    session = start(info.experiment, params, info.threads, target or run_store().unused(info.experiment), state)
    assert session.run is not None and state is not None
    try:
        # At once: killed before its first save, it would begin at the first step.
        session.run.save(state, history)
        session.run.set_parent(Parent(folder.resolve().name, at_step))
    except OSError as error:
        session.close()
        raise session.run.unkept(error) from error
    session.history, session.events = list(history), _fitting(session.events, _changed_too_much)
    return session


def resume(folder: Path, changed_data: bool = False) -> Session:
    """Prepare to continue a kept run exactly where it was saved last, with as many threads. Raises LabError.

    Where its data are others than it began with, it is refused, unless `changed_data` are wanted.
    """
    _must_be_folder(folder)
    run = Run(folder)
    info = run.info()
    if not info.unfinished:
        raise RunError("The run in {folder} is finished; there is nothing to continue.", folder=str(folder))
    chosen, params = experiment(info.experiment), read_params(info.experiment, info.params)
    data = data_store()
    chosen().validate(params, data)
    learned_from = _learned_from(params, data)
    # Of a run that was kept before there were digests, none are known.
    names = {**info.data, **learned_from} if info.data else {}
    others = [name for name in names if info.data.get(name) != learned_from.get(name)]
    if others and not changed_data:
        raise RunError(
            "The data of the run in {folder} are others than it began with: {names}. It would no longer be one"
            " training. Put the old ones back; or go on with the new ones: {command} resume {folder} --changed-data",
            folder=str(folder),
            names=", ".join(others),
            command=command(),
        )
    # Without a card it goes on all the same, and says so.
    device = choose("auto" if info.device.startswith("cuda") else "cpu")
    use_threads(info.threads)
    run.acquire()
    try:
        state, lost = run.reopen()
        history, damage = run.read_history(state.step if state is not None else 0)
        if damage is not None:
            run.set_history_aside()
        run.rewrite_history(history)
        if others:
            run.set_data(learned_from)
        run.set_status("running", info.seconds)
    except OSError as error:
        run.release()
        raise run.unkept(error) from error
    except BaseException:
        run.release()
        raise
    state = restorable(info.experiment, state)
    session = _session(chosen(), params, Context(device, data, restored=state), run, list(history))
    if state is not None:
        session.events = _fitting(session.events, partial(_of_something_else, folder))
    if state is not None and lost:
        session.events = _after(_damaged(state.step, lost), session.events)
    if damage is not None:
        session.events = _after(_lost_history(damage, run), session.events)
    if info.device.startswith("cuda") and device == "cpu":
        session.events = _after(Remark("device", _WITHOUT_CARD, "warning"), session.events)
    return session


def restorable(identifier: str, state: State | None) -> State | None:
    """Return a kept or shared state as its experiment takes it: with tensors of torch, where it has torch."""
    if state is None or not experiment(identifier).needs_torch:
        return state
    import torch

    return State({name: torch.tensor(array) for name, array in state.tensors.items()}, state.counters)


_WITHOUT_CARD = message(
    "This run began on a graphics card, which is not here: it goes on on the CPU. Numbers are rounded otherwise there,"
    " and what is drawn at random is drawn anew."
)


def _must_be_folder(folder: Path) -> None:
    if folder.is_file():
        raise RunError("{path} is a file; the folder of a run is expected, which holds its run.json.", path=str(folder))


def _learned_from(params: Params, data: DataStore) -> dict[str, str]:
    """Return digests of the data sets that were looked at by `validate`, and of the files that are named."""
    found = dict(data.used)
    for name in params.files():
        # What cannot be read is said by the experiment itself.
        with suppress(OSError, ReadingError):
            found[name] = hashlib.blake2b(read_bytes(Path(name).expanduser(), MOST_BYTES), digest_size=16).hexdigest()
    return found


def _damaged(step: int, lost: int) -> Remark:
    said = message(
        "What was saved last of this run is damaged, and was put aside. It goes on from step {step}; {lost} steps are"
        " done again.",
        step=step,
        lost=lost,
    )
    return Remark("saving", said, "warning")


def _lost_history(damage: Message, run: Run) -> Remark:
    said = message(
        "The file {file} of this run was damaged, and was put aside. {what} The run itself goes on from where it was"
        " saved.",
        file=str(run.folder / HISTORY),
        what=damage,
    )
    return Remark("history", said, "warning")


def _of_something_else(folder: Path, error: Exception) -> LabError:
    return RunError(
        "What was saved of the run in {folder} does not fit its experiment: {reason}. It was left as it is.",
        folder=str(folder),
        reason=str(error) or type(error).__name__,
    )


def _changed_too_much(error: Exception) -> LabError:
    return RunError(
        "The state of the run does not fit what was changed: {reason}. The run itself is as it was.",
        reason=str(error) or type(error).__name__,
    )


def _after(remark: Remark, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
    """Say something before the first event."""
    try:
        yield remark
        yield from events
    finally:
        events.close()


def _session(
    instance: Experiment[Any], params: Params, context: Context, run: Run | None, history: list[Event]
) -> Session:
    instance.data = context.data
    instance.prepare(params)
    events = instance.run(params, context)
    session = Session(instance, params, context, run, events, history)
    if run is not None:
        session.events = recorded(run, instance, events, lost=partial(setattr, session, "lost"))
    return session


def _fitting(
    events: Generator[Event, None, None], unfit: Callable[[Exception], LabError]
) -> Generator[Event, None, None]:
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
