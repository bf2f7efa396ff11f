"""The two clusters over learning rates, many times each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.headline import Headline
from lab.core.metaparameters import RateRangeParams
from lab.core.params import Params, integer
from lab.core.text import message
from lab.data.clusters import ClusterParams, ceiling
from lab.nets.dense.params import activation_field
from lab.sweeps import figures
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Results
from lab.sweeps.params import SweepParams, each_epochs_field, repeats_field
from lab.topics.ann.binary import CENTRES

ENOUGH = 0.7
"""The accuracy above which the course counts a network as one that has learned."""


@dataclass(frozen=True, kw_only=True)
class LearningRatesParams(RateRangeParams, ClusterParams, SweepParams):
    """The course's values are the defaults."""

    rates: int = integer(40, 2, 200, label="Rates", help="How many rates there are, evenly apart.", group="Sweep")
    repeats: int = repeats_field(50, 500, "Networks trained with each rate, each on data of its own.")
    epochs: int = each_epochs_field(500, 10_000)
    activation: str = activation_field()


class LearningRates(SweepExperiment[LearningRatesParams]):
    """Sweep `ann.binary` over its learning rate."""

    id: ClassVar[str] = "ann.learning_rates"
    title: ClassVar[str] = "Learning rates"
    params: ClassVar[type[Params]] = LearningRatesParams
    headline: ClassVar[Headline | None] = Headline("share_above_70", message("networks above 70 %"))

    def sweep(self, params: LearningRatesParams) -> Sweep:
        """Return rates × repeats."""
        rates = np.linspace(params.lowest, params.highest, params.rates).clip(params.lowest, params.highest)
        return params.over("ann.binary", "learning_rate", rates.tolist())

    def figures(self, params: LearningRatesParams, results: Results) -> Iterator[Event]:
        """Yield accuracy and the share of those that learned over the rate, the losses, and a table."""
        accuracy = results.grid("accuracy")
        rates = figures.places(results.sweep, 0)
        yield lazily(Chart, "accuracy", _accuracy, params, results)
        yield lazily(Chart, "share", _enough, rates, accuracy)
        yield lazily(Chart, "curves", _curves, results, accuracy.ravel() > ENOUGH)
        yield lazily(Table, "rates", _table, rates, accuracy)

    def totals(self, params: LearningRatesParams, results: Results) -> dict[str, float]:
        """Return the mean accuracy, the share of networks above 70 %, and the rate with the largest mean accuracy."""
        accuracy = results.grid("accuracy")
        means = accuracy.mean(-1)
        return {
            "mean_accuracy": float(np.nanmean(accuracy)),
            "share_above_70": float((accuracy > ENOUGH).mean()),
            "best_rate": float(figures.places(results.sweep, 0)[int(np.nanargmax(means))]),
        }


def _accuracy(params: LearningRatesParams, results: Results) -> Chart:
    chart = figures.over_axis(results, "accuracy", "accuracy", figures.ACCURACY)
    best = ceiling(math.dist(*CENTRES), params.blur)
    return replace(chart, marks=(Mark("y", best, message("the best line: {percent} %", percent=f"{100 * best:.1f}")),))


def _enough(rates: Array, accuracy: Array) -> Chart:
    """Return the share of networks above 70 % over the rate."""
    enough = figures.share(accuracy > ENOUGH, np.isfinite(accuracy))
    return Chart(
        "share",
        (Line(message("above {percent} %", percent=70), rates, 100 * enough, "line + points", 2),),
        Axis(message("Learning rate")),
        Axis(message("networks above {percent} %", percent=70), "%", low=0.0, high=102.0),
        (Mark("y", 100.0 * float(np.nanmean(enough)), message("mean")),) if np.isfinite(enough).any() else (),
    )


def _curves(results: Results, learned: Array) -> Chart:
    """Return the losses over the epochs, those that learned first, the others over them; each opens its run."""
    indices = np.array(sorted(results.curves), dtype=int)
    if len(indices) > figures.MOST_CURVES:
        indices = indices[np.linspace(0, len(indices) - 1, figures.MOST_CURVES).astype(int)]
    lines = []
    for index in sorted(indices.tolist(), key=lambda index: not learned[index]):
        curve, epochs = results.curves[index], float(results.metrics[index]["epochs"])
        name = message("above {percent} %", percent=70) if learned[index] else message("up to {percent} %", percent=70)
        links = (results.links[index],) * len(curve)
        x = np.linspace(1.0, max(1.0, epochs), len(curve))
        lines.append(Line(name, x, curve, "thin", 2 if learned[index] else 1, links))
    return Chart("curves", tuple(lines), Axis(message("Epoch")), Axis(message("Loss")))


def _table(rates: Array, accuracy: Array) -> Table:
    rows = []
    for rate, runs in zip(rates, accuracy, strict=True):
        known = runs[np.isfinite(runs)]
        if len(known):
            why = message("of {count} networks", count=len(known))
            found = (float(known.mean()), float(known.min()), float(known.max()), int((known > ENOUGH).sum()))
            rows.append((Cell(float(f"{rate:.4g}")), *(Cell(value, why) for value in found)))
    columns = (
        message("Rate"), message("mean"), message("lowest"), message("highest"),
        message("> {percent} %", percent=70),
    )  # fmt: skip
    return Table("rates", columns, tuple(rows), message("Accuracy; the last column counts networks."))


EXPERIMENT = LearningRates
