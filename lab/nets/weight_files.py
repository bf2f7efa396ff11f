"""Weights on the disk: safetensors with a description and a checksum over both; never a pickle.

What is written is not copied on its way: a network of 100 million weights with Adam is 1.2 GB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from safetensors import SafetensorError, safe_open

from lab.core.events import Array
from lab.core.files import replace_file
from lab.core.reading import ReadingError, open_regular, parse_json
from lab.core.text import RunError

_DTYPES = {"b1": "BOOL"} | {f"{kind}{size}": f"{kind.upper()}{8 * size}" for kind in "uif" for size in (1, 2, 4, 8)}


def write_weights(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write arrays and `about` (JSON values) as one file, whole or not at all. Raises OSError."""
    plain = {name: _plain(array) for name, array in arrays.items()}
    described = json.dumps(about, sort_keys=True)
    metadata = {"about": described, "checksum": _checksum(plain, described)}
    replace_file(path, lambda stream: _write(stream, plain, metadata))


def _plain(array: Array) -> Array:
    """Return an array row by row and little-endian: itself, where it is."""
    made = np.asarray(array, order="C")
    return made.astype(made.dtype.newbyteorder("<"), copy=False)


def _write(stream: IO[bytes], arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write the format of safetensors: length of the header (8 bytes), header (JSON), numbers; each array aligned."""
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0]))
    for name, array in ordered:
        start, end = end, end + array.nbytes
        header[name] = {"dtype": _DTYPES[array.dtype.str[1:]], "shape": array.shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    stream.write(len(text).to_bytes(8, "little") + text)
    for _name, array in ordered:
        stream.write(_bytes(array))


def _bytes(array: Array) -> memoryview:
    """Return the bytes of an array in place."""
    return array.reshape(-1).view(np.uint8).data


def read_weights(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read what `write_weights` wrote.

    Raises RunError when the file is missing, cut short, changed since, or not such a file; it is left as it is.
    """
    try:
        # A pipe would be waited for.
        open_regular(path).close()
        with safe_open(str(path), framework="numpy") as opened:
            metadata = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
        described = metadata["about"]
        # What a training measured may be infinite.
        about = parse_json(described, finite=False)
        whole = metadata["checksum"] == _checksum(arrays, described)
        if not isinstance(about, dict):
            raise ReadingError("its description is no JSON object")
    except (SafetensorError, ReadingError, OSError, AttributeError, KeyError, ValueError, TypeError) as error:
        if not path.exists():
            raise RunError("There is no weight file {file}.", file=str(path)) from error
        raise not_weights(path) from error
    if not whole:
        raise RunError(
            "The weight file {file} was changed after it was written. It was left as it is and not used.",
            file=str(path),
        )
    return arrays, about


def not_weights(path: Path) -> RunError:
    """Return what to say of a file that does not hold what Descent writes."""
    return RunError(
        "The weight file {file} is cut short or is not one of Descent. It was left as it is and not used.",
        file=str(path),
    )


def _checksum(arrays: Mapping[str, Array], described: str) -> str:
    digest = hashlib.blake2b(described.encode(), digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
        digest.update(_bytes(array))
    return digest.hexdigest()
