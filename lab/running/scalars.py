"""The scalars of a run on the disk, as lines of JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lab.core.events import Scalars
from lab.core.files import replace_file
from lab.core.reading import ReadingError, open_regular, parse_json, whole_number

LONGEST_LINE = 1 << 20
"""Bytes; a line has a few hundred."""
MOST_STEPS = 1 << 53


class ScalarFile:
    """A file that grows: each line is [name, step, values]."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.end: int | None = None
        """The bytes that count; what lies behind is of a save that failed. None: the whole file."""

    def read(self, up_to: int) -> tuple[list[Scalars], int]:
        """Return the scalars up to a step, and how many lines are damaged and left out.

        A last line that a kill cut short is none of those. Raises OSError and ReadingError when there is no such file
        to be read.
        """
        kept, damaged = [], 0
        with open_regular(self.path) as stream:
            for line in _whole_lines(stream):
                try:
                    event = _scalars(parse_json(line, finite=False))
                except ReadingError:
                    damaged += 1
                else:
                    if event.step <= up_to:
                        kept.append(event)
        return kept, damaged

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


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines, and of one that is too long a part, which is no line of a run; not the last, if it is torn."""
    while line := stream.readline(LONGEST_LINE):
        if line.endswith(b"\n"):
            yield line
        elif len(line) == LONGEST_LINE:
            yield b""
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass


def _scalars(line: Any) -> Scalars:
    """Return what a line holds. Raises ReadingError."""
    match line:
        case [str() as name, step, dict() as values] if all(type(value) in (int, float) for value in values.values()):
            return Scalars(name, whole_number(step, 0, MOST_STEPS), values)
    raise ReadingError("it is no line of a history")


def _lines(events: list[Scalars]) -> bytes:
    return "".join(json.dumps([event.name, event.step, dict(event.values)]) + "\n" for event in events).encode()
