"""The regression over slopes, many times each: what is easy to learn, and how often the network dies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, LineStyle, Table, Words
from lab.core.headline import Headline
from lab.core.params import Params, integer, real
from lab.core.text import message
from lab.sweeps import figures
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Results
from lab.sweeps.params import SweepParams, each_epochs_field, repeats_field
from lab.topics.ann.regression import LineParams, points_field


@dataclass(frozen=True, kw_only=True)
class SlopesParams(LineParams, SweepParams):
    """The course's values are the defaults."""

    steepest: float = real(
        2.0, 0.1, 10.0, slider=True, label="Steepest", help="Slopes go from minus this to plus this.", group="Sweep"
    )
    slopes: int = integer(21, 2, 200, label="Slopes", help="How many slopes there are.", group="Sweep")
    repeats: int = repeats_field(50, 500, "Networks trained for each slope, each on data of its own.")
    points: int = points_field(50)
    epochs: int = each_epochs_field(500, 10_000)


class Slopes(SweepExperiment[SlopesParams]):
    """Sweep `ann.regression` over its slope."""

    id: ClassVar[str] = "ann.slopes"
    title: ClassVar[str] = "Slopes, a thousand times"
    params: ClassVar[type[Params]] = SlopesParams
    headline: ClassVar[Headline | None] = Headline(
        "mean_loss_alive", message("mean loss of the living"), "number", "lower"
    )

    def sweep(self, params: SlopesParams) -> Sweep:
        """Return slopes × repeats."""
        # Rounded, so that the slope in the middle is 0 and not almost.
        slopes = np.linspace(-params.steepest, params.steepest, params.slopes).round(12) + 0.0
        return params.over("ann.regression", "slope", slopes.tolist())

    def figures(self, params: SlopesParams, results: Results) -> Iterator[Event]:
        """Yield loss, correlation and the share of dead networks over the slope."""
        living = results.grid("dead") == 0
        counted = np.isfinite(results.grid("dead"))
        slopes = figures.places(results.sweep, 0)
        yield lazily(Chart, "loss", _loss, results, slopes)
        yield lazily(Chart, "correlation", _correlation, results, slopes)
        yield lazily(Chart, "dead", _dead, slopes, counted, living)
        yield lazily(Table, "slopes", self._table, results, counted, living)

    def totals(self, params: SlopesParams, results: Results) -> dict[str, float]:
        """Return how many networks died, the mean loss of those that live, and their mean correlation."""
        dead, loss, correlation = (results.grid(name) for name in ("dead", "loss", "correlation"))
        alive = dead == 0
        return {
            "dead": float((dead == 1).sum()),
            "mean_loss_alive": float(loss[alive].mean()) if alive.any() else np.nan,
            "mean_correlation_alive": float(np.nanmean(correlation[alive])) if alive.any() else np.nan,
        }

    def _table(self, results: Results, counted: np.ndarray, living: np.ndarray) -> Table:
        loss, correlation = results.grid("loss"), results.grid("correlation")
        rows = []
        for place, slope in enumerate(results.sweep.axes[0].values):
            alive = living[place]
            mean = float(loss[place][alive].mean()) if alive.any() else None
            with_line = alive & np.isfinite(correlation[place])
            rows.append(
                (
                    Cell(float(slope)),
                    Cell(int(counted[place].sum())),
                    Cell(int((counted[place] & ~alive).sum()), mark="bad" if (counted[place] & ~alive).any() else ""),
                    Cell(mean, message("mean over the networks that live")),
                    Cell(float(correlation[place][with_line].mean()) if with_line.any() else None),
                )
            )
        columns = (message("Slope"), message("Networks"), message("dead"), message("loss"), message("correlation"))
        note = message("A dead network predicts one number for every x. It has no correlation, not a correlation of 0.")
        return Table("slopes", columns, tuple(rows), note)


def _loss(results: Results, slopes: Array) -> Chart:
    """Return each living and each dead network as a point that opens it, the mean of the living and that of all."""
    loss, dead = results.grid("loss"), results.grid("dead")
    of_all, of_living = (figures.spread(runs)[0] for runs in (loss, np.where(dead == 0, loss, np.nan)))
    lines = (
        _runs(message("living network"), results, slopes, loss, dead == 0, "faint points", 0),
        _runs(message("dead network"), results, slopes, loss, dead == 1, "rings", 1),
        Line(message("mean of all"), slopes, of_all, "dashes", 1),
        Line(message("mean of the living"), slopes, of_living, "line", 2),
    )
    return Chart("loss", lines, Axis(message("Slope")), Axis(message("final loss"), log=True))


def _correlation(results: Results, slopes: Array) -> Chart:
    """Return each living network, their mean, and what that would be if the dead were counted as 0."""
    found = results.grid("correlation")
    shown = np.isfinite(found)
    with_zeros, of_living = (
        figures.spread(runs)[0] for runs in (np.where(results.grid("dead") == 1, 0.0, found), found)
    )
    lines = (
        _runs(message("living network"), results, slopes, found, shown, "faint points", 0),
        Line(message("if the dead were counted as 0"), slopes, with_zeros, "dashes", 1),
        Line(message("mean of the living"), slopes, of_living, "line", 2),
    )
    y = Axis(message("correlation of y and ŷ"), low=1.05 * float(found[shown].min(initial=0.0)), high=1.02)
    return Chart("correlation", lines, Axis(message("Slope")), y)


def _dead(slopes: Array, counted: Array, living: Array) -> Chart:
    line = Line(message("dead networks"), slopes, 100.0 * figures.share(~living, counted), "bars", 1)
    return Chart("dead", (line,), Axis(message("Slope")), Axis(message("dead"), "%", low=0.0))


def _runs(
    words: Words, results: Results, slopes: Array, found: Array, chosen: Array, style: LineStyle, colour: int
) -> Line:
    """Return the chosen runs, each as a point that opens it."""
    x = np.broadcast_to(slopes[:, None], found.shape)
    return Line(words, x[chosen], found[chosen], style, colour, tuple(results.opens[chosen]))


EXPERIMENT = Slopes
