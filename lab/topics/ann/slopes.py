"""The regression over slopes, many times each: what is easy to learn, and how often the network dies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.catalogue import experiment
from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Table
from lab.core.headline import Headline
from lab.core.metaparameters import RunParams
from lab.core.params import Params, choice, integer, real
from lab.core.text import message
from lab.nets.registry.activations import HIDDEN
from lab.sweeps import figures
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Axis as Over
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Results


@dataclass(frozen=True, kw_only=True)
class SlopesParams(RunParams):
    """The course's values are the defaults."""

    steepest: float = real(
        2.0, 0.1, 10.0, slider=True, label="Steepest", help="Slopes go from minus this to plus this.", group="Sweep"
    )
    slopes: int = integer(21, 2, 200, label="Slopes", help="How many slopes there are.", group="Sweep")
    repeats: int = integer(
        50, 1, 500, scale="log", label="Repeats", help="Networks trained for each slope, each on data of its own.",
        group="Sweep",
    )  # fmt: skip
    points: int = integer(50, 3, 2000, scale="log", label="Points", help="Examples of each network.", group="Data")
    noise: float = real(
        0.5, 0.0, 5.0, slider=True, label="Noise", help="The standard deviation by which y is off the line.",
        group="Data",
    )  # fmt: skip
    activation: str = choice(
        "relu", HIDDEN, label="Activation", help="What stands between the two linear layers.", group="Network"
    )
    learning_rate: float = real(
        0.05, 1e-4, 1.0, scale="log", slider=True, label="Learning rate",
        help="How far one step goes along the gradient.", group="Training",
    )  # fmt: skip
    epochs: int = integer(
        500, 1, 10_000, scale="log", label="Epochs", help="How many times each network sees its examples.",
        group="Training",
    )  # fmt: skip


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
        base = experiment("ann.regression").params(
            **{
                name: getattr(params, name)
                for name in ("seed", "points", "noise", "activation", "learning_rate", "epochs")
            }
        )
        # Rounded, so that the slope in the middle is 0 and not almost.
        slopes = np.linspace(-params.steepest, params.steepest, params.slopes).round(12) + 0.0
        return Sweep("ann.regression", base, (Over("slope", tuple(slopes.tolist())),), params.repeats)

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
    return Chart("loss", _loss_lines(results, slopes), Axis(message("Slope")), Axis(message("final loss"), log=True))


def _correlation(results: Results, slopes: Array) -> Chart:
    axis = Axis(message("correlation of y and ŷ"), low=min(0.0, _lowest(results)), high=1.02)
    return Chart("correlation", _correlation_lines(results, slopes), Axis(message("Slope")), axis)


def _dead(slopes: Array, counted: Array, living: Array) -> Chart:
    share = np.divide(
        100.0 * (counted & ~living).sum(-1),
        counted.sum(-1),
        out=np.full(len(slopes), np.nan),
        where=counted.any(-1),
    )
    return Chart(
        "dead",
        (Line(message("dead networks"), slopes, share, "bars", 1),),
        Axis(message("Slope")),
        Axis(message("dead"), "%", low=0.0),
    )


def _loss_lines(results: Results, slopes: Array) -> tuple[Line, ...]:
    """Return each living and each dead network as a point that opens it, the mean of the living and that of all."""
    loss, dead = results.grid("loss"), results.grid("dead")
    opens = np.array(results.links, dtype=object).reshape(loss.shape)
    x = np.broadcast_to(slopes[:, None], loss.shape)
    living, dead = dead == 0, dead == 1
    of_all, _low, _high = figures.spread(loss)
    of_living, _low, _high = figures.spread(np.where(living, loss, np.nan))
    return (
        Line(message("living network"), x[living], loss[living], "faint points", 0, tuple(opens[living])),
        Line(message("dead network"), x[dead], loss[dead], "rings", 1, tuple(opens[dead])),
        Line(message("mean of all"), slopes, of_all, "dashes", 1),
        Line(message("mean of the living"), slopes, of_living, "line", 2),
    )


def _correlation_lines(results: Results, slopes: Array) -> tuple[Line, ...]:
    """Return each living network, their mean, and what that would be if the dead were counted as 0."""
    correlation, dead = results.grid("correlation"), results.grid("dead")
    shown = np.isfinite(correlation)
    opens = np.array(results.links, dtype=object).reshape(correlation.shape)
    x = np.broadcast_to(slopes[:, None], correlation.shape)
    of_living, _low, _high = figures.spread(correlation)
    with_zeros, _low, _high = figures.spread(np.where(dead == 1, 0.0, correlation))
    return (
        Line(message("living network"), x[shown], correlation[shown], "faint points", 0, tuple(opens[shown])),
        Line(message("if the dead were counted as 0"), slopes, with_zeros, "dashes", 1),
        Line(message("mean of the living"), slopes, of_living, "line", 2),
    )


def _lowest(results: Results) -> float:
    correlation = results.grid("correlation")
    known = correlation[np.isfinite(correlation)]
    return float(known.min()) * 1.05 if len(known) else 0.0


EXPERIMENT = Slopes
