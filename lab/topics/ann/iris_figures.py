"""Figures of the flowers: all of them, what the network says of each, and whether its answers sum to one."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array, Predictions
from lab.core.examples import Examples
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.data.classical import Table as Data
from lab.training.dense.experiment import judged
from lab.training.dense.learner import Learner

NAMES = (
    message("sepal length"),
    message("sepal width"),
    message("petal length"),
    message("petal width"),
)
SPARE = 0.005
"""How far a sum may be from 1 to be called 1."""


def flowers(data: Data, shares: Array, trained: Array, epoch: int) -> Examples:
    """Return all flowers with the probabilities (N, 3) that the network gives them."""
    return Examples(
        "flowers", data.features, NAMES, "cm", data.target, data.classes, shares, trained, message("flower"), epoch
    )  # fmt: skip


def predictions(shown: Examples, classes: tuple[str, ...]) -> Predictions:
    """Return the answers for all flowers."""
    confidence = np.nan_to_num(shown.shares.max(axis=1))
    return Predictions("flowers", shown.labels, shown.predicted, confidence, classes, shown.epoch)


def sums(shown: Examples, sigmoids: bool) -> Table:
    """Return for each flower its three probabilities and their sum."""
    predicted, wrong = shown.predicted.tolist(), shown.wrong.tolist()
    total = shown.shares.sum(axis=1)
    one = np.abs(total - 1) <= SPARE
    classes = shown.classes
    rows = tuple(
        (
            Cell(number + 1),
            Cell(classes[label]),
            Cell(whole, mark="good" if fits else "bad"),
            *(Cell(value) for value in values),
            Cell(classes[answer] if answer >= 0 else None, mark="bad" if other else ""),
        )
        for number, (label, values, whole, fits, answer, other) in enumerate(
            zip(
                shown.labels.tolist(),
                shown.shares.round(4).tolist(),
                total.round(4).tolist(),
                one.tolist(),
                predicted,
                wrong,
                strict=True,
            )
        )
    )
    columns = (message("flower"), message("kind"), message("sum"), *classes, message("answer"))
    if not sigmoids:
        note = message("Softmax divides by the sum: the three are shares of one, for every flower.")
    else:
        above = (shown.shares > 0.5).sum(axis=1)
        note = message(
            "Three sigmoids decide apart: for {none} flowers none is above ½, for {several} more than one; "
            "sums go from {low} to {high}.",
            none=int((above == 0).sum()),
            several=int((above > 1).sum()),
            low=f"{total.min():.2f}",
            high=f"{total.max():.2f}",
        )
    return Table("sums", columns, rows, note)


def numbers(learner: Learner, shown: Examples) -> Table:
    """Return loss and accuracy, how sure the network is, and its size."""
    recipe = learner.recipe
    found = judged(recipe, learner.network)
    trained, wrong = shown.trained, shown.wrong
    true = shown.shares[np.arange(len(shown.labels)), shown.labels]
    rows = [
        (message("epoch"), learner.epoch, message("of {epochs}", epochs=recipe.epochs)),
        (message("loss"), found["loss"], message("mean over {count} flowers to learn from", count=int(trained.sum()))),
        (
            message("accuracy"),
            found["accuracy"],
            message("{right} of {count}", right=int((trained & ~wrong).sum()), count=int(trained.sum())),
        ),
    ]
    if "test_accuracy" in found:
        tested = ~trained
        rows += [
            (
                message("test loss"),
                found["test_loss"],
                message("mean over {count} flowers it has never seen", count=int(tested.sum())),
            ),
            (
                message("test accuracy"),
                found["test_accuracy"],
                message("{right} of {count}", right=int((tested & ~wrong).sum()), count=int(tested.sum())),
            ),
        ]
    rows += [
        (message("taken for another kind"), int(wrong.sum()), message("those with a ring")),
        (message("mean probability of the true kind"), float(true.mean()), message("how sure it is, where it should")),
        (message("parameters"), recipe.plan.parameters, message("weights and biases that are learned")),
    ]
    body = tuple((Cell(name, why), Cell(value, why)) for name, value, why in rows)
    return Table("numbers", (message("Quantity"), message("Value")), body)
