"""Networks that learn by heart, and when one stops."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    TEST,
    TRAINING,
    Curve,
    accuracies,
    chart,
    code,
    confusion,
    curves,
    field,
    loss_and_accuracy,
    losses,
    numbers,
    scatter,
    shares,
    table,
    torch_check,
)

THREE_SETS = curves(
    "Three sets",
    losses(Curve("train_loss", "training", 0), Curve("dev_loss", "dev", 2), Curve("test_loss", "test", 1)),
    accuracies(
        Curve("train_accuracy", "training", 0),
        Curve("dev_accuracy", "dev", 2),
        Curve("test_accuracy", "test", 1),
        Curve("kept_test_accuracy", "test, weights kept so far", 3),
    ),
)
LEARNING: tuple[Layout, ...] = (
    Layout(
        "overfitting.iris",
        rows=(
            row(
                cell(loss_and_accuracy(TRAINING, TEST), stretch=11),
                cell(confusion("test", "test flowers"), numbers(), code(), stretch=8),
                stretch=5,
            ),
            row(
                cell(
                    scatter("Four measurements, two at a time", "flowers"),
                    shares("Probabilities, flower by flower", "flowers"),
                    stretch=11,
                ),
                cell(chart("What the test can say", "steps"), stretch=8),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.boundaries",
        rows=(
            row(
                cell(field("Error everywhere", "errors"), field("What it says", "prices"), stretch=6),
                cell(chart("On the way to the other city", "along"), stretch=5),
                stretch=6,
            ),
            row(
                cell(numbers(), code(), stretch=6),
                cell(
                    chart("Error: click to move the city", "growing"),
                    loss_and_accuracy(
                        TRAINING,
                        TEST,
                        loss="squared error of scaled prices",
                        unit="",
                        accuracy=None,
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.scale",
        rows=(
            row(
                cell(chart("Examples, to scale", "squares"), stretch=5),
                cell(chart("Parameters against examples", "parameters"), stretch=6),
                stretch=6,
            ),
            row(
                cell(table("Data sets", "sets"), table("Networks", "networks"), stretch=8),
                cell(numbers(), torch_check(), code(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.early_stopping",
        rows=(
            row(
                cell(THREE_SETS, stretch=6),
                cell(field("What it learned", "boundary"), numbers(), code(), stretch=5),
                stretch=6,
            ),
            row(
                cell(
                    chart(
                        "Promised and kept, over 40 seeds",
                        "promised",
                        "At the end of a run, 40 more trainings show here what the dev set promises, and what the test "
                        "set says of it.",
                    ),
                    stretch=6,
                ),
                cell(
                    table(
                        "Over 40 seeds",
                        "seeds",
                        "At the end of a run, the means over 40 trainings will stand here, with their intervals.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
)
