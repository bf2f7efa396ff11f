"""Runs are kept: parameters, versions, scalars and weights, so that a kill loses at most the last seconds.

A run is a folder:

- `run.json`: experiment, parameters, seed, device, threads, versions, status, the run that it was forked from;
- `events.jsonl`: the scalars, a line each;
- `checkpoints/<step>.safetensors`: the exact states to go on from;
- `model.safetensors`, `result.json`: the weights and the result of a finished run.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import sys
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import filelock
import platformdirs

from lab.core.catalogue import current
from lab.core.events import Scalars, Weights
from lab.core.experiment import State
from lab.core.files import replace_file
from lab.core.text import LabError, RunError
from lab.running.checkpoints import Checkpoints
from lab.running.scalars import ScalarFile
from lab.running.weights import write_weights

SCHEMA_VERSION = 1
INFO = "run.json"
MODEL = "model.safetensors"


def home() -> Path:
    """Return the folder of the user for runs, data, settings and logs: $DESCENT_HOME where that is set."""
    wanted = os.environ.get("DESCENT_HOME")
    return Path(wanted) if wanted else platformdirs.user_data_path("Descent")


@dataclass(frozen=True)
class Parent:
    """The run that another was forked from, by the name of its folder, and the step at which."""

    run: str
    step: int


@dataclass(frozen=True)
class RunInfo:
    """What `run.json` holds. `status` is "running", "stopped", "finished" or "failed"."""

    experiment: str
    params: dict[str, Any]
    device: str
    threads: int
    status: str
    created: str
    seconds: float
    parent: Parent | None = None

    @property
    def unfinished(self) -> bool:
        """Whether there is something to continue, once nobody is at it."""
        return self.status != "finished"

    @property
    def cut_off(self) -> bool:
        """Whether the run, if nobody is at it, was ended by a kill or a power cut rather than by its user."""
        return self.status == "running"


class Run:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = filelock.FileLock(folder / ".lock", thread_local=False)
        self._checkpoints = Checkpoints(folder)
        self._scalars = ScalarFile(folder / "events.jsonl")

    @classmethod
    def create(cls, folder: Path, experiment: str, params: dict[str, Any], device: str, threads: int) -> Run:
        """Make the folder of a new run. Raises RunError when it cannot be written or already holds something."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(
                "The folder {folder} is not empty. Choose another for this run, or continue the run in it with resume."
                " Nothing was written.",
                folder=str(folder),
            )
        run = cls(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            run._write_info(
                {
                    "experiment": experiment,
                    "params": params,
                    "seed": params.get("seed"),
                    "device": device,
                    "threads": threads,
                    "versions": _versions(),
                    "created": datetime.now().astimezone().isoformat(timespec="seconds"),
                    "status": "running",
                    "seconds": 0.0,
                }
            )
        except OSError as error:
            raise run.unkept(error) from error
        return run

    def info(self) -> RunInfo:
        """Read `run.json`. Raises RunError when it is missing, damaged, or of a newer version."""
        raw = self._read_info()
        try:
            return RunInfo(
                experiment=current(str(raw["experiment"])),
                params=dict(raw["params"]),
                device=str(raw["device"]),
                threads=int(raw["threads"]),
                status=str(raw["status"]),
                created=str(raw["created"]),
                seconds=float(raw["seconds"]),
                parent=_parent(raw.get("parent")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged() from error

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
        """Return the scalars kept up to a step; a line that a kill cut short is passed over."""
        return self._scalars.read(up_to)

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

    def save(self, state: State, events: list[Scalars]) -> None:
        """Keep new scalars and a state. Raises OSError; then neither counts: the scalars are to be given again.

        Scalars first: those behind the saved step are dropped when the run is continued.
        """
        end = self._scalars.append(events)
        self._checkpoints.write(state)
        self._scalars.end = end

    def save_model(self, weights: Weights, experiment: str) -> None:
        """Keep the weights of a finished run, with all that is needed to use them. Raises OSError."""
        about = {"experiment": experiment, "params": dict(weights.params), "classes": list(weights.classes)}
        write_weights(self.folder / MODEL, weights.arrays, about)

    def save_result(self, result: dict[str, Any]) -> None:
        """Keep the result of a finished run. Raises OSError."""
        text = json.dumps(result, indent=2) + "\n"
        replace_file(self.folder / "result.json", lambda stream: stream.write(text.encode()))

    def result(self) -> dict[str, Any] | None:
        """Return the kept result; None when the run has not come to its end, or it could not be kept."""
        try:
            kept = json.loads((self.folder / "result.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) and isinstance(kept.get("metrics"), dict) else None

    def set_status(self, status: str, seconds: float) -> None:
        """Note how the run stands. Raises OSError, RunError."""
        self._write_info(self._read_info() | {"status": status, "seconds": seconds})

    def set_parent(self, parent: Parent) -> None:
        """Note which run this one was forked from. Raises OSError, RunError."""
        self._write_info(self._read_info() | {"parent": asdict(parent)})

    def unkept(self, error: OSError) -> RunError:
        """Return what to say when nothing can be written into the folder."""
        return RunError("The run cannot be kept in {folder}: {reason}.", folder=str(self.folder), reason=error.strerror)

    def _read_info(self) -> dict[str, Any]:
        path = self.folder / INFO
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunError("There is no run in {folder}.", folder=str(self.folder)) from error
        except (OSError, ValueError) as error:
            raise self._damaged() from error
        if not isinstance(raw, dict):
            raise self._damaged()
        written = raw.get("schema_version")
        if not isinstance(written, int) or isinstance(written, bool) or written < 1:
            raise self._damaged()
        if written > SCHEMA_VERSION:
            raise RunError(
                "The run in {folder} was written by a newer Descent, in format {version}; this one reads up to"
                " {allowed}. It was left as it is.",
                folder=str(self.folder),
                version=written,
                allowed=SCHEMA_VERSION,
            )
        return raw

    def _write_info(self, raw: dict[str, Any]) -> None:
        text = json.dumps({"schema_version": SCHEMA_VERSION} | raw, indent=2) + "\n"
        replace_file(self.folder / INFO, lambda stream: stream.write(text.encode()))

    def _damaged(self) -> RunError:
        return RunError(
            "The file {file} is damaged. It was left as it is; this run cannot be continued.",
            file=str(self.folder / INFO),
        )


class RunStore:
    """All runs of the user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unused(self, experiment: str) -> Path:
        """Return the folder for a new run, with a name of its own."""
        # Microseconds, as names are the order of the runs.
        return self.folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{experiment}-{secrets.token_hex(2)}"

    def create(self, experiment: str, params: dict[str, Any], device: str, threads: int) -> Run:
        """Make a new run with a name of its own."""
        return Run.create(self.unused(experiment), experiment, params, device, threads)

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


def _parent(raw: Any) -> Parent | None:
    return None if raw is None else Parent(str(raw["run"]), int(raw["step"]))


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("torch", "numpy")}
    return {"python": platform.python_version(), "system": sys.platform, **packages}
