"""Weight decay of torch beside λ/2 · Σw², with and without biases: the same training three times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.code import executed
from lab.core.figures import Cell, CellMark, Table, Words
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import training_lines

MOST_STEPS = 1000
"""So many steps show it; torch takes a second for them."""
SAME = 1e-9


def decay(recipe: TrainingSpec) -> Table:
    """Return what the weights and biases become by each way; imports torch."""
    epochs = max(1, min(recipe.epochs, MOST_STEPS // recipe.batches))
    both = replace(recipe, epochs=epochs, l1=0.0, l2_biases=True)
    theirs = in_torch(both)
    ways: tuple[tuple[Words, Network], ...] = (
        (message("no penalty"), _trained(replace(both, l2=0.0))),
        (message("λ/2·Σw², weights only"), _trained(replace(both, l2_biases=False))),
        (message("λ/2·Σw², biases too"), _trained(both)),
        ("torch: weight_decay=λ", theirs),
    )
    rows = []
    for words, network in ways:
        apart = max(float(np.abs(a - b).max()) for a, b in zip(network.learned, theirs.learned, strict=True))
        mark: CellMark = "" if network is theirs else "good" if apart < SAME else "bad"
        rows.append(
            (
                Cell(words),
                Cell(_figures(sum(float((weight**2).sum()) for weight in network.weights))),
                Cell(_figures(sum(float((bias**2).sum()) for bias in network.biases))),
                Cell(float(f"{apart:.2g}"), message("the largest difference of one number from torch's"), mark),
                Cell(judged(both, network)["test_accuracy"], share=True),
            )
        )
    columns = message("how"), "Σw²", "Σb²", message("from torch"), message("test")
    note = message(
        "After {epochs} epochs of plain SGD with λ = {strength}. There, weight decay is the gradient of λ/2·Σ over "
        "weights and biases.",
        epochs=epochs,
        strength=f"{recipe.l2:g}",
    )
    return Table("decay", columns, tuple(rows), note)


def in_torch(recipe: TrainingSpec) -> Network:
    """Return what the program of the page makes of the network, in torch."""
    lines = [line for line in training_lines(recipe) if not line.text.startswith("judge(")]
    linear = [layer for layer in executed(lines, {})["network"] if hasattr(layer, "weight")]
    weights = [layer.weight.detach().numpy().T.copy() for layer in linear]
    return Network(recipe.plan, weights, [layer.bias.detach().numpy().copy() for layer in linear])


def _trained(recipe: TrainingSpec) -> Network:
    learner = Learner(recipe)
    while not learner.finished:
        learner.train_epoch()
    return learner.network


def _figures(value: float) -> float:
    return float(f"{value:.5g}")
