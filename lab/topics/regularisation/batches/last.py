"""A last test batch that is smaller than the others, and counts as much."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.training.dense.spec import TrainingSpec


def right(recipe: TrainingSpec, network: Network) -> Array:
    """Return which of the test examples (N,) are classified as they should be."""
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    return recipe.right(network.outputs(recipe.test_inputs), recipe.test_targets)


def by_batches(answers: Array, last: int) -> float:
    """Return the mean of the accuracies of two test batches: all but the last ones, and these."""
    return float(np.mean([answers[:-last].mean(), answers[-last:].mean()]))


def table(answers: Array, last: int) -> Table:
    """Return how much one example counts in either batch, and what both ways to average give."""
    rows = []
    for place, part in enumerate((answers[:-last], answers[-last:]), 1):
        share = 1 / 2 / len(part)
        rows.append(
            (
                Cell(place),
                Cell(len(part)),
                Cell(int(part.sum()), message("right answers")),
                Cell(float(part.mean()), message("the accuracy of this batch"), share=True),
                Cell(share, f"½ · 1/{len(part)}", "bad" if place == 2 else "", share=True),
            )
        )
    both, each = by_batches(answers, last), float(answers.mean())
    total = len(answers)
    rows.append(
        (
            Cell(message("mean of the batches")), Cell(total), Cell(None),
            Cell(both, message("(first + second) / 2"), "bad", share=True), Cell(None),
        )
    )  # fmt: skip
    rows.append(
        (
            Cell(message("all alike")), Cell(total), Cell(int(answers.sum())),
            Cell(each, f"{int(answers.sum())}/{total}", "good", share=True), Cell(1 / total, f"1/{total}", share=True),
        )
    )  # fmt: skip
    columns = message("test batch"), message("examples"), message("right"), message("accuracy"), message("one counts")
    note = message("The test is not shuffled: it is always the same {last} that count so much.", last=last)
    return Table("last", columns, tuple(rows), note)
