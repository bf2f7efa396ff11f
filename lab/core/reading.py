"""Reading what anybody may have written: files and JSON under limits, or one sentence that says what is wrong.

Whatever stands in a folder of the user's, or comes from another person, is read here: a pipe is never waited for,
nothing is read that is larger than it can be, and what JSON gives is plain values that can be written again.
"""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from lab.core.text import LabError

LARGEST_JSON = 16 << 20
"""Bytes; the largest that Descent writes, the result of a large sweep, has about a tenth of it."""
DEEPEST_JSON = 32
LARGEST_WHOLE = 1 << 128
"""Whole numbers in JSON are smaller than this, whatever their sign: the state of NumPy's generator has 128 bits."""


class ReadingError(LabError):
    """A file or a text that is not what it should be; its `message` says why, without the name of the file."""


def open_regular(path: Path | str) -> BinaryIO:
    """Open an ordinary file to read. Raises OSError, and ReadingError for a pipe, a device or a socket.

    A pipe that nobody writes into is not waited for, nor is anything taken from one.
    """
    # Both names are known on some systems only.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    stream = os.fdopen(os.open(path, flags), "rb")
    kind = os.fstat(stream.fileno()).st_mode
    if stat.S_ISREG(kind):
        return stream
    stream.close()
    raise ReadingError("it is no ordinary file, but a pipe or a device")


def read_bytes(path: Path, most: int) -> bytes:
    """Return what stands in an ordinary file of at most so many bytes. Raises OSError, ReadingError."""
    with open_regular(path) as stream:
        # Asked for rather than believed: a file may grow while it is read.
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise ReadingError("it has more than {most} bytes", most=f"{most:,}")
    return raw


def read_json(path: Path, most: int = LARGEST_JSON, finite: bool = True) -> Any:
    """Return what an ordinary file of JSON holds, as `parse_json` does. Raises OSError, ReadingError."""
    return parse_json(read_bytes(path, most), finite)


def parse_json(raw: bytes | str, finite: bool = True) -> Any:
    """Return what JSON holds: at most DEEPEST_JSON deep, of texts that can be written, and of numbers within limits.

    `finite`: NaN and infinities, which Python writes and JSON does not know, are refused. Raises ReadingError.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode()
        found = json.loads(
            text,
            parse_int=_whole,
            parse_float=_finite if finite else float,
            parse_constant=_refused if finite else float,
        )
    except UnicodeDecodeError as error:
        raise ReadingError("its bytes are no text in UTF-8") from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise ReadingError("it is no JSON") from error
    _check(found)
    return found


def whole_number(value: Any, low: int, high: int) -> int:
    """Return a whole number of JSON that lies in [low, high]; a yes or no is none. Raises ReadingError."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ReadingError("{value} is not a whole number from {low} to {high}", value=cut(value), low=low, high=high)
    return value


def number(value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """Return a finite number of JSON that lies in [low, high]. Raises ReadingError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ReadingError("{value} is not a number", value=cut(value))
    if not low <= value <= high:
        raise ReadingError("{value} is not a number from {low} to {high}", value=cut(value), low=low, high=high)
    return float(value)


def cut(value: Any, longest: int = 60) -> str:
    """Return a value as a sentence can show it: what is longer than so many letters is cut, and half letters go."""
    text = str(value).encode(errors="replace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _check(found: Any) -> None:
    """Refuse what lies too deep, and texts with half a letter, which could be neither shown nor written."""
    layer, depth = [found], 0
    while layer:
        below: list[Any] = []
        for value in layer:
            if depth == DEEPEST_JSON and isinstance(value, dict | list):
                raise _too_deep()
            if isinstance(value, dict):
                below += value
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and not _writable(value):
                raise ReadingError("a text in it holds half a letter")
        layer, depth = below, depth + 1


def _writable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(digits: str) -> int:
    # Not made a number first: that takes time with the square of the digits.
    value = int(digits) if len(digits) <= 40 else LARGEST_WHOLE
    if abs(value) >= LARGEST_WHOLE:
        raise ReadingError("it holds a whole number of more than 128 bits")
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _infinite()
    return value


def _refused(_name: str) -> float:
    raise _infinite()


def _infinite() -> ReadingError:
    return ReadingError("it holds a number that is not finite")


def _too_deep() -> ReadingError:
    return ReadingError("it is nested more than {most} deep", most=DEEPEST_JSON)
