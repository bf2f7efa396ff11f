"""The program of a run as a file that runs anywhere: what it reads lies beside it."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from lab.core.catalogue import experiment, read_params
from lab.core.code import Code
from lab.core.events import made
from lab.core.text import RunError
from lab.data.store import DataStore
from lab.running.runs import Run

NAME, BESIDE = "run.py", "data"
ROOT = Path(__file__).resolve().parents[3]
"""What the paths of programs begin at, such as resources/datasets/digits.npz."""


def program(run: Run, data: DataStore) -> str:
    """Return the program of a run as its page shows it. Raises RunError where it has none."""
    info = run.info()
    chosen, params = experiment(info.experiment), read_params(info.experiment, info.params)
    instance = chosen()
    instance.data = data
    instance.validate(params, data)
    about = [f"{chosen.title} ({info.experiment}), as a program that needs no Descent; run it in this folder."]
    if info.parent is not None:
        about.append(
            f"The run was forked at step {info.parent.step}, with other parameters before. This program trains with its"
            " own from the beginning, so its metrics are not those of the run."
        )
    for event in made(instance.preview(params, data)):
        if isinstance(event, Code) and event.name == "code":
            return "".join(f"# {line}\n" for line in about) + event.source
    raise RunError(
        "{experiment} has no program of its own: it is made of runs of other experiments, which have one. Nothing was"
        " written.",
        experiment=info.experiment,
    )


def portable(source: str, root: Path = ROOT) -> tuple[str, dict[str, Path]]:
    """Return a program that names what it reads by places beside it, and what has to lie there, by those places.

    `root` is where its relative paths begin. A text of the program that is the path of something there is one.
    """
    beside: dict[str, Path] = {}
    lines = source.encode().splitlines(keepends=True)
    # From the last to the first, so that places before them stay.
    for number, start, end, value in sorted(_texts(source, root), reverse=True):
        path = root / value
        place = next((known for known, one in beside.items() if one == path), None)
        if place is None:
            place = _unused(f"{BESIDE}/{path.name}", beside)
            beside[place] = path
        line = lines[number - 1]
        lines[number - 1] = line[:start] + json.dumps(place, ensure_ascii=False).encode() + line[end:]
    return b"".join(lines).decode(), dict(sorted(beside.items()))


def write_script(run: Run, data: DataStore, folder: Path) -> None:
    """Write `run.py`, and what it reads. Raises OSError, LabError."""
    source, beside = portable(program(run, data))
    (folder / NAME).write_text(source, encoding="utf-8")
    copy_beside(beside, folder)


def copy_beside(beside: dict[str, Path], folder: Path) -> None:
    """Copy what a program reads to its places. Raises OSError."""
    for place, path in beside.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(path, target)


def _texts(source: str, root: Path) -> Iterator[tuple[int, int, int, str]]:
    """Yield the texts of a program that are paths of something: line, first and last byte in it, text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str() as value, lineno=line, col_offset=start, end_lineno=last, end_col_offset=end):
                plain = "/" in value and len(value) < 4096 and "\n" not in value and "\0" not in value
                if plain and line == last and end is not None and (root / value).exists():
                    yield line, start, end, value


def _unused(place: str, taken: dict[str, Path]) -> str:
    stem, dot, suffix = place.rpartition(".")
    number, found = 1, place
    while found in taken:
        number += 1
        found = f"{stem}-{number}{dot}{suffix}" if dot else f"{suffix}-{number}"
    return found
