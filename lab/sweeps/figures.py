"""Figures of sweeps: a metric over one axis or two, curves of losses, the best and the worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, CellMark, Chart, Field, Line, LineStyle, Table, Words
from lab.core.headline import Better, is_share
from lab.core.text import message
from lab.maths import chance
from lab.sweeps.grid import Sweep, show_value
from lab.sweeps.outcomes import Results

MOST_POINTS = 5000
"""Runs up to which each is a point; of more, only means and quartiles are drawn."""
MOST_LINES = 8
"""Points of the other axes that have a line of their own; of more, some are chosen evenly."""
MOST_CURVES = 300
"""Curves that are drawn at once; more could not be told apart."""

ACCURACY = Axis(message("accuracy"), low=0.0, high=1.02, share=True)
"""The axis of accuracies."""


def numeric(sweep: Sweep, place: int) -> bool:
    """Tell whether an axis is of single numbers."""
    return sweep.spec(sweep.axes[place].name).kind in ("integer", "real")


def places(sweep: Sweep, place: int) -> Array:
    """Return where the values of an axis stand: the values themselves, or 1, 2, … where they are no numbers."""
    values = sweep.axes[place].values
    return np.array(values, dtype=float) if numeric(sweep, place) else np.arange(1.0, len(values) + 1)


def even(values: Array) -> bool:
    """Tell whether values are closer to equal differences than to equal factors."""
    if len(values) < 3 or values.min() <= 0:
        return True
    differences, factors = np.diff(values), np.diff(np.log(values))
    return float(differences.std() / abs(differences.mean())) <= float(factors.std() / abs(factors.mean()))


def label_of(sweep: Sweep, place: int) -> Words:
    """Return what an axis of a chart says."""
    called = sweep.called(sweep.axes[place].name)
    if numeric(sweep, place):
        return called
    shown = ", ".join(f"{n} = {show_value(sweep, sweep.axes[place].name, v)}" for n, v in enumerate(
        sweep.axes[place].values[:6], 1
    ))  # fmt: skip
    return message("{label}: {values}", label=called, values=shown)


def over_axis(
    results: Results,
    metric: str,
    name: str,
    y: Axis,
    title: Words = "",
    at: Array | None = None,
    label: Words = "",
) -> Chart:
    """Return a metric over the first axis; with more axes, one line a point of the others. Every point opens its run.

    Points are runs; lines are means over repeats; a single line has dashes for the quartiles. `at` and `label` say
    where the values of the first axis stand, where that is not what they are themselves.
    """
    sweep = results.sweep
    many = len(results.cells) > MOST_POINTS
    values, x = results.grid(metric), places(sweep, 0) if at is None else at
    flat = values.reshape(len(x), -1, sweep.repeats)
    opens = np.empty(flat.shape, dtype=object)
    if not many:
        opens.reshape(-1)[:] = results.links
    lines: list[Line] = []
    others = _others(sweep)
    chosen = np.linspace(0, len(others) - 1, min(len(others), MOST_LINES)).round().astype(int)
    for place in chosen.tolist():
        words = others[place]
        runs = flat[:, place]
        shown = np.isfinite(runs)
        middle, low, high = spread(runs)
        several = sweep.repeats > 1
        if several:
            each = np.broadcast_to(x[:, None], runs.shape)[shown]
            alone = len(chosen) == 1
            if not many:
                links, which = tuple(opens[:, place][shown]), message("each run") if alone else words
                lines.append(Line(which, each, runs[shown], "points", -1 if alone else place, links))
            if alone:
                lines.append(Line(message("quartiles"), x, low, "dashes", place))
                lines.append(Line("", x, high, "dashes", place))
            lines.append(Line(words or message("mean"), x, middle, "line", place))
        else:
            known = shown[:, 0]
            points = () if many else tuple(opens[known, place, 0])
            style: LineStyle = "line" if many else "line + points"
            lines.append(Line(words or title, x[known], runs[known, 0], style, place, points))
    return Chart(name, tuple(lines), Axis(label or label_of(sweep, 0), log=not even(x)), y)


def heat(results: Results, metric: str, name: str, label: Words) -> Field:
    """Return the mean of a metric over repeats, over the first axis (x) and the second (y); cells open a run."""
    sweep = results.sweep
    with np.errstate(invalid="ignore"):
        values, _low, _high = spread(results.grid(metric).reshape(len(sweep.axes[0].values), -1, sweep.repeats))
    count = len(sweep.axes[1].values)
    values = values.reshape(len(sweep.axes[0].values), count, -1)[:, :, 0].T
    opens = np.empty(len(results.cells), dtype=object)
    opens[:] = results.links
    opens = opens.reshape(len(sweep.axes[0].values), count, -1)[:, :, 0].T
    x, y = places(sweep, 0), places(sweep, 1)
    order_x, order_y = np.argsort(x), np.argsort(y)
    values, opens = values[order_y][:, order_x], opens[order_y][:, order_x]
    axes = [Axis(label_of(sweep, place), log=not even(ends)) for place, ends in enumerate((x, y))]
    return Field(
        name, values, axes[0], axes[1], _range(np.sort(x)), _range(np.sort(y)), label,
        smooth=False, links=tuple(opens.ravel()), missing=message("not there yet"),
        share=is_share(metric),
    )  # fmt: skip


def curves(results: Results, name: str, y: Axis, colour: Array | None = None) -> Chart:
    """Return the losses over the epochs of all runs, or of evenly chosen ones where they are many."""
    indices = sorted(results.curves)
    chosen = (
        indices
        if len(indices) <= MOST_CURVES
        else [indices[i] for i in np.linspace(0, len(indices) - 1, MOST_CURVES).astype(int)]
    )
    lines = []
    for index in chosen:
        curve = results.curves[index]
        epochs = float(results.metrics[index].get("epochs", len(curve)))
        shade = 0 if colour is None else int(colour[index])
        lines.append(Line("", np.linspace(1, max(1.0, epochs), len(curve)), curve, "thin", shade))
    return Chart(name, tuple(lines), Axis(message("Epoch")), y)


def _cell(value: float, metric: str, mark: CellMark) -> Cell:
    return Cell(value, mark=mark, share=is_share(metric))


def extremes(
    results: Results, metric: str, name: str, label: Words, better: Better | None = "higher", rows: int = 5
) -> Table:
    """Return the best and the worst runs by a metric; None: the highest and the lowest, neither of them better."""
    sweep = results.sweep
    known = [index for index in results.metrics if np.isfinite(results.metrics[index].get(metric, np.nan))]
    order = sorted(known, key=lambda index: results.metrics[index][metric], reverse=better != "lower")
    columns = (*(sweep.called(axis.name) for axis in sweep.axes), message("Repeat"), label)
    chosen = order if len(order) <= 2 * rows else [*order[:rows], *order[-rows:]]
    body = tuple(
        (
            *(Cell(show_value(sweep, a.name, results.cells[index].values[a.name])) for a in sweep.axes),
            Cell(results.cells[index].repeat + 1),
            _cell(results.metrics[index][metric], metric, "" if better is None else "good" if place < rows else "bad"),
        )
        for place, index in enumerate(chosen)
    )
    failed = message(" {count} runs failed.", count=len(results.errors)) if results.errors else ""
    note = message(
        "{done} of {total} runs.{failed}{apart}",
        done=len(results.done),
        total=len(results.cells),
        failed=failed,
        apart="" if better is None else _apart(results, metric, better),
    )
    return Table(name, columns, body, note)


def _apart(results: Results, metric: str, better: Better) -> Words:
    """Say whether the best mean over repeats is told apart from the next; their seeds are others, so without pairs."""
    runs = results.grid(metric).reshape(-1, results.sweep.repeats)
    whole = runs[np.isfinite(runs).all(axis=1)]
    if results.sweep.repeats < 2 or len(whole) < 2:
        return ""
    order = np.argsort(whole.mean(axis=1) * (1 if better == "lower" else -1), kind="stable")
    first, second = whole[order[:2]]
    p = chance.welch(first, second)
    if p is None:
        return ""
    best, next_best = (
        f"{100 * runs.mean():.4g} %" if is_share(metric) else f"{runs.mean():.4g}" for runs in (first, second)
    )
    return message(
        " The best mean is {first}, the next {second}: p = {p} in Welch's t-test over {repeats} repeats, and too low,"
        " since they are the best of {count}.",
        first=best, second=next_best, p=f"{p:.2g}", repeats=len(first), count=len(whole),
    )  # fmt: skip


def _others(sweep: Sweep) -> Sequence[Words]:
    """Return the words for each point of all axes but the first."""
    from itertools import product

    if len(sweep.axes) == 1:
        return ("",)
    rest = sweep.axes[1:]
    return [
        message(
            "{label} {value}",
            label=sweep.called(rest[0].name),
            value=", ".join(show_value(sweep, a.name, v) for a, v in zip(rest, values, strict=True)),
        )
        for values in product(*(axis.values for axis in rest))
    ]


def spread(runs: Array) -> tuple[Array, Array, Array]:
    """Return mean and quartiles over the last axis, of the runs that are there; NaN where none is."""
    there = np.isfinite(runs)
    count = there.sum(-1)
    filled = np.where(there, runs, np.nan)
    middle, low, high = (np.full(runs.shape[:-1], np.nan) for _ in range(3))
    some = count > 0
    if some.any():
        middle[some] = np.nanmean(filled[some], -1)
        low[some], high[some] = np.nanquantile(filled[some], (0.25, 0.75), axis=-1)
    return middle, low, high


def share(yes: Array, counted: Array) -> Array:
    """Return the share along the last axis of those that count; NaN where none does."""
    count = counted.sum(-1)
    return np.asarray(np.divide((yes & counted).sum(-1), count, out=np.full(count.shape, np.nan), where=count > 0))


def _range(values: Array) -> tuple[float, float]:
    """Return the ends of an axis whose cells are centred on values."""
    if len(values) == 1:
        half = abs(values[0]) / 2 or 0.5
        return float(values[0] - half), float(values[0] + half)
    if even(values):
        half = (values[-1] - values[0]) / (len(values) - 1) / 2
        return float(values[0] - half), float(values[-1] + half)
    factor = (values[-1] / values[0]) ** (0.5 / (len(values) - 1))
    return float(values[0] / factor), float(values[-1] * factor)
