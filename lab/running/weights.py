"""Weights on the disk: safetensors with a description and a checksum over both; never a pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lab.core.events import Array
from lab.core.files import replace_file
from lab.core.text import RunError


def write_weights(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write arrays and `about` (JSON values) as one file, whole or not at all. Raises OSError."""
    plain = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    described = json.dumps(about, sort_keys=True)
    metadata = {"about": described, "checksum": _checksum(plain, described)}
    replace_file(path, lambda stream: stream.write(save(plain, metadata)))


def read_weights(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read what `write_weights` wrote.

    Raises RunError when the file is missing, cut short, changed since, or not such a file; it is left as it is.
    """
    try:
        with safe_open(str(path), framework="numpy") as opened:
            metadata = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
        described = metadata["about"]
        about = json.loads(described)
        whole = metadata["checksum"] == _checksum(arrays, described)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        if not path.exists():
            raise RunError("There is no weight file {file}.", file=str(path)) from error
        raise RunError(
            "The weight file {file} is cut short or is not one of Descent. It was left as it is and not used.",
            file=str(path),
        ) from error
    if not whole:
        raise RunError(
            "The weight file {file} was changed after it was written. It was left as it is and not used.",
            file=str(path),
        )
    return arrays, about


def _checksum(arrays: Mapping[str, Array], described: str) -> str:
    digest = hashlib.blake2b(described.encode(), digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
