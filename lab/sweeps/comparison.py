"""Kinds of networks side by side, each trained with the same seeds: means with their intervals, and what is chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import BarPanel, Bars, Cell, Table, Words
from lab.core.headline import is_share
from lab.core.text import Message, message
from lab.maths import chance
from lab.sweeps.outcomes import Results

CONFIDENCE = 0.95


def side_by_side(results: Results, labels: Sequence[Message], extra: Mapping[str, Message]) -> Iterator[Event]:
    """Yield what is known so far of kinds (first axis) with the same seeds (second axis), as bars and as a table.

    `extra` are metrics that are shown beside the accuracies, with what they are called.
    """
    grids = {name: results.grid(name)[..., 0] for name in ("accuracy", "test_accuracy", *extra)}
    yield _bars(labels, grids, extra)
    yield _table(labels, grids, extra)


def interval(runs: Array) -> tuple[float, float]:
    """Return the mean of runs (S,), one a seed, and half the width of its 95 % interval by Student's t; NaN of few."""
    known = runs[np.isfinite(runs)]
    if len(known) < 2:
        return (float(known.mean()) if len(known) else math.nan), math.nan
    low, high = chance.mean_interval(known, CONFIDENCE)
    return (low + high) / 2, (high - low) / 2


def _bars(labels: Sequence[Message], grids: Mapping[str, Array], extra: Mapping[str, Message]) -> Bars:
    """Return the means of all kinds, of accuracies what lacks to 100 %; 0 where nothing is known yet."""

    def panel(title: Words, values: Array, colour: int, least: float) -> BarPanel:
        found = [interval(runs) for runs in values]
        means = np.array([mean for mean, _half in found])
        whys = tuple(
            message("not there yet") if math.isnan(mean)
            else message("{mean} ± {half}: the mean of {count} seeds, and its 95 % interval", mean=f"{mean:.4g}",
                         half="–" if math.isnan(half) else f"{half:.2g}", count=int(np.isfinite(runs).sum()))
            for (mean, half), runs in zip(found, values, strict=True)
        )  # fmt: skip
        # The numbers beside the bars are no more exact than those of the table.
        shown = np.round(np.nan_to_num(means), 2 if least == 1.0 else 4)
        return BarPanel(title, shown, 0.0, max(1.1 * float(shown.max(initial=0.0)), least), whys, colour=colour)

    def errors(title: Words, name: str, colour: int) -> BarPanel:
        return panel(title, 100 * (1 - grids[name]), colour, 1.0)

    panels = [errors(message("test error, %"), "test_accuracy", 1), errors(message("training error, %"), "accuracy", 0)]
    for name, words in extra.items():
        shown = errors(message("{kind}: error, %", kind=words), name, 3) if is_share(name) else None
        panels.append(shown or panel(words, grids[name], 2, 0.1))
    return Bars("compared", tuple(labels), tuple(panels))


def _table(labels: Sequence[Message], grids: Mapping[str, Array], extra: Mapping[str, Message]) -> Table:
    """Return the accuracies of all kinds with their intervals, and how far each is from the first, seed by seed."""
    tests = grids["test_accuracy"]
    rows = []
    for place, label in enumerate(labels):
        mean, half = interval(tests[place])
        apart = tests[place] - tests[0]
        known = apart[np.isfinite(apart)]
        tested = chance.paired_t(known) if place and len(known) > 1 else None
        p: Cell = Cell(None)
        if place and len(known) > 1:
            why = message("paired t-test of {count} differences, one a seed, to the first row", count=len(known))
            p = Cell(1.0 if tested is None else float(f"{tested[1]:.2g}"), why)
        of_seeds = message("test accuracy: the mean of {count} seeds", count=int(np.isfinite(tests[place]).sum()))
        rows.append(
            (
                Cell(label),
                Cell(None if math.isnan(mean) else round(mean, 5), of_seeds, share=True),
                Cell(
                    None if math.isnan(half) else round(100 * half, 2), message("half of the 95 % interval, in points")
                ),
                _mean(grids["accuracy"][place], True),
                *(_mean(grids[name][place], is_share(name)) for name in extra),
                p,
            )
        )
    note = message(
        "{done} of {total} networks; accuracies, and ± half of the 95 % interval in points; the same seeds in each "
        "row. p below 0.05: more than chance, if one row was chosen before looking.",
        done=int(np.isfinite(tests).sum()),
        total=tests.size,
    )
    columns: tuple[Words, ...] = (message("kind"), message("test"), "±", message("training"), *extra.values(), "p")
    return Table("compared", columns, tuple(rows), note)


def _mean(runs: Array, share: bool) -> Cell:
    known = runs[np.isfinite(runs)]
    return Cell(float(f"{known.mean():.4g}") if len(known) else None, share=share)
