"""Cells that train together, on as many threads as torch was given: each thread has an ensemble of its own.

Two threads that share one ensemble would wait for each other after every operation, and most of these are small.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lab.core.events import Array
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.running.device import use_threads
from lab.sweeps.grid import Cell
from lab.sweeps.outcomes import CURVE, Outcome, Trained
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.starts import Start, drawn

AT_ONCE = 4096
"""The most cells whose data are made at once."""
TELL_SECONDS = 0.05
Parts = Sequence[list[int]]
Found = Outcome | Trained | BaseException | None


class Judge(Protocol):
    """What turns parameters into recipes, and trained networks into metrics: a `DenseExperiment` does."""

    def recipe(self, params: Any, data: DataStore) -> TrainingSpec:
        """Return what is trained."""

    def measures(self, params: Any, recipe: TrainingSpec, network: Network, epochs: int) -> dict[str, float]:
        """Return the metrics of a network after so many epochs; where its numbers are none any more, NaN."""


@dataclass(frozen=True)
class Way:
    """How the networks of a sweep train together.

    `start` gives what each begins with; `single`: in single precision, as torch does; `parts` are the places of those
    that share an ensemble, in the order in which they are trained; None: as shapes and memory suggest.
    """

    start: Callable[[TrainingSpec], Start] = drawn
    single: bool = False
    parts: Callable[[Sequence[TrainingSpec]], Parts] | None = None


USUAL = Way()
"""As `Learner` trains each of them alone."""


def run_together(
    chosen: Judge, cells: Sequence[Cell], data: DataStore, device: str, way: Way = USUAL
) -> Iterator[Outcome | Trained]:
    """Train all cells and yield outcomes as ensembles end; closing the iterator stops them within an epoch."""
    # The data of all cells of a large grid would not fit into memory at once.
    for start in range(0, len(cells), AT_ONCE):
        yield from _run(chosen, cells[start : start + AT_ONCE], data, device, way)


def _run(chosen: Judge, cells: Sequence[Cell], data: DataStore, device: str, way: Way) -> Iterator[Outcome | Trained]:
    import torch

    from lab.training.dense.pieces import for_threads, pieces

    recipes = [chosen.recipe(cell.params, data) for cell in cells]
    count = max(1, torch.get_num_threads())
    parts = for_threads(pieces(recipes), count) if way.parts is None else way.parts(recipes)
    waiting: queue.SimpleQueue[list[int] | None] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    workers = min(count, len(parts))
    threads_each = count // workers
    # A full queue lets the threads wait: nobody runs ahead of a run that is paused.
    found: queue.Queue[Found] = queue.Queue(maxsize=workers)
    stop = threading.Event()

    def work() -> None:
        use_threads(threads_each)
        try:
            while (piece := waiting.get()) is not None and not stop.is_set():
                for event in _train(chosen, cells, recipes, piece, device, way):
                    _put(found, event, stop)
                    if stop.is_set():
                        return
        except BaseException as error:  # Raised again by whoever waits for the outcomes.
            _put(found, error, stop)
        _put(found, None, stop)

    threads = [threading.Thread(target=work, name=f"ensemble {n}", daemon=True) for n in range(workers)]
    for thread in threads:
        waiting.put(None)
        thread.start()
    try:
        working = workers
        while working:
            event = found.get()
            if isinstance(event, BaseException):
                raise event
            if event is None:
                working -= 1
            else:
                yield event
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _put(found: queue.Queue[Found], event: Found, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            found.put(event, timeout=0.1)
        except queue.Full:
            continue
        return


def _train(
    chosen: Judge,
    cells: Sequence[Cell],
    recipes: Sequence[TrainingSpec],
    piece: Sequence[int],
    device: str,
    way: Way,
) -> Iterator[Outcome | Trained]:
    """Train one ensemble; yield how far it is, and at the end an outcome for each of its members."""
    import torch

    from lab.training.dense.ensemble import Ensemble

    kind = torch.float32 if way.single else torch.float64
    own = [recipes[index] for index in piece]
    ensemble = Ensemble(own, device, kind, [way.start(recipe) for recipe in own])
    epochs = recipes[piece[0]].epochs
    losses, told = [], time.monotonic()
    for measured in np.linspace(1, epochs, min(epochs, CURVE)).round().astype(int).tolist():
        while ensemble.epoch < measured:
            loss = ensemble.train(min(ensemble.stride, measured - ensemble.epoch))
            # To tell of every epoch would take longer than the epoch.
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                yield Trained(piece[0], len(piece), ensemble.epoch / epochs)
        losses.append(loss)
    curves = np.stack([loss.cpu().numpy() for loss in losses], 1)
    for index, network, curve in zip(piece, ensemble.networks(), curves, strict=True):
        ended = epochs if np.isfinite(curve).all() else _ended(recipes[index], curve)
        yield Outcome(cells[index], chosen.measures(cells[index].params, recipes[index], network, ended), None, curve)
    yield Trained(piece[0], 0, 0.0)


def _ended(recipe: TrainingSpec, curve: Array) -> int:
    """Return the epoch in which the loss of a network left the range of numbers."""
    if len(curve) == recipe.epochs:
        return 1 + int(np.flatnonzero(~np.isfinite(curve))[0])
    learner = Learner(recipe)
    while not learner.finished and math.isfinite(learner.train_epoch()):
        pass
    return learner.epoch
