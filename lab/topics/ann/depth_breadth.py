"""Iris over depth and breadth: how many layers, and how many units in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Field, Line, Table
from lab.core.headline import Headline
from lab.core.params import Params, integer
from lab.core.text import Message, message
from lab.maths.statistics import correlation
from lab.nets.dense.spec import dense
from lab.sweeps import figures
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Sweep
from lab.sweeps.outcomes import Results
from lab.sweeps.params import each_epochs_field, repeats_field
from lab.topics.ann.iris_sweep import IrisSweepParams


@dataclass(frozen=True, kw_only=True)
class DepthBreadthParams(IrisSweepParams):
    """The course's values are the defaults."""

    fewest: int = integer(4, 1, 256, label="Fewest units", help="Units of a layer in the narrowest.", group="Sweep")
    most: int = integer(100, 1, 256, label="Most units", help="The widest has at most so many.", group="Sweep")
    apart: int = integer(3, 1, 100, label="Units apart", help="From one breadth to the next.", group="Sweep")
    layers: int = integer(5, 1, 6, label="Most layers", help="Hidden layers go from 1 to this.", group="Sweep")
    repeats: int = repeats_field(1, 50, "Networks of each shape, each with other weights.")
    epochs: int = each_epochs_field(500, 5000)

    def units(self) -> list[int]:
        """Return the breadths."""
        return list(range(self.fewest, self.most + 1, self.apart))


class DepthBreadth(SweepExperiment[DepthBreadthParams]):
    """Sweep `ann.iris` over its hidden layers."""

    id: ClassVar[str] = "ann.depth_breadth"
    title: ClassVar[str] = "Depth and breadth"
    params: ClassVar[type[Params]] = DepthBreadthParams
    headline: ClassVar[Headline | None] = Headline("best_accuracy", message("best mean accuracy"))

    def sweep(self, params: DepthBreadthParams) -> Sweep:
        """Return layers × units × repeats, as one axis of shapes: depth after depth."""
        shapes = ((units,) * depth for depth in range(1, params.layers + 1) for units in params.units())
        return params.over("ann.iris", "hidden", shapes)

    def figures(self, params: DepthBreadthParams, results: Results) -> Iterator[Event]:
        """Yield accuracy over units and over parameters, a map of both, and a table."""
        units = np.array(params.units(), dtype=float)
        accuracy = results.grid("accuracy").reshape(params.layers, len(units), params.repeats)
        yield lazily(Chart, "units", lambda: _over_units(params, results, units, figures.spread(accuracy)))
        yield lazily(Chart, "parameters", _over_parameters, params, results, accuracy)
        yield lazily(Field, "map", lambda: _map(params, results, units, figures.spread(accuracy)[0]))
        yield lazily(Table, "depths", _table, params, accuracy)

    def totals(self, params: DepthBreadthParams, results: Results) -> dict[str, float]:
        """Return r of accuracy and parameters, and the best mean accuracy with its shape."""
        accuracy = results.grid("accuracy")
        means = accuracy.mean(-1)
        best = int(np.nanargmax(means))
        shape = results.sweep.axes[0].values[best]
        return {
            "r_parameters": _r(_parameters(params), means),
            "best_accuracy": float(means[best]),
            "best_layers": float(len(shape)),
            "best_units": float(shape[0]),
        }


def _parameters(params: DepthBreadthParams) -> Array:
    """Return the parameters of each shape, in the order of the sweep."""
    return np.array(
        [dense(4, (units,) * depth, 3).parameters for depth in range(1, params.layers + 1) for units in params.units()],
        dtype=float,
    )


def _r(x: Array, y: Array) -> float:
    """Return Pearson's correlation of what is known of both; NaN where there is none."""
    known = np.isfinite(y)
    return correlation(x[known], y[known]) if known.sum() > 2 else np.nan


def _depth(place: int) -> Message:
    return message("{count} hidden layers", count=place + 1) if place else message("1 hidden layer")


def _opens(params: DepthBreadthParams, results: Results) -> Array:
    """Return what opens each run (layers, breadths, repeats)."""
    return results.opens.reshape(params.layers, -1, params.repeats)


def _over_units(
    params: DepthBreadthParams, results: Results, units: Array, spread: tuple[Array, Array, Array]
) -> Chart:
    links, (middle, low, high) = _opens(params, results)[:, :, 0], spread
    lines = []
    for place in range(params.layers):
        known = np.isfinite(middle[place])
        opens = tuple(links[place][known])
        lines.append(Line(_depth(place), units[known], middle[place][known], "line + points", place, opens))
        if params.repeats > 1:
            lines += [Line("", units, edge[place], "dashes", place) for edge in (low, high)]
    return Chart("units", tuple(lines), Axis(message("Units of each hidden layer")), figures.ACCURACY)


def _over_parameters(params: DepthBreadthParams, results: Results, accuracy: Array) -> Chart:
    count, links = _parameters(params).reshape(params.layers, -1), _opens(params, results)
    lines = []
    for place in range(params.layers):
        known = np.isfinite(accuracy[place])
        at = np.broadcast_to(count[place][:, None], known.shape)[known]
        lines.append(Line(_depth(place), at, accuracy[place][known], "points", place, tuple(links[place][known])))
    r = _r(count.ravel(), figures.spread(accuracy)[0].ravel())
    words = message("Parameters: r = {r}", r=f"{r:.2f}") if np.isfinite(r) else message("Parameters")
    return Chart("parameters", tuple(lines), Axis(words, log=True), figures.ACCURACY)


def _map(params: DepthBreadthParams, results: Results, units: Array, middle: Array) -> Field:
    links, half = _opens(params, results)[:, :, 0], params.apart / 2
    return Field(
        "map", middle, Axis(message("Units of each hidden layer")), Axis(message("Hidden layers")),
        (float(units[0] - half), float(units[-1] + half)), (0.5, params.layers + 0.5), message("accuracy"),
        smooth=False, links=tuple(links.ravel()), missing=message("not there yet"), share=True,
    )  # fmt: skip


def _table(params: DepthBreadthParams, accuracy: Array) -> Table:
    count = _parameters(params).reshape(params.layers, -1)
    rows = []
    for place in range(params.layers):
        known = np.isfinite(accuracy[place])
        runs = accuracy[place][known]
        r = _r(np.broadcast_to(count[place][:, None], known.shape)[known], runs)
        numbers: list[float | int | None] = [None] * 4
        if len(runs):
            found = [float(runs.mean()), float(runs.std()), float(runs.max()), r]
            numbers = [round(number, 4) if np.isfinite(number) else None for number in found]
        *shares, r_shown = numbers
        rows.append((Cell(place + 1), Cell(len(runs)), *(Cell(each, share=True) for each in shares), Cell(r_shown)))
    columns = (
        message("Layers"), message("Networks"), message("mean"), message("deviation"), message("highest"), "r",
    )  # fmt: skip
    note = message("Accuracy of all networks of a depth; r is that of their accuracy and their parameters.")
    return Table("depths", columns, tuple(rows), note)


EXPERIMENT = DepthBreadth
