"""Numbers of a run as tables that any program reads: its curves, its parameters, how it ended."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lab.core.catalogue import read_params
from lab.data.store import DataStore
from lab.running.runs import Run
from lab.running.scalars import MOST_STEPS


def write_curves(run: Run, _data: DataStore, folder: Path) -> None:
    """Write `curves-batch.csv`, `curves-epoch.csv` (a column each quantity), `parameters.csv` and `metrics.csv`."""
    info = run.info()
    history = run.history(MOST_STEPS)
    for rhythm in dict.fromkeys(event.name for event in history):
        events = [event for event in history if event.name == rhythm]
        names = list(dict.fromkeys(name for event in events for name in event.values))
        rows: list[list[Any]] = [[event.step, *(event.values.get(name, "") for name in names)] for event in events]
        _write(folder / f"curves-{rhythm}.csv", ["step", *names], rows)
    params = read_params(info.experiment, info.params).to_texts()
    _write(folder / "parameters.csv", ["parameter", "value"], params.items())
    metrics = (run.result() or {}).get("metrics", {})
    _write(folder / "metrics.csv", ["metric", "value"], _flat(metrics))


def _flat(metrics: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield numbers by name; those of a list with their place in it."""
    for name, value in metrics.items():
        if isinstance(value, list):
            yield from _flat({f"{name}[{place}]": one for place, one in enumerate(value)})
        else:
            yield name, value


def _write(path: Path, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows(rows)
