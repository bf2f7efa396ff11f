"""The table of the playground: how large its network is, and how it does."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.nets.registry import losses
from lab.training.dense.learner import Learner


def numbers(learner: Learner, outputs: Array, train: Array) -> Table:
    """Return how large the network is, and how it does; `outputs` (N, K) are those of all points."""
    recipe, network, plan = learner.recipe, learner.network, learner.recipe.plan
    terms = " + ".join(f"({before}·{after} + {after})" for before, after in plan.shapes)
    rows: list[tuple[Words, float | int | None, Words]] = [
        (message("parameters"), plan.parameters, message("weights and biases, layer by layer: {terms}", terms=terms)),
        (message("epoch"), learner.epoch, message("of {epochs}", epochs=recipe.epochs)),
        (message("steps"), learner.steps, message("of the optimiser, a batch each")),
    ]
    sets = (
        (message("training"), outputs[train], recipe.targets),
        (message("test"), outputs[~train], recipe.test_targets),
    )
    for words, said, targets in sets:
        if targets is None:
            continue
        why = message("mean over {count} points", count=len(said))
        rows.append((message("loss, {set}", set=words), losses.value(recipe.loss, said, targets), why))
        if recipe.classifies:
            right = recipe.right(said, targets)
            counted = message("{right} of {count}", right=int(right.sum()), count=len(right))
            rows.append((message("accuracy, {set}", set=words), float(right.mean()), counted))
    largest = max(float(np.abs(weight).max()) for weight in network.weights)
    rows.append((message("largest weight"), largest, message("the largest |w| of all layers")))
    body = tuple((Cell(name, why), Cell(value, why)) for name, value, why in rows)
    return Table("numbers", (message("Quantity"), message("Value")), body)
