"""`run.json`: what a run is and how it stands, as it is written, read and checked."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.core.catalogue import current
from lab.core.files import replace_file
from lab.core.reading import ReadingError, number, read_json, whole_number
from lab.core.text import Message, RunError, Verbatim, message
from lab.running.scalars import MOST_STEPS

SCHEMA_VERSION = 1
INFO = "run.json"
LARGEST_INFO = 1 << 20
"""Bytes of `run.json`; it has about a thousand."""
MOST_THREADS = 1024
STATUSES = ("running", "stopped", "finished", "failed")
LONGEST_NAME = 200
_CHANGING = ("status", "seconds", "checksum")
"""What a run changes in its `run.json`; the rest is as it was when it began, which the checksum holds."""


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
    data: Mapping[str, str] = field(default_factory=dict)
    """What it learns from, by the name of the data set or file, with a digest of the contents."""

    @property
    def unfinished(self) -> bool:
        """Whether there is something to continue, once nobody is at it."""
        return self.status != "finished"

    @property
    def cut_off(self) -> bool:
        """Whether the run, if nobody is at it, was ended by a kill or a power cut rather than by its user."""
        return self.status == "running"


class InfoFile:
    """The `run.json` in the folder of a run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / INFO
        self._raw: dict[str, Any] | None = None

    def info(self) -> RunInfo:
        """Return what the file says. Raises RunError when it is missing, damaged, changed, or of a newer version."""
        raw = self.read()
        try:
            params = raw["params"]
            if not isinstance(params, dict):
                raise ReadingError("“{field}” is missing or is no object", field="params")
            return RunInfo(
                experiment=current(_name(raw, "experiment")),
                params=params,
                device=_name(raw, "device"),
                threads=whole_number(raw["threads"], 1, MOST_THREADS),
                status=_status(raw),
                created=_name(raw, "created"),
                seconds=number(raw["seconds"], 0.0),
                parent=_parent(raw.get("parent")),
                data=_data(raw.get("data", {})),
            )
        except KeyError as error:
            raise self._damaged(message("“{field}” is missing", field=error.args[0])) from error
        except ReadingError as error:
            raise self._damaged(error.message) from error

    def begin(self, raw: dict[str, Any]) -> None:
        """Write what a run is as it begins. Raises OSError."""
        self._write(raw | {"checksum": checksum(raw)})

    def note(self, status: str, seconds: float) -> None:
        """Write how the run stands. Raises OSError, RunError."""
        # What it was when it was read: a file that was damaged since then is mended by that.
        raw = self.read() if self._raw is None else self._raw
        self._write(raw | {"status": status, "seconds": seconds})

    def change(self, values: Mapping[str, Any]) -> None:
        """Change what the run is. Raises OSError, RunError."""
        raw = {**self.read(), **values}
        self._write(raw | {"checksum": checksum(raw)})

    def read(self) -> dict[str, Any]:
        """Return what the file holds, checked as a whole. Raises RunError."""
        path = self.path
        try:
            raw = read_json(path, LARGEST_INFO)
            if not isinstance(raw, dict):
                raise ReadingError("it is no JSON object")
            written = whole_number(raw.get("schema_version"), 1, MOST_STEPS)
        except FileNotFoundError as error:
            raise RunError("There is no run in {folder}.", folder=str(self.path.parent)) from error
        except ReadingError as error:
            raise self._damaged(error.message) from error
        except OSError as error:
            raise self._damaged(Verbatim(error.strerror)) from error
        if written > SCHEMA_VERSION:
            raise RunError(
                "The run in {folder} was written by a newer Descent, in format {version}; this one reads up to"
                " {allowed}. It was left as it is.",
                folder=str(self.path.parent),
                version=written,
                allowed=SCHEMA_VERSION,
            )
        # Runs of earlier versions have none.
        if "checksum" in raw and raw["checksum"] != checksum(raw):
            raise RunError(
                "The file {file} was changed after it was written: its checksum does not fit, and what it says need not"
                " be what was computed. It was left as it is; put back what it said, or begin a new run.",
                file=str(path),
            )
        self._raw = raw
        return raw

    def _write(self, raw: dict[str, Any]) -> None:
        must_exist(self.path.parent)
        text = json.dumps({"schema_version": SCHEMA_VERSION} | raw, indent=2) + "\n"
        replace_file(self.path, lambda stream: stream.write(text.encode()))
        self._raw = raw

    def _damaged(self, reason: Message | Verbatim) -> RunError:
        return RunError(
            "The file {file} is damaged: {reason}. It was left as it is; this run cannot be continued.",
            file=str(self.path),
            reason=reason,
        )


def must_exist(folder: Path) -> None:
    """Raise FileNotFoundError where the folder of a run is gone: to write would make a part of it anew."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


def _name(raw: dict[str, Any], field: str) -> str:
    """Return a short text of `run.json`. Raises ReadingError."""
    value = raw.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise ReadingError("“{field}” is missing or is no short text", field=field)
    return value


def _status(raw: dict[str, Any]) -> str:
    status = _name(raw, "status")
    if status not in STATUSES:
        raise ReadingError("“{field}” is missing or is no short text", field="status")
    return status


def _data(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(digest, str) for digest in raw.values()):
        raise ReadingError("“{field}” is missing or is no object", field="data")
    return raw


def _parent(raw: Any) -> Parent | None:
    match raw:
        case None:
            return None
        case {"run": str() as run, "step": step} if len(run) <= LONGEST_NAME:
            return Parent(run, whole_number(step, 0, MOST_STEPS))
    raise ReadingError("“{field}” is missing or is no object", field="parent")


def checksum(raw: dict[str, Any]) -> str:
    """Return the checksum of what does not change in `run.json`, whatever the order and the form of its lines."""
    fixed = {name: value for name, value in raw.items() if name not in (*_CHANGING, "schema_version")}
    return hashlib.blake2b(json.dumps(fixed, sort_keys=True).encode(), digest_size=16).hexdigest()
