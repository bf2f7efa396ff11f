"""Iris over the number of hidden units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from lab.core.events import Event, lazily
from lab.core.figures import Axis, Chart, Table
from lab.core.headline import Headline
from lab.core.params import Params, integer
from lab.core.text import message
from lab.sweeps import figures
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Results
from lab.sweeps.params import each_epochs_field, repeats_field
from lab.topics.ann.iris_sweep import IrisSweepParams


@dataclass(frozen=True, kw_only=True)
class HiddenUnitsParams(IrisSweepParams):
    """The course's values are the defaults."""

    fewest: int = integer(1, 1, 512, scale="log", label="Fewest units", help="The smallest network.", group="Sweep")
    most: int = integer(128, 1, 512, scale="log", label="Most units", help="The largest network.", group="Sweep")
    repeats: int = repeats_field(1, 100, "Networks of each size, each with other weights.")
    epochs: int = each_epochs_field(150, 5000)


class HiddenUnits(SweepExperiment[HiddenUnitsParams]):
    """Sweep `ann.iris` over the units of its one hidden layer."""

    id: ClassVar[str] = "ann.hidden_units"
    title: ClassVar[str] = "Hidden units"
    params: ClassVar[type[Params]] = HiddenUnitsParams
    headline: ClassVar[Headline | None] = Headline("best_accuracy", message("best mean accuracy"))

    def sweep(self, params: HiddenUnitsParams) -> Sweep:
        """Return units × repeats."""
        return params.over("ann.iris", "hidden", ((units,) for units in range(params.fewest, params.most + 1)))

    def figures(self, params: HiddenUnitsParams, results: Results) -> Iterator[Event]:
        """Yield accuracy and loss over the units, the losses over the epochs, and the extremes."""
        at = np.array([units for (units,) in results.sweep.axes[0].values], dtype=float)
        label = message("Hidden units")
        axis = figures.ACCURACY
        for name, y in (("accuracy", axis), ("loss", Axis(message("final loss")))):
            yield lazily(Chart, name, partial(figures.over_axis, results, name, name, y, at=at, label=label))
        yield lazily(Chart, "curves", figures.curves, results, "curves", Axis(message("Loss")))
        yield lazily(Table, "extremes", figures.extremes, results, "accuracy", "extremes", message("accuracy"))

    def totals(self, params: HiddenUnitsParams, results: Results) -> dict[str, float]:
        """Return the fewest units with which the mean accuracy is above 90 %, and the best mean accuracy."""
        means = results.grid("accuracy").mean(-1)
        units = [units for (units,) in results.sweep.axes[0].values]
        enough = [count for count, mean in zip(units, means, strict=True) if mean > 0.9]
        return {"best_accuracy": float(np.nanmax(means)), "units_for_90": float(min(enough)) if enough else np.nan}


EXPERIMENT = HiddenUnits
