"""What is shown of two networks side by side: their outputs, and their tensors one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Table
from lab.core.text import message
from lab.topics.transfer.copy.ways import WAYS
from lab.topics.transfer.given import is_buffer, names

if TYPE_CHECKING:
    from lab.topics.transfer.copy import CopyParams
    from lab.topics.transfer.copy.engine import Copies

SHOWN = 20
"""Test letters of which all outputs are points."""
COLUMNS = message("tensor"), message("shape"), message("as copied"), message("moved since")
GATHERED = message("A buffer: batch norm gathers it; no gradient moves it, and it is no parameter.")


def planned(params: CopyParams) -> Table:
    """Return the tensors that there are, before anything is copied."""
    rows = [(_name(name), Cell(_size(shape)), Cell(None), Cell(None)) for name, shape in names(params).items()]
    return Table("tensors", COLUMNS, tuple(rows), WAYS[params.way].why)


def tensors(engine: Copies) -> Table:
    """Return how each tensor of the chosen copy was made, and how far it has moved since."""
    made, moved = engine.made[engine.chosen], engine.moved(engine.chosen)
    rows = []
    for name, far in made.apart.items():
        if far:
            copied = Cell(message("off by {far}", far=_far(far)), message("not copied"), "bad")
        elif name in made.own:
            copied = Cell(message("equal"), message("copied, into memory of its own"), "good")
        else:
            copied = Cell(message("the same one"), message("not copied: both names mean this tensor"), "bad")
        rows.append((_name(name), Cell(_size(tuple(made.numbers[name].shape))), copied, _moved(moved[name])))
    return Table("tensors", COLUMNS, tuple(rows), WAYS[engine.chosen].why)


def ways(engine: Copies) -> Table:
    """Return all ways: what came along, how right they are, and what learns."""
    judged, rows = engine.measure(), []
    for way, made in engine.made.items():
        moved, source = engine.moved(way), engine.source_moved(way)
        learned, gathered = (
            sum(far > 0 for name, far in moved.items() if is_buffer(name) == buffers) for buffers in (False, True)
        )
        equal = made.difference == 0
        mark: CellMark = "good" if equal else "bad"
        rows.append(
            (
                Cell(WAYS[way].label, WAYS[way].why, "strong" if way == engine.chosen else ""),
                Cell(f"{made.count(False)} + {made.count(True)}", message("parameters and buffers, as tensors")),
                Cell(message("equal") if equal else message("off by {far}", far=_far(made.difference)), "", mark),
                Cell(round(made.accuracy, 4), share=True),
                Cell(_share(judged[f"{way}_test_accuracy"]), share=True),
                Cell(f"{learned} + {gathered}", message("parameters and buffers, as tensors"),
                     "bad" if engine.step and not learned else ""),
                Cell(source, message("tensors of the network that was copied"), "bad" if source else ""),
            )
        )  # fmt: skip
    columns = (
        message("copied by"), message("copied"), message("outputs"), message("at first"), message("now"),
        message("moved"), message("source"),
    )  # fmt: skip
    note = message("Right answers of the test at first, as copied, and now; the given network has {percent} %. Copied "
                   "and moved are parameters + buffers; under source, what moved of the given network.",
                   percent=f"{100 * engine.made['state'].accuracy:.1f}")  # fmt: skip
    return Table("numbers", columns, tuple(rows), note)


def outputs(engine: Copies) -> Chart:
    """Return the outputs of the chosen copy over those of the network that it was made from: as copied, and now."""
    from lab.topics.transfer.changes import outputs_of

    made, trainer = engine.made[engine.chosen], engine.trainers[engine.chosen]
    inputs, _ = trainer.sources["test"].part(0, SHOWN)
    theirs = made.theirs[:SHOWN].flatten().numpy()
    first, now = (found[:SHOWN].flatten().cpu().numpy() for found in (made.outputs, outputs_of(trainer.model, inputs)))
    low, high = float(min(theirs.min(), first.min())), float(max(theirs.max(), first.max()))
    same = np.array([low, high])
    lines = [
        Line(message("equal"), same, same, "dashes", -1),
        Line(message("as copied"), theirs, first, "points", 0),
    ]
    if engine.step:
        lines.append(Line(message("now"), theirs, now, "faint points", 1))
    return Chart("outputs", tuple(lines), Axis(message("output of the given network")), Axis(message("of the copy")))


def _name(name: str) -> Cell:
    return Cell(name, GATHERED if is_buffer(name) else "", "muted" if is_buffer(name) else "")


def _moved(far: float) -> Cell:
    return Cell(float(f"{far:.3g}") if far else message("no"), mark="" if far else "muted")


def _far(far: float) -> str:
    return f"{far:.3g}" if far < 1000 else f"{far:,.0f}"


def _share(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"
