"""The folder of the user, and files that are whole or not there: written under a temporary name, flushed, renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import platformdirs


def home() -> Path:
    """Return the folder of the user for runs, data, settings and logs: $DESCENT_HOME where that is set."""
    wanted = os.environ.get("DESCENT_HOME")
    return Path(wanted) if wanted else platformdirs.user_data_path("Descent")


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a file that takes the place of `path` only when it is complete and on the disk.

    Raises OSError, and whatever `write` raises; then `path` is what it was before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
