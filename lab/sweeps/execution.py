"""How the cells of a sweep are run: as ensembles of dense networks, in processes, or on a cluster."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.core.catalogue import experiment, read_params
from lab.core.events import Metrics
from lab.core.experiment import ClosedForm
from lab.core.text import LabError, Message, message
from lab.data.store import DataStore
from lab.running.device import choose, cores
from lab.sweeps.grid import Cell, Sweep
from lab.sweeps.outcomes import Outcome, Trained
from lab.training.dense.experiment import DenseExperiment

ORPHAN_SECONDS = 0.5
"""How often a process of a sweep looks whether the sweep is still there."""
BACKENDS = {
    "auto": "Ensembles where that is possible, else processes",
    "processes": "Processes on this computer",
    "dask": "A Dask cluster",
}


@dataclass(frozen=True)
class Backend:
    """Where a sweep runs: a name of BACKENDS, the address of a Dask scheduler, the device of ensembles."""

    backend: str = "auto"
    scheduler: str = ""
    device: str = "cpu"


def execute(
    sweep: Sweep, cells: Sequence[Cell], data: DataStore, place: Backend
) -> Generator[Outcome | Trained, None, None]:
    """Run `cells` and yield each outcome as soon as it is there; closing the generator ends the rest."""
    chosen = experiment(sweep.experiment)
    if not cells:
        return
    if place.backend == "auto" and issubclass(chosen, ClosedForm):
        for cell in cells:
            yield _outcome(cell, run_cell(sweep.experiment, cell.params.to_json()))
        return
    apart = list(cells)
    if place.backend == "auto" and issubclass(chosen, DenseExperiment):
        instance = chosen()
        apart = [cell for cell in cells if instance.alone(cell.params)]
        together = [cell for cell in cells if not instance.alone(cell.params)]
        if together:
            from lab.sweeps.ensembles import run_together

            yield from run_together(instance, together, data, choose(place.device))
    if apart and place.backend == "dask":
        yield from _cluster(sweep, apart, place)
    elif apart:
        yield from _processes(sweep, apart)


def _cluster(sweep: Sweep, cells: Sequence[Cell], place: Backend) -> Iterator[Outcome | Trained]:
    from lab.sweeps.cluster import run_on_cluster

    with closing(run_on_cluster(run_cell, sweep.experiment, cells, place.scheduler)) as results:
        for found in results:
            # That nothing happened is told as well: between two events a sweep can be stopped.
            yield Trained(cells[0].index, 0, 0.0) if found is None else _outcome(*found)


def _processes(sweep: Sweep, cells: Sequence[Cell]) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config

    with parallel_config("loky", inner_max_num_threads=1):
        parallel = Parallel(n_jobs=cores(), return_as="generator_unordered", batch_size=1)
        tasks = (delayed(_numbered)(sweep.experiment, cell.index, cell.params.to_json(), os.getpid()) for cell in cells)
        by_index = {cell.index: cell for cell in cells}
        with closing(parallel(tasks)) as found:
            for index, result in found:
                yield _outcome(by_index[index], result)


def _numbered(name: str, index: int, values: dict[str, Any], parent: int) -> tuple[int, Any]:
    _end_with(parent)
    return index, run_cell(name, values)


@cache
def _end_with(parent: int) -> None:
    """Let this process end a moment after its parent, which may be killed before it can say so.

    Where a system does not say who the parent is by then (Windows), nothing is done.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_SECONDS)
        os._exit(1)

    if os.getppid() == parent:
        threading.Thread(target=watch, name="parent", daemon=True).start()


def run_cell(name: str, values: dict[str, Any]) -> dict[str, float] | Message:
    """Run an experiment from its parameters as JSON to its end; return its metrics, or the sentence that ended it."""
    # Sessions look at nothing of sweeps, but their experiments do.
    from lab.running.sessions import start

    metrics = None
    try:
        for event in start(name, read_params(name, values), 1, kept=False).events:
            if isinstance(event, Metrics):
                metrics = event.values
    except LabError as error:
        return error.message
    except (RuntimeError, MemoryError, OSError, ArithmeticError, ValueError) as error:
        return message("The computation failed: {reason}.", reason=str(error) or type(error).__name__)
    if metrics is None:
        return message("The run ended without a result.")
    return dict(metrics)


def _outcome(cell: Cell, found: dict[str, float] | Message) -> Outcome:
    return Outcome(cell, {}, found) if isinstance(found, Message) else Outcome(cell, found)
