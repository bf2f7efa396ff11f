"""A run as text: what one person copies into a mail, another pastes, and has the same numbers.

The text is `descent:EXPERIMENT:VERSION:CONTENT:CHECKSUM`. The content is JSON (parameters, and of a state its
counters and tensors, as base64 of little-endian numbers), packed by zlib and written in the alphabet of URLs; the
checksum is BLAKE2b over all that stands before it. Nothing in it is ever run as code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.core.catalogue import experiment, read_params
from lab.core.events import Array
from lab.core.experiment import Experiment, State
from lab.core.params import ParamError, Params
from lab.core.reading import ReadingError, parse_json
from lab.core.text import LabError, Message

VERSION = 1
LONGEST_TEXT = 1_000_000
MOST_NUMBERS = 200_000
_LARGEST_CONTENT = 8 * LONGEST_TEXT
_DTYPES = frozenset(("|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"))
# What mails and editors put between the letters: breaks, marks of quotation and of direction, joiners.
_BETWEEN = re.compile(r"[\s>\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_HEAD = re.compile(r"descent:([a-z0-9_]+\.[a-z0-9_]+):([0-9]{1,6}):")
_CHECKSUM_BYTES = 8


class SharingError(LabError):
    """A text that holds no run, or a run that no text can hold."""


@dataclass(frozen=True)
class Shared:
    """A run to begin with: an experiment, its parameters and, where there is one, the state to go on from.

    The tensors of the state are NumPy arrays.
    """

    experiment: str
    params: Params
    state: State | None


@dataclass(frozen=True)
class Copied:
    """A run as text: `step` of its state, None without one; `problem` says why the state was left out."""

    text: str
    step: int | None
    problem: Message | None = None


def encode(identifier: str, params: Params, state: State | None) -> str:
    """Return a run as text. Raises SharingError when its state is too large for one."""
    content: dict[str, Any] = {"params": params.to_json()}
    if state is not None:
        arrays = {name: _array(tensor) for name, tensor in state.tensors.items()}
        _check_size(sum(array.size for array in arrays.values()))
        content["counters"] = state.counters
        content["tensors"] = {name: _plain(array) for name, array in arrays.items()}
    packed = zlib.compress(json.dumps(content, sort_keys=True, separators=(",", ":")).encode(), 9)
    body = f"descent:{identifier}:{VERSION}:{base64.urlsafe_b64encode(packed).decode().rstrip('=')}:"
    text = body + _checksum(body)
    if len(text) > LONGEST_TEXT:
        raise SharingError(
            "This state makes a text of {length} characters, and a text may have at most {most}.",
            length=f"{len(text):,}",
            most=f"{LONGEST_TEXT:,}",
        )
    return text


def copy(identifier: str, params: Params, state: State | None) -> Copied:
    """Return a run as text, without its state where that is too large: the parameters lead there again."""
    problem = None
    if state is not None:
        try:
            return Copied(encode(identifier, params, state), state.step)
        except SharingError as error:
            problem = error.message
    return Copied(encode(identifier, params, None), None, problem)


def decode(text: str) -> Shared:
    """Read what `encode` wrote; line breaks, spaces, marks of quotation and words before it do not matter.

    Raises SharingError, which says what is wrong with the text; nothing is taken from a text that is not whole.
    """
    if len(text) > 2 * LONGEST_TEXT:
        raise _too_long(len(text))
    text = _BETWEEN.sub("", text)
    head = _HEAD.search(text)
    if head is None:
        if re.search(r"descent:[a-z_.]*(:[0-9]*)?$", text):
            raise _cut_off()
        raise SharingError("This is no text that Descent copied: one begins with “descent:” and an experiment.")
    identifier, version = head[1], int(head[2])
    if version > VERSION:
        raise SharingError(
            "This text was copied by a newer Descent, in format {version}; this one reads up to {allowed}.",
            version=version,
            allowed=VERSION,
        )
    written, mark, checksum = text[head.end() :].partition(":")
    checksum = checksum[: 2 * _CHECKSUM_BYTES]
    if not mark or len(checksum) < 2 * _CHECKSUM_BYTES:
        raise _cut_off()
    if len(head[0]) + len(written) > LONGEST_TEXT:
        raise _too_long(len(written))
    # Half a letter, which cannot be encoded, is none that Descent wrote.
    if not written.isascii() or checksum != _checksum(f"{head[0]}{written}:"):
        raise SharingError("This text was changed after it was copied: its checksum does not fit. Copy it again.")
    try:
        chosen = experiment(identifier)
    except LabError as error:
        raise SharingError("This text is of the experiment {name}, which is not here.", name=identifier) from error
    content = _unpacked(written)
    return Shared(chosen.id, _params(chosen, content.get("params")), _state(content))


def _params(chosen: type[Experiment[Any]], values: Any) -> Params:
    try:
        return read_params(chosen.id, values)
    except ParamError as error:
        spec = chosen.params.specs().get(error.field)
        reason = error.message if spec is None else error.called(Message(spec.label))
        raise SharingError("The parameters in this text are not allowed here: {reason}.", reason=reason) from error


def _state(content: Mapping[str, Any]) -> State | None:
    if "counters" not in content and "tensors" not in content:
        return None
    counters, tensors = content.get("counters"), content.get("tensors")
    if not isinstance(counters, dict) or not isinstance(tensors, dict):
        raise _damaged()
    steps = counters.get("steps_done")
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 0:
        raise _damaged()
    arrays: dict[str, Any] = {}
    room = MOST_NUMBERS
    for name, entry in tensors.items():
        arrays[name] = _read(entry, room)
        room -= arrays[name].size
    return State(arrays, counters)


def _read(entry: Any, room: int) -> Array:
    """Return one array of at most `room` numbers."""
    match entry:
        case [str() as dtype, [*shape], str() as written] if dtype in _DTYPES:
            pass
        case _:
            raise _damaged()
    if not all(isinstance(side, int) and not isinstance(side, bool) and side >= 0 for side in shape):
        raise _damaged()
    _check_size(math.prod(shape) + MOST_NUMBERS - room)
    try:
        array = np.frombuffer(base64.b64decode(written, validate=True), np.dtype(dtype))
        return array.reshape(shape).astype(array.dtype.newbyteorder("="))
    except (ValueError, OverflowError) as error:
        raise _damaged() from error


def _unpacked(written: str) -> dict[str, Any]:
    """Return the content, of which no more is unpacked than any state needs."""
    try:
        packed = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(packed, _LARGEST_CONTENT)
        if not unpacking.eof or unpacking.unused_data:
            raise _damaged()
        content = parse_json(raw, finite=False)
    except (ValueError, zlib.error, ReadingError) as error:
        raise _damaged() from error
    if not isinstance(content, dict):
        raise _damaged()
    return content


def _array(tensor: Any) -> Array:
    """Return a tensor of NumPy or torch as little-endian numbers, one after the other."""
    array = np.asarray(tensor)
    return np.asarray(array, array.dtype.newbyteorder("<"), order="C")


def _plain(array: Array) -> list[Any]:
    if array.dtype.str not in _DTYPES:
        raise TypeError(f"an array of {array.dtype} cannot be shared")
    return [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]


def _checksum(body: str) -> str:
    return hashlib.blake2b(body.encode(), digest_size=_CHECKSUM_BYTES).hexdigest()


def _check_size(count: int) -> None:
    if count > MOST_NUMBERS:
        raise SharingError(
            "This state has more than {most} numbers, and a text may hold no more.",
            most=f"{MOST_NUMBERS:,}",
        )


def _cut_off() -> SharingError:
    return SharingError("This text is cut off: its end is missing. Copy all of it, from “descent:” to its last letter.")


def _too_long(length: int) -> SharingError:
    return SharingError(
        "This text is too long, with {length} characters; one that Descent copied has at most {most}.",
        length=f"{length:,}",
        most=f"{LONGEST_TEXT:,}",
    )


def _damaged() -> SharingError:
    return SharingError("This text is whole, but it does not hold what Descent writes. Copy it again with Descent.")


def unfit(error: Exception) -> SharingError:
    """Return what to say when a state cannot be continued: it is of another version of its experiment."""
    return SharingError(
        "The state in this text does not fit its experiment here: {reason}. Paste it into the version it comes from.",
        reason=str(error) or type(error).__name__,
    )
