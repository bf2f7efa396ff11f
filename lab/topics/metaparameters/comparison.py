"""Kinds of networks side by side, each trained with the same seeds: means with their intervals, and what is chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import BarPanel, Bars, Cell, Table, Words
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
    from scipy.special import stdtrit

    known = runs[np.isfinite(runs)]
    if len(known) < 2:
        return (float(known.mean()) if len(known) else math.nan), math.nan
    half = float(stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2) * known.std(ddof=1) / math.sqrt(len(known)))
    return float(known.mean()), half


def _bars(labels: Sequence[Message], grids: Mapping[str, Array], extra: Mapping[str, Message]) -> Bars:
    """Return the mean errors of all kinds; 0 where nothing is known yet."""

    def panel(title: Words, values: Array, colour: int, percent: bool) -> BarPanel:
        found = [interval(runs) for runs in values]
        means = np.array([mean for mean, _half in found])
        whys = tuple(
            message("not there yet") if math.isnan(mean)
            else message("{mean} ± {half}: the mean of {count} seeds, and its 95 % interval", mean=f"{mean:.4g}",
                         half="–" if math.isnan(half) else f"{half:.2g}", count=int(np.isfinite(runs).sum()))
            for (mean, half), runs in zip(found, values, strict=True)
        )  # fmt: skip
        shown = np.nan_to_num(means)
        most = max(1.1 * float(shown.max(initial=0.0)), 1.0 if percent else 0.5)
        return BarPanel(title, shown, 0.0, most, whys, colour=colour)

    panels = [
        panel(message("test error, %"), 100 * (1 - grids["test_accuracy"]), 1, True),
        panel(message("training error, %"), 100 * (1 - grids["accuracy"]), 0, True),
        *(panel(words, grids[name], 2, False) for name, words in extra.items()),
    ]
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
        rows.append(
            (
                Cell(label),
                Cell(None if math.isnan(mean) else round(mean, 5), share=True),
                Cell(
                    None if math.isnan(half) else f"± {100 * half:.2f}", message("half of the 95 % interval, in points")
                ),
                Cell(_mean(grids["accuracy"][place]), share=True),
                *(Cell(_mean(grids[name][place])) for name in extra),
                p,
            )
        )
    done = int(np.isfinite(tests).sum())
    note = message(
        "{done} of {total} networks; the same seeds in each row. p below 0.05: more than chance, if one row was chosen "
        "before looking.",
        done=done,
        total=tests.size,
    )
    columns: tuple[Words, ...] = (
        message("kind"), message("test accuracy"), message("points"), message("accuracy"), *extra.values(), "p",
    )  # fmt: skip
    return Table("compared", columns, tuple(rows), note)


def _mean(runs: Array) -> float | None:
    known = runs[np.isfinite(runs)]
    return float(f"{known.mean():.4g}") if len(known) else None
