"""The same training with many seeds: what the dev set promised, and what the test set gave."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Mark, Table, Words
from lab.core.text import message
from lab.maths.chance import mean_interval
from lab.sweeps.within import PULSE_SECONDS
from lab.topics.overfitting.early_stopping.three_sets import BETTER, ThreeSets, judged_dev


@dataclass(frozen=True)
class Histories:
    """Of M networks after each of E epochs: `decides` (M, E) is what they are chosen by, the more the better; `dev` and
    `test` (M, E) are their accuracies.
    """

    decides: Array
    dev: Array
    test: Array

    @property
    def best(self) -> Array:
        """The place (M, E) of the best epoch so far; the first of equals."""
        before = np.fmax.accumulate(self.decides, axis=1)[:, :-1]
        better = self.decides[:, 1:] > before
        places = np.arange(1, self.decides.shape[1]) * better
        first = np.zeros((len(places), 1), dtype=int)
        return np.asarray(np.maximum.accumulate(np.concatenate([first, places], 1), axis=1))

    def ends(self, patience: int) -> Array:
        """Return the place (M,) of the last epoch of each: with `patience` 0 that of all epochs."""
        last = self.decides.shape[1] - 1
        waited = np.arange(last + 1) - self.best
        stops = (waited >= patience) & bool(patience)
        return np.asarray(np.where(stops.any(1), stops.argmax(1), last))

    def kept(self, patience: int) -> Array:
        """Return the place (M,) of the epoch whose weights are kept."""
        return np.asarray(self.best[np.arange(len(self.best)), self.ends(patience)])


def histories(recipes: Sequence[ThreeSets], measure: str) -> Iterator[Histories | int]:
    """Train all recipes together; yield the epochs that are done now and then, and the histories at the end."""
    from lab.training.dense.ensemble import Ensemble

    ensemble, told = Ensemble(recipes), time.monotonic()
    sign = 1.0 if BETTER[measure] == "higher" else -1.0
    found: list[list[tuple[float, float, float]]] = []
    while not ensemble.finished:
        ensemble.train_epoch(measured=False)
        epoch = []
        for recipe, network in zip(recipes, ensemble.networks(), strict=True):
            dev = judged_dev(recipe, network)
            assert recipe.test_inputs is not None and recipe.test_targets is not None
            right = recipe.right(network.outputs(recipe.test_inputs), recipe.test_targets)
            epoch.append((sign * dev[f"dev_{measure}"], dev["dev_accuracy"], float(right.mean())))
        found.append(epoch)
        if time.monotonic() - told > PULSE_SECONDS:
            told = time.monotonic()
            yield ensemble.epoch
    yield Histories(*np.array(found).transpose(2, 1, 0))


def promised(found: Histories, ceiling: float) -> Chart:
    """Return what one would have, and believe, who stops at an epoch: means over the seeds."""
    each, best = np.arange(len(found.best))[:, None], found.best
    x = np.arange(1.0, best.shape[1] + 1)
    means = [found.dev[each, best].mean(0), found.test[each, best].mean(0), found.test.mean(0)]
    # Of the first half, in which all three rise together, only the end is seen.
    low = min(float(mean[len(x) // 2 :].min()) for mean in means)
    high = max(ceiling, *(float(mean.max()) for mean in means))
    room = 0.1 * (high - low)
    return Chart(
        "promised",
        (
            Line(message("dev, best so far"), x, means[0], "line", 2),
            Line(message("test, same weights"), x, means[1], "line", 1),
            Line(message("test, weights of that epoch"), x, means[2], "thin", -1),
        ),
        Axis(message("Epoch")),
        Axis(message("accuracy"), low=low - room, high=high + room, share=True),
        (Mark("y", ceiling, message("best possible: {percent} %", percent=f"{100 * ceiling:.1f}")),),
    )


def over_seeds(found: Histories, patience: int) -> Table:
    """Return the means over the seeds, with the interval that holds each with 95 %."""
    each, kept, ends = np.arange(len(found.best)), found.kept(patience), found.ends(patience)
    dev, test = found.dev[each, kept], found.test[each, kept]
    promised_gain, gain = dev - found.dev[each, ends], test - found.test[each, ends]
    until = np.arange(found.test.shape[1]) <= ends[:, None]
    peeked = np.where(until, found.test, -np.inf).max(1)
    rows: tuple[tuple[Words, Words, Array, CellMark, bool], ...] = (
        (message("dev, kept weights"), message("the accuracy with which they were chosen"), dev, "", True),
        (message("test, kept weights"), message("the same weights on points that chose nothing"), test, "", True),
        (
            message("gain on dev, points"),
            message("what going back from the last epoch to the best one seems to bring"),
            promised_gain,
            "",
            False,
        ),
        (message("gain on test, points"), message("what going back does bring"), gain, "", False),
        (
            message("luck of dev, points"),
            message(
                "The difference of the two gains: the luck of the dev set. Each set is compared with itself, so it does"
                " not matter which of them is harder."
            ),
            promised_gain - gain,
            "strong",
            False,
        ),
        (
            message("chosen by the test"),
            message("The mistake: whoever looks for the best epoch on the test set has no test set left."),
            peeked,
            "bad",
            True,
        ),
    )
    note = message(
        "{count} trainings with other points and other first weights: the mean, and the interval that holds it"
        " with 95 %.",
        count=len(each),
    )
    columns = message("accuracy"), message("mean"), message("from"), message("to")
    return Table("seeds", columns, tuple(_row(*row) for row in rows), note)


def _row(label: Words, why: Words, values: Array, mark: CellMark, share: bool) -> tuple[Cell, ...]:
    shown = (float(values.mean()), *mean_interval(values))
    cells = (Cell(round(value, 5), why, share=True) if share else Cell(round(100 * value, 2), why) for value in shown)
    return Cell(label, why, mark), *cells
