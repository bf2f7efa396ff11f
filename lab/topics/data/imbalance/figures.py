"""Both networks over the plane, the new points between neighbours, and all remedies over several seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, CellMark, Chart, Field, Line, Overlay, Table, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.sweeps.comparison import interval
from lab.topics.data.imbalance.examples import Made
from lab.topics.data.imbalance.remedies import MODELS, REMEDIES, Remedied, Worth, of_network
from lab.training.dense.boundary import answer, plane, points, ranges
from lab.training.dense.learner import Learner

if TYPE_CHECKING:
    from lab.topics.data.imbalance import ImbalanceParams

SHOWN = 30
"""Points made by SMOTE that are drawn, each on its segment."""


def parents(inputs: Array, rare: Array, real: int, neighbours: int) -> Array:
    """Return for each example behind the first `real` ones the places (M, 2) of the two between which it lies.

    These are a rare one and one of its nearest `neighbours`.
    """
    few = np.flatnonzero(rare[:real])
    x, new = inputs[few], inputs[real:]
    apart = np.linalg.norm(x[:, None] - x, axis=-1)
    nearest = np.argsort(apart, axis=1)[:, 1 : neighbours + 1]
    first = np.repeat(np.arange(len(few)), nearest.shape[1])
    second = nearest.ravel()
    whole = apart[first, second]
    found = []
    for one in new:
        to = np.linalg.norm(x - one, axis=1)
        best = int(np.argmin(to[first] + to[second] - whole))
        found.append((few[first[best]], few[second[best]]))
    return np.array(found, dtype=int).reshape(-1, 2)


def shown(params: ImbalanceParams, learner: Remedied) -> Iterator[Event]:
    """Yield what both networks say of a plane through the examples, and what each has learned from."""
    for name, one, found, level in (
        ("plane", learner, learner.made, learner.cut), ("plain", learner.plain, learner.without, 0.0),
    ):  # fmt: skip
        yield lazily(Field, name, _field, name, one, found, learner.without, level)
        yield lazily(Overlay, name, _overlay, params, name, found, learner.without)


def _on_plane(inputs: Array, found: Made, axes: Array) -> Array:
    """Return where inputs (N, F) lie (N, 2): of two features as they were before they were scaled."""
    return inputs * found.spread + found.middle if inputs.shape[1] == 2 else inputs @ axes.T


def _field(name: str, learner: Learner, found: Made, usual: Made, cut: float) -> Field:
    axes = usual.axes
    view = ranges(_on_plane(usual.inputs, usual, axes))
    positions = plane(*view)
    inputs = (positions - found.middle) / found.spread if len(found.middle) == 2 else positions @ axes
    outputs = learner.network.outputs(inputs)
    made = answer(learner.recipe, outputs - cut, found.classes, name, view)
    if len(found.middle) == 2:
        return made
    x, y = (message("direction {number} of the features", number=place) for place in (1, 2))
    return Field(
        name, made.values, Axis(x), Axis(y), made.x_range, made.y_range, made.value_label, made.scale,
        levels=made.levels, limits=made.limits,
    )  # fmt: skip


def _overlay(params: ImbalanceParams, name: str, found: Made, usual: Made) -> Overlay:
    axes = usual.axes
    where = _on_plane(found.inputs, found, axes)
    real = len(found.inputs)
    if name == "plane" and params.remedy == "smote" and not params.leaks:
        real = len(usual.inputs)
    lines = list(points(where[:real], found.rare[:real].astype(int), found.classes))
    if real < len(where):
        # Of all of them none could be told from another.
        some = np.linspace(0, len(where) - real - 1, min(SHOWN, len(where) - real)).astype(int)
        pairs = parents(found.inputs, found.rare, real, params.neighbours)[some]
        gap = np.full(len(pairs), np.nan)
        x, y = (np.stack([where[pairs[:, 0], of], where[pairs[:, 1], of], gap], 1).ravel() for of in (0, 1))
        lines.append(Line(message("between two neighbours"), x, y, "line", -1))
        words = message("made by SMOTE: {shown} of {count}", shown=len(some), count=len(where) - real)
        lines.append(Line(words, where[real:][some, 0], where[real:][some, 1], "faint points", 1))
    return Overlay(name, tuple(lines))


def numbers(params: ImbalanceParams, learner: Remedied) -> Numbers:
    """Return both networks side by side."""
    both = (
        of_network(learner.made, learner.network, learner.cut),
        of_network(learner.without, learner.plain.network, 0.0),
    )
    few, many = int(learner.made.test_rare.sum()), int((~learner.made.test_rare).sum())
    usual = message("with {percent} % of rare ones, as they come", percent=f"{100 * params.rare:g}")
    held = int(learner.made.dev_rare.sum())
    rows: tuple[tuple[Words, Words, tuple[float, float]], ...] = (
        (message("rare ones found (recall)"), message("of {count} fresh ones", count=few),
         (both[0].recall, both[1].recall)),
        (message("common ones left alone"), message("of {count} fresh ones", count=many),
         (both[0].specificity, both[1].specificity)),
        (message("accuracy"), usual, (both[0].usual(params.rare), both[1].usual(params.rare))),
        (message("balanced accuracy"), message("the mean over both classes"), (both[0].balanced, both[1].balanced)),
        (message("the same, held back"), message("of what was held back: {count} rare ones", count=held),
         (both[0].held, both[1].held)),
    )  # fmt: skip
    counted = tuple(
        Quantity(message("learned from"), f"{int((~one.rare).sum())} + {int(one.rare.sum())}",
                 message("common ones and rare ones"))
        for one in (learner.made, learner.without)
    )  # fmt: skip
    always = Quantity(message("always “common”"), 1 - params.rare, usual, share=True)
    quantities = (
        counted,
        *(tuple(Quantity(label, each, why, share=True, about=why) for each in values) for label, why, values in rows),
        (always, always),
    )
    note = message("Epoch {epoch} of {epochs}. Both began with the same weights.", epoch=learner.epoch,
                   epochs=params.epochs)  # fmt: skip
    if params.leaks:
        note = message("The leak: what was resampled was split then. What is held back is among what was learned from.")
    columns = message("quantity"), label(params.remedy), message("nothing done")
    return Numbers(quantities, columns=columns, note=note)


def remedies(found: Mapping[str, list[Worth]], seeds: int) -> Table:
    """Return the means of all remedies over the seeds, and how far they lie from doing nothing."""
    rows = []
    for name, each in found.items():
        balanced = np.array([one.balanced for one in each])
        why = message("of a table at most what there is") if name == "more" else ""
        cells = [Cell(label(name), why, "bad" if name.startswith("leak") else "")]
        cells += [
            Cell(round(float(np.mean([getattr(one, of) for one in each])), 3), share=True)
            for of in ("recall", "balanced")
        ]
        apart = balanced - np.array([one.balanced for one in found["none"]])
        if name == "none" or seeds < 2:
            cells.append(Cell(None))
        else:
            middle, half = interval(100 * apart)
            mark: CellMark = "" if abs(middle) <= half else "good" if middle > 0 else "bad"
            sign = "−" if middle < 0 else "+"
            why = message("points of balanced accuracy, seed by seed, against nothing")
            cells.append(Cell(f"{sign}{abs(middle):.1f} ± {half:.1f}", why, mark))
        held = float(np.mean([one.held for one in each]))
        why = message("balanced accuracy on what was held back of the same data")
        cells.append(Cell(round(held, 3), why, "bad" if name.startswith("leak") else "", share=True))
        rows.append(tuple(cells))
    columns = message("remedy"), message("recall"), message("balanced"), "Δ", message("held back")
    note = message(
        "Means over {seeds} seeds. Δ: points of balanced accuracy, with the 95 % interval. Leaks: what is held back "
        "says more than is true.",
        seeds=seeds,
    )
    return Table("remedies", columns, tuple(rows), note)


def label(name: str) -> Words:
    """Return what a remedy is called in the table."""
    if name.startswith("leak"):
        return message("Leak: {remedy}", remedy=SHORT[name.removeprefix("leak:")])
    return SHORT.get(name) or MODELS.get(name) or message(REMEDIES[name])


SHORT: Mapping[str, Words] = {
    "none": message("nothing done"), "fewer": message("Fewer common"), "copies": message("Copies"),
    "smote": "SMOTE",
}  # fmt: skip


def over_shares(shares: tuple[float, ...], found: Array) -> Chart:
    """Return recall, accuracy and balanced accuracy without a remedy (shares, 3) over the share of the rare ones."""
    x = np.array(shares)
    names = message("accuracy"), message("rare ones found (recall)"), message("balanced accuracy")
    lines = [Line(words, x, found[:, place], "line + points", place) for place, words in enumerate(names)]
    lines.append(Line(message("always “common”"), x, 1 - x, "dashes", -1))
    return Chart(
        "shares", tuple(lines), Axis(message("share of the rare ones"), log=True),
        Axis(message("fresh examples"), low=0.0, high=1.02, share=True), picks="rare",
    )  # fmt: skip
