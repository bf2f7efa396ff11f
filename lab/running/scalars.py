"""The scalars of a run on the disk, as lines of JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lab.core.events import Scalars
from lab.core.files import replace_file


class ScalarFile:
    """A file that grows: each line is [name, step, values]."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.end: int | None = None
        """The bytes that count; what lies behind is of a save that failed. None: the whole file."""

    def read(self, up_to: int) -> list[Scalars]:
        """Return the scalars up to a step; a line that a kill cut short is passed over."""
        kept = []
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            try:
                name, step, values = json.loads(line)
                if step <= up_to:
                    kept.append(Scalars(name, step, values))
            except (ValueError, TypeError):
                continue
        return kept

    def replace(self, events: list[Scalars]) -> None:
        """Keep these and no others. Raises OSError."""
        written = _lines(events)
        replace_file(self.path, lambda stream: stream.write(written))
        self.end = len(written)

    def append(self, events: list[Scalars]) -> int:
        """Write scalars behind `end`; return where they end, which the caller makes the new `end`. Raises OSError."""
        written = _lines(events)
        with self.path.open("ab") as stream:
            self.end = stream.tell() if self.end is None else self.end
            stream.truncate(self.end)
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
        return self.end + len(written)


def _lines(events: list[Scalars]) -> bytes:
    return "".join(json.dumps([event.name, event.step, dict(event.values)]) + "\n" for event in events).encode()
