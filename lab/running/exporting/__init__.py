"""Taking a kept run home: its program with the data that it reads, a notebook, its curves, its weights.

What is written names no folder of this computer. It is made beside its place and then renamed: whole, or not at all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.core.text import RunError
from lab.data.store import DataStore
from lab.running.exporting.notebook import write_notebook
from lab.running.exporting.script import write_script
from lab.running.exporting.tables import write_curves
from lab.running.exporting.weights import write_state
from lab.running.runs import Run

KINDS: Mapping[str, Callable[[Run, DataStore, Path], None]] = {
    "script": write_script,
    "notebook": write_notebook,
    "csv": write_curves,
    "state_dict": write_state,
}
"""What a run can be made into, and who writes that into an empty folder."""


def export(run: Run, kind: str, target: Path, data: DataStore) -> list[Path]:
    """Write a run as `kind` into the folder `target`, new or empty; return what lies in it now.

    Raises RunError, and LabError where the run or its data cannot be read. Then nothing was written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunError("{path} is not an empty folder. Choose another. Nothing was written.", path=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent))
    except OSError as error:
        raise _unwritten(target, error) from error
    try:
        KINDS[kind](run, data, made)
        if target.exists():
            target.rmdir()
        made.chmod(0o755)
        made.replace(target)
    except OSError as error:
        raise _unwritten(target, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _unwritten(target: Path, error: OSError) -> RunError:
    return RunError("It cannot be written to {path}: {reason}.", path=str(target), reason=error.strerror or str(error))
