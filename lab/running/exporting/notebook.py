"""A run as a Jupyter notebook: what it is about, its parameters, its program with what that printed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lab.core.catalogue import read_params
from lab.core.lessons import as_markdown, load_lessons
from lab.core.text import RunError
from lab.data.store import DataStore
from lab.running.exporting.script import NAME, copy_beside, portable, program
from lab.running.runs import Run

FILE = "run.ipynb"


def write_notebook(run: Run, data: DataStore, folder: Path) -> None:
    """Write `run.ipynb`, and what its program reads. The program is run for that, so its output is its own.

    Raises OSError, LabError.
    """
    info = run.info()
    source, beside = portable(program(run, data))
    copy_beside(beside, folder)
    printed = _printed(source, folder)
    params = read_params(info.experiment, info.params)
    specs = params.specs()
    rows = "\n".join(
        f"| {specs[name].label} | `{name}` | {text.replace('|', chr(92) + '|')} |"
        for name, text in params.to_texts().items()
    )
    lesson = load_lessons("en")[info.experiment]
    cells = [
        _text("lesson", f"# {lesson.title}\n\n{as_markdown(lesson)}"),
        _text("parameters", f"## Parameters\n\n| | name | value |\n|---|---|---|\n{rows}"),
        _code("program", source, printed),
    ]
    made = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    (folder / FILE).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _text(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(name: str, source: str, printed: str) -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": printed.splitlines(keepends=True)}
    return {
        "cell_type": "code", "id": name, "metadata": {}, "execution_count": 1,
        "source": source.rstrip("\n").splitlines(keepends=True), "outputs": [output],
    }  # fmt: skip


def _printed(source: str, folder: Path) -> str:
    """Return what a program prints that is run in a folder. Raises RunError when it fails, OSError."""
    with tempfile.TemporaryDirectory() as elsewhere:
        path = Path(elsewhere) / NAME
        path.write_text(source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", str(path)], cwd=folder, capture_output=True, encoding="utf-8", check=False
        )
    if done.returncode:
        reason = (done.stderr.strip() or "?").splitlines()[-1]
        raise RunError("The program of the run failed: {reason}. Nothing was written.", reason=reason)
    return done.stdout
