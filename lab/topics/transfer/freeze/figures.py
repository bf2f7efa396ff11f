"""What moves in each of three trainings, and what each of them costs."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.transfer.freeze.params import NAMES
from lab.topics.transfer.tables import moved_table

if TYPE_CHECKING:
    from lab.topics.transfer.freeze.engine import Frozen

NOTE = message("How far each has moved, over its length at first. What is frozen and moves all the same is red.")


def moved(engine: Frozen) -> Table:
    """Return how far each tensor has moved."""

    def wrong(way: str, name: str, far: float) -> bool:
        return way != "free" and far > 0 and name.rpartition(".")[0] not in engine.learning

    return moved_table(NAMES, {way: engine.moves(way) for way in NAMES}, wrong, NOTE)


def costs(engine: Frozen) -> Table:
    """Return accuracies, memory and time of all three."""
    judged, found = engine.measure(), {way: engine.costs(way) for way in NAMES}
    times = {way: statistics.median(engine.step_ms[way] or [math.nan]) for way in NAMES}
    as_counted = message("counted, tensor by tensor")
    letters = message("the body with the last layer that it came with, on the letters that it had learned")
    rows: list[tuple[Words, Words, list[Cell]]] = [
        (message("right, test"), "", [_share(judged[f"{way}_test_accuracy"]) for way in NAMES]),
        (message("right, letters"), letters, [_share(judged[f"{way}_letters_accuracy"]) for way in NAMES]),
        (message("features moved"), message("what the last layer gets of 500 test images, over its length at first"),
         [_share(engine.features_moved(way)) for way in NAMES]),
        (message("parameters that learn"), "", [
            Cell(sum(p.numel() for p in engine.trainers[way].model.parameters() if p.requires_grad)) for way in NAMES
        ]),
        (message("gradients, kB"), as_counted, [_bytes(found[way].gradients) for way in NAMES]),
        (message("optimiser, kB"), message("what it has gathered, counted"),
         [_bytes(found[way].optimiser) for way in NAMES]),
        (message("activations of a batch, kB"), message("what a batch leaves for the way back, counted"),
         [_bytes(found[way].activations) for way in NAMES]),
        (message("checkpoint, kB"), message("weights and optimiser as they are kept: nothing of what is frozen"),
         [_bytes(found[way].checkpoint) for way in NAMES]),
        (message("time of an epoch"),
         message("by the median step, as a share of that of the network of which all learns"),
         [Cell(_figures(times[way] / times["free"]), share=True) for way in NAMES]),
    ]  # fmt: skip
    return Table(
        "numbers", (message("measured"), *NAMES.values()),
        tuple((Cell(words, why), *cells) for words, why, cells in rows),
    )  # fmt: skip


def _share(value: float) -> Cell:
    return Cell(_figures(value), share=True)


def _figures(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None


def _bytes(count: int) -> Cell:
    return Cell(float(f"{count / 1000:.4g}"), message("{count} bytes", count=f"{count:,}"))
