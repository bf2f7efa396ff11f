"""Which hidden units are open: where the slope of their activation is not zero, so that they can learn."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.nets.registry.activations import ACTIVATIONS
from lab.training.dense.learner import Learner


def open_units(learner: Learner) -> list[Array]:
    """Return, for each hidden layer, for which examples which of its units are open: (N, U) bool."""
    network, found = learner.network, []
    inputs = learner.recipe.inputs
    layers = zip(network.plan.layers[:-1], network.weights, network.biases, network.trace(inputs), strict=False)
    for layer, weight, bias, outputs in layers:
        found.append(ACTIVATIONS[layer.activation].slope(inputs @ weight + bias) != 0)
        inputs = outputs
    return found


def layers_table(learner: Learner) -> Table:
    """Return the units, the open and the dead ones, and the parameters of each layer."""
    plan, examples = learner.recipe.plan, len(learner.recipe.inputs)
    rows = []
    for place, (opened, (before, units)) in enumerate(zip([*open_units(learner), None], plan.shapes, strict=True), 1):
        name = message("output") if opened is None else message("hidden {place}", place=place)
        learned = Cell(
            before * units + units,
            message("{before} · {units} weights and {units} biases", before=before, units=units),
        )
        if opened is None:
            rows.append((Cell(name), Cell(units), Cell(None), Cell(None), learned))
            continue
        dead = int((~opened.any(0)).sum())
        rows.append(
            (
                Cell(name),
                Cell(units),
                Cell(dead, message("open for none of the {count} examples", count=examples), "bad" if dead else ""),
                Cell(
                    100 * float(opened.mean()),
                    message("of {count} pairs of a unit and an example", count=opened.size),
                ),
                learned,
            )
        )
    columns = (
        message("Layer"), message("Units"), message("Dead units"), message("Open, %"), message("Parameters"),
    )  # fmt: skip
    alone = plan.layers[-2].units == 1 if len(plan.layers) > 1 else False
    shut = alone and not np.any(open_units(learner)[-1])
    note = (
        message("The one unit before the output is dead: every example gets the same answer, and nothing flows back.")
        if shut
        else ""
    )
    return Table("layers", columns, tuple(rows), note)
