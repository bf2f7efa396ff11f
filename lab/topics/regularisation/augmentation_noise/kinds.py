"""All kinds of noise over several seeds, each against the same networks without noise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Cell, CellMark, Table
from lab.core.text import Message, message
from lab.maths.chance import mean_interval
from lab.sweeps.within import PULSE_SECONDS, comparing
from lab.topics.regularisation.augmentation_noise.noisy import KINDS, Noisy
from lab.training.dense.measures import judged

MEASURES = ("test_loss", "test_accuracy")
Make = Callable[[str, int], Noisy]


def trained(make: Make, seeds: tuple[int, ...], amounts: dict[str, float]) -> Iterator[Event]:
    """Train each kind with each seed; yield the table as it fills, and how far it is."""
    found: dict[str, Array] = {}
    done, total = 0, len(KINDS) * len(seeds)
    for kind in KINDS:
        values = np.full((len(seeds), len(MEASURES)), np.nan)
        for place, seed in enumerate(seeds):
            learner, told = make(kind, seed), time.monotonic()
            epochs = learner.recipe.epochs
            while not learner.finished:
                learner.train_epoch()
                if time.monotonic() - told > PULSE_SECONDS:
                    # A step ends here, so that it can be stopped.
                    yield comparing(done + learner.epoch / epochs, total, epochs)
                    told = time.monotonic()
            got = judged(learner.recipe, learner.network)
            values[place] = [got[name] for name in MEASURES]
            done += 1
        found[kind] = values
        yield table(found, amounts, len(seeds))
        yield comparing(done, total, epochs)


def table(found: dict[str, Array], amounts: dict[str, float], seeds: int) -> Table:
    """Return the means of each kind, and how far they lie from those without noise, seed by seed."""
    rows = []
    for kind, values in found.items():
        loss, accuracy = values.mean(0)
        cells = [
            Cell(message(KINDS[kind]), f"{amounts[kind]:g}" if kind in amounts else ""),
            Cell(float(f"{loss:.3f}")),
            Cell(float(f"{accuracy:.4f}"), share=True),
        ]
        for place, better in ((0, -1), (1, 1)):
            differences = values[:, place] - found["none"][:, place]
            if kind == "none" or seeds < 2:
                cells.append(Cell(None))
                continue
            low, high = mean_interval(differences)
            middle, half = (low + high) / 2, (high - low) / 2
            mark: CellMark = "" if abs(middle) <= half else "good" if middle * better > 0 else "bad"
            cells.append(Cell(_worded(middle, half, place == 1), message("seed by seed, against none"), mark))
        rows.append(tuple(cells))
    columns = message("noise"), message("loss"), message("test"), message("Δ loss"), message("Δ accuracy")
    note = message(
        "Means over {seeds} seeds. Δ: difference from none with the same seeds, and its 95 % interval; coloured where "
        "that does not hold 0.",
        seeds=seeds,
    )
    return Table("kinds", columns, tuple(rows), note)


def _worded(middle: float, half: float, share: bool) -> Message | str:
    sign = "−" if middle < 0 else "+"
    if share:
        return f"{sign}{100 * abs(middle):.1f} ± {100 * half:.1f}"
    return f"{sign}{abs(middle):.3f} ± {half:.3f}"
