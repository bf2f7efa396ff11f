"""The numbers of a backpropagation as tables, and what a step does to the loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Table, Words
from lab.core.text import Message, message
from lab.topics.ann.backpropagation.computed import CODES, LABELS, Found, factor_label, plain, shown
from lab.topics.ann.backpropagation.passes import INPUTS, PARAMETERS, Link, Network, paths
from lab.topics.ann.backpropagation.stages import GRADIENTS, LAST, STAGE, STAGES, story

LOWEST_RATE: Final = 0.01
HIGHEST_RATE: Final = 100.0
_RATES: Final = np.geomspace(LOWEST_RATE, HIGHEST_RATE, 241)
_UNKNOWN: Final = message("not known yet")
_NOTHING: Final = (Cell(None, _UNKNOWN), Cell(None, _UNKNOWN))


def stage_table(network: Network, found: Mapping[str, Found], stage: int) -> Table:
    """Return what one stage finds, with numbers put in, and the lines of PyTorch that give the same."""
    rows = [_row(found[key]) for key in STAGES[stage]]
    if not rows:
        rows = [(Cell(LABELS[name]), Cell(""), Cell(""), Cell(value), Cell(CODES[name])) for name, value in
                network.given.items()]  # fmt: skip
    note = message("Stage {stage} of {last}. {story}", stage=stage, last=LAST, story=story(stage))
    if stage == LAST:
        note = message("{note} {verdict}", note=note, verdict=verdict(found))
    return Table("stage", _columns(), tuple(rows), note)


def verdict(found: Mapping[str, Found]) -> Message:
    """Say what the update made of the loss."""
    before, after = found["J"].number, found["next_J"].number
    said = {"before": f"{before:.5g}", "after": f"{after:.5g}"}
    if after < before:
        return message("The loss fell from {before} to {after}.", **said)
    if after > before:
        return message("The loss rose from {before} to {after}: the step was too large.", **said)
    return message("The loss stayed at {before}.", **said)


def all_table(found: Mapping[str, Found], stage: int) -> Table:
    """Return all numbers; those that are not found yet without their values."""
    rows = [_row(each, each.stage == stage) if each.stage <= stage else _waiting(each) for each in found.values()]
    return Table("all", _columns(), tuple(rows))


def _columns() -> tuple[Words, ...]:
    return message("quantity"), message("formula"), message("numbers put in"), message("value"), "PyTorch"


def _row(each: Found, lit: bool = False) -> tuple[Cell, ...]:
    mark: Literal["", "strong"] = "strong" if lit else ""
    said = (each.label, each.formula, each.arithmetic, each.number, each.code.removesuffix(".item()"))
    return tuple(Cell(value, each.why, mark) for value in said)


def _waiting(each: Found) -> tuple[Cell, ...]:
    said = (each.label, each.formula, None, None, each.code.removesuffix(".item()"))
    return tuple(Cell(value, _UNKNOWN, "" if value is None else "muted") for value in said)


def paths_table(network: Network, stage: int) -> Table:
    """Return, for everything that a gradient arrives at, the local derivatives along each path, multiplied."""
    rows: list[tuple[Cell, ...]] = []
    for name in (*PARAMETERS, *INPUTS):
        known, ways = STAGE[f"d_{name}"] <= stage, paths(name)
        rows += [_path(network, name, way, known, alone=len(ways) == 1) for way in ways]
        if len(ways) > 1:
            rows.append(_sum(network, name, known))
    note = message("One path leads to each parameter, two to each input. Along a path one multiplies, paths are added.")
    columns: tuple[Words, ...] = (
        message("gradient"), message("path"), message("local derivatives"), message("numbers put in"),
        message("product"),
    )  # fmt: skip
    return Table("paths", columns, tuple(rows), note)


def _path(network: Network, name: str, way: list[Link], known: bool, *, alone: bool) -> tuple[Cell, ...]:
    label = f"∂J/∂{LABELS[name]}" if alone else ""
    through = " ← ".join(["J", *(LABELS[link.source] for link in way)])
    symbols = " · ".join(factor_label(link.factor) for link in way)
    if not known:
        return (*(Cell(said, _UNKNOWN, "muted") for said in (label, through, symbols)), *_NOTHING)
    factors = [network.factors[link.factor] for link in way]
    arithmetic = " × ".join(shown(factor) if place else plain(factor) for place, factor in enumerate(factors))
    mark: Literal["", "strong"] = "strong" if alone else ""
    last = Cell(math.prod(factors), arithmetic, mark)
    return Cell(label, through), Cell(through), Cell(symbols, through), Cell(arithmetic, symbols), last


def _sum(network: Network, name: str, known: bool) -> tuple[Cell, ...]:
    """Return the row of what the paths to `name` give together."""
    label = Cell(f"∂J/∂{LABELS[name]}", mark="" if known else "muted")
    both = Cell(message("both paths"), mark="" if known else "muted")
    if not known:
        return label, both, Cell(""), *_NOTHING
    products = [math.prod(network.factors[link.factor] for link in way) for way in paths(name)]
    added = " + ".join(shown(each) if place else plain(each) for place, each in enumerate(products))
    return label, both, Cell(""), Cell(added), Cell(network.gradients[name], added, "strong")


def step_chart(network: Network, found: Mapping[str, Found], rate: float, stage: int) -> Chart:
    """Return the loss after one step, for every learning rate, and what the gradient promises of it."""
    before = found["J"].number
    x, y = Axis(message("learning rate η"), log=True, low=LOWEST_RATE, high=HIGHEST_RATE), Axis(message("loss J"))
    if stage < GRADIENTS:
        return Chart("step", (), x, y)
    after = network.losses_after(_RATES)
    highest, lowest = max(1.6 * before, 1e-6), 0.0
    promised = before - _RATES * network.steepness
    lines = (
        Line(message("after the update"), _RATES, np.where(after <= highest, after, np.nan), "line", 0),
        Line(message("promised by the gradient"), _RATES, np.where(promised >= lowest, promised, np.nan), "dashes", 3),
        Line(message("before"), _RATES[[0, -1]], np.array([before, before]), "thin", -1),
        Line(message("with this rate"), np.array([rate]), np.array([found["next_J"].number]), "ball", 1),
    )
    return Chart("step", lines, x, Axis(message("loss J"), low=lowest, high=highest), picks="learning_rate")
