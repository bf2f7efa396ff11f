"""Runs are kept: parameters, versions, scalars and weights, so that a kill loses at most the last seconds.

A run is a folder:

- `run.json`: experiment, parameters, seed, device, threads, versions, status, the run that it was forked from;
- `events.jsonl`: the scalars, a line each;
- `checkpoints/<step>.safetensors`: the exact states to go on from;
- `model.safetensors`, `result.json`: the weights and the result of a finished run.
"""

from __future__ import annotations

import json
import platform
import re
import secrets
import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import filelock

from lab.core.events import Scalars, Weights
from lab.core.experiment import State
from lab.core.files import replace_file
from lab.core.reading import ReadingError, read_json
from lab.core.text import LabError, Message, RunError, message
from lab.nets.weight_files import write_weights
from lab.running.checkpoints import Checkpoints
from lab.running.run_info import INFO, InfoFile, Parent, RunInfo, must_exist
from lab.running.scalars import ScalarFile

MODEL = "model.safetensors"
RESULT = "result.json"
HISTORY = "events.jsonl"
_MOMENT = "%Y%m%d-%H%M%S-%f"
_NAMED = re.compile(r"\d{8}-\d{6}-\d{6}(?=-)", re.ASCII)


class Run:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = filelock.FileLock(folder / ".lock", thread_local=False)
        self._checkpoints = Checkpoints(folder)
        self._scalars = ScalarFile(folder / HISTORY)
        self._file = InfoFile(folder)

    @classmethod
    def create(
        cls,
        folder: Path,
        experiment: str,
        params: dict[str, Any],
        device: str,
        threads: int,
        data: Mapping[str, str] | None = None,
    ) -> Run:
        """Make the folder of a new run. Raises RunError when it cannot be written or already holds something."""
        if folder.is_file():
            raise RunError(
                "{path} is a file; a folder for the run is expected, new or empty. Nothing was written.",
                path=str(folder),
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(
                "The folder {folder} is not empty. Choose another for this run, or continue the run in it with resume."
                " Nothing was written.",
                folder=str(folder),
            )
        run = cls(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            begun = {
                "experiment": experiment,
                "params": params,
                "seed": params.get("seed"),
                "device": device,
                "threads": threads,
                "data": dict(data or {}),
                "versions": _versions(),
                "created": datetime.now().astimezone().isoformat(timespec="seconds"),
                "status": "running",
                "seconds": 0.0,
            }
            run._file.begin(begun)
        except OSError as error:
            raise run.unkept(error) from error
        return run

    def info(self) -> RunInfo:
        """Read `run.json`. Raises RunError when it is missing, damaged, changed, or of a newer version."""
        return self._file.info()

    @property
    def begun(self) -> bool:
        """Whether there is a state to go on from."""
        return bool(self._checkpoints)

    def checkpoints(self) -> list[int]:
        """Return the steps whose states are kept, ascending. Raises RunError when the only one is damaged."""
        return self._checkpoints.steps()

    def checkpoint(self, step: int | None = None) -> State | None:
        """Return the state of a step, or the newest, as NumPy arrays; None when none was saved yet.

        Raises RunError when it is damaged, or a `step` is not kept.
        """
        if step is None:
            step = next(reversed(self.checkpoints()), None)
        return None if step is None else self._checkpoints.read(step)

    def reopen(self) -> tuple[State | None, int]:
        """Return the state to go on from, and how many steps are lost because newer ones are damaged.

        Those are renamed, and what a kill left half written is removed, so the run must be acquired. Raises RunError
        when all states are damaged; then nothing was changed.
        """
        state, damaged = self._checkpoints.newest_whole()
        try:
            self._checkpoints.tidy(damaged)
        except OSError as error:
            raise self.unkept(error) from error
        return state, max(damaged) - state.step if state is not None and damaged else 0

    def history(self, up_to: int) -> list[Scalars]:
        """Return the scalars kept up to a step; a line that a kill cut short, or that is damaged, is passed over."""
        return self.read_history(up_to)[0]

    def read_history(self, up_to: int) -> tuple[list[Scalars], Message | None]:
        """Return the scalars kept up to a step, and what to say where some are lost because the file is damaged."""
        try:
            kept, damaged = self._scalars.read(up_to)
        except FileNotFoundError:
            return [], None
        except (OSError, ReadingError) as error:
            reason = error.message if isinstance(error, ReadingError) else error.strerror
            return [], message("Its curves cannot be read and begin here: {reason}.", reason=reason)
        said = message("Of its curves {count} lines were damaged; the others are kept.", count=damaged)
        return kept, said if damaged else None

    def set_history_aside(self) -> None:
        """Rename a damaged history, so that nothing of it is lost. Raises OSError."""
        path = self.folder / HISTORY
        path.replace(path.with_suffix(".damaged"))

    def in_use(self) -> bool:
        """Tell whether some process, or this one, is at this run now."""
        if self._lock.is_locked:
            return True
        try:
            with self._lock.acquire(blocking=False):
                return False
        except filelock.Timeout:
            return True
        except OSError:
            # A folder that cannot be written to cannot be continued either.
            return True

    @property
    def held(self) -> bool:
        """Whether this object has claimed the run."""
        return self._lock.is_locked

    def acquire(self) -> None:
        """Claim the run for this process. Raises RunError when another is at it."""
        try:
            self._lock.acquire(blocking=False)
        except filelock.Timeout as error:
            raise RunError("The run {folder} is going on in another window.", folder=str(self.folder)) from error
        except OSError as error:
            raise self.unkept(error) from error

    def release(self) -> None:
        """Give the run free."""
        self._lock.release()

    def rewrite_history(self, events: list[Scalars]) -> None:
        """Replace the kept scalars. Raises OSError."""
        self._scalars.replace(events)

    def save(self, state: State | None, events: list[Scalars]) -> None:
        """Keep new scalars and a state, where there is one.

        Raises OSError; then neither counts: the scalars are to be given again.

        Scalars first: those behind the saved step are dropped when the run is continued.
        """
        must_exist(self.folder)
        end = self._scalars.append(events)
        if state is not None:
            self._checkpoints.write(state)
        self._scalars.end = end

    def save_model(self, weights: Weights, experiment: str) -> None:
        """Keep the weights of a finished run, with all that is needed to use them. Raises OSError."""
        must_exist(self.folder)
        about = {"experiment": experiment, "params": dict(weights.params), "classes": list(weights.classes)}
        write_weights(self.folder / MODEL, weights.arrays, about)

    def save_result(self, result: dict[str, Any]) -> None:
        """Keep the result of a finished run. Raises OSError."""
        must_exist(self.folder)
        text = json.dumps(result, indent=2) + "\n"
        replace_file(self.folder / RESULT, lambda stream: stream.write(text.encode()))

    def result(self) -> dict[str, Any] | None:
        """Return the kept result; None when the run has not come to its end, or it could not be kept."""
        try:
            kept = read_json(self.folder / RESULT)
        except (OSError, ReadingError):
            return None
        return kept if isinstance(kept, dict) and isinstance(kept.get("metrics"), dict) else None

    def set_status(self, status: str, seconds: float) -> None:
        """Note how the run stands. Raises OSError, RunError."""
        self._file.note(status, seconds)

    def set_parent(self, parent: Parent) -> None:
        """Note which run this one was forked from. Raises OSError, RunError."""
        self._file.change({"parent": asdict(parent)})

    def set_data(self, data: Mapping[str, str]) -> None:
        """Note that the run goes on with other data than it began with. Raises OSError, RunError."""
        self._file.change({"data": dict(data)})

    def unkept(self, error: OSError) -> RunError:
        """Return what to say when nothing can be written into the folder."""
        return RunError("The run cannot be kept in {folder}: {reason}.", folder=str(self.folder), reason=error.strerror)


class RunStore:
    """All runs of the user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unused(self, experiment: str) -> Path:
        """Return the folder for a new run, with a name of its own.

        Names are the order of the runs. They begin with the time in UTC, which no summer time turns back, and where a
        clock was turned back, with a moment after the newest run.
        """
        moment = datetime.now(UTC).replace(tzinfo=None)
        found = (_NAMED.match(path.name) for path in self.folder.glob("*/"))
        newest = max((match[0] for match in found if match), default="")
        # A name that somebody made up may be of no day at all.
        with suppress(ValueError, OverflowError):
            moment = max(moment, datetime.strptime(newest, _MOMENT) + timedelta(microseconds=1))
        return self.folder / f"{moment:{_MOMENT}}-{experiment}-{secrets.token_hex(2)}"

    def create(
        self,
        experiment: str,
        params: dict[str, Any],
        device: str,
        threads: int,
        data: Mapping[str, str] | None = None,
    ) -> Run:
        """Make a new run with a name of its own."""
        return Run.create(self.unused(experiment), experiment, params, device, threads, data)

    def newest(self) -> Iterator[tuple[Run, RunInfo]]:
        """Yield the readable runs, newest first; only those are read that are asked for."""
        return ((run, info) for run, info in self.found() if isinstance(info, RunInfo))

    def found(self) -> Iterator[tuple[Run, RunInfo | LabError]]:
        """Yield all runs, newest first; where one cannot be read, with the error that says why."""
        for path in sorted(self.folder.glob(f"*/{INFO}"), reverse=True):
            run = Run(path.parent)
            try:
                yield run, run.info()
            except LabError as error:
                yield run, error

    def all(self) -> list[tuple[Run, RunInfo]]:
        """Return all readable runs, newest first."""
        return list(self.newest())

    def unfinished(self, experiments: Container[str]) -> tuple[Run, RunInfo] | None:
        """Return the newest run of some experiments if it can be continued and nobody is at it."""
        for run, info in self.newest():
            # A run that never came to its first step hides no older one.
            if info.experiment in experiments and run.begun:
                return (run, info) if info.unfinished and not run.in_use() else None
        return None


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("torch", "numpy")}
    return {"python": platform.python_version(), "system": sys.platform, **packages}
