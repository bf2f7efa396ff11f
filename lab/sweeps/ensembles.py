"""Cells that train together, on as many threads as torch was given: each thread has an ensemble of its own.

Two threads that share one ensemble would wait for each other after every operation, and most of these are small.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lab.datasets.store import DataStore
from lab.dense.experiment import DenseExperiment
from lab.dense.recipe import Recipe
from lab.device import use_threads
from lab.sweeps.grid import Cell
from lab.sweeps.outcomes import Outcome, Trained

AT_ONCE = 4096
"""The most cells whose data are made at once."""
Found = Outcome | Trained | BaseException | None


def run_together(
    chosen: DenseExperiment[Any], cells: Sequence[Cell], data: DataStore, device: str
) -> Iterator[Outcome | Trained]:
    """Train all cells and yield outcomes as ensembles end; closing the iterator stops them within an epoch."""
    # The data of all cells of a large grid would not fit into memory at once.
    for start in range(0, len(cells), AT_ONCE):
        yield from _run(chosen, cells[start : start + AT_ONCE], data, device)


def _run(
    chosen: DenseExperiment[Any], cells: Sequence[Cell], data: DataStore, device: str
) -> Iterator[Outcome | Trained]:
    import torch

    from lab.dense.ensemble import pieces

    recipes = [chosen.recipe(cell.params, data) for cell in cells]
    waiting: queue.SimpleQueue[list[int] | None] = queue.SimpleQueue()
    for piece in pieces(recipes):
        waiting.put(piece)
    count = max(1, torch.get_num_threads())
    # A full queue lets the threads wait: nobody runs ahead of a run that is paused.
    found: queue.Queue[Found] = queue.Queue(maxsize=count)
    stop = threading.Event()

    def work() -> None:
        use_threads(1)
        try:
            while (piece := waiting.get()) is not None and not stop.is_set():
                for event in _train(chosen, cells, recipes, piece, device):
                    _put(found, event, stop)
                    if stop.is_set():
                        return
        except BaseException as error:  # Raised again by whoever waits for the outcomes.
            _put(found, error, stop)
        _put(found, None, stop)

    threads = [threading.Thread(target=work, name=f"ensemble {n}", daemon=True) for n in range(count)]
    for thread in threads:
        waiting.put(None)
        thread.start()
    try:
        working = count
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
    chosen: DenseExperiment[Any], cells: Sequence[Cell], recipes: Sequence[Recipe], piece: Sequence[int], device: str
) -> Iterator[Outcome | Trained]:
    """Train one ensemble; yield how far it is, and at the end an outcome for each of its members."""
    from lab.dense.ensemble import Ensemble

    ensemble = Ensemble([recipes[index] for index in piece], device)
    losses = []
    while not ensemble.finished:
        losses.append(ensemble.train_epoch())
        yield Trained(piece[0], len(piece), len(losses) / recipes[piece[0]].epochs)
    curves = np.stack([loss.cpu().numpy() for loss in losses], 1)
    for index, network, curve in zip(piece, ensemble.networks(), curves, strict=True):
        finite = np.isfinite(curve)
        ended = ensemble.epoch if finite.all() else int(np.argmin(finite)) + 1
        yield Outcome(cells[index], chosen.result(cells[index].params, recipes[index], network, ended), None, curve)
    yield Trained(piece[0], 0, 0.0)
