"""Tables and what lies in them, tensors, and weights that are kept."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    accuracies,
    bars,
    chart,
    code,
    curves,
    field,
    image_rows,
    losses,
    numbers,
    scatter,
    table,
    torch_check,
)

SKLEARN = table("By scikit-learn", "check", "Here scikit-learn and SciPy will check the numbers.")

EPOCHS = curves(
    "Loss and accuracy",
    losses(Curve("train_loss", "training", 0), Curve("dev_loss", "dev", 2), Curve("test_loss", "test", 1)),
    accuracies(
        Curve("train_accuracy", "training", 0), Curve("dev_accuracy", "dev", 2), Curve("test_accuracy", "test", 1)
    ),
    steps="optimiser steps",
)

TABLES: tuple[Layout, ...] = (
    Layout(
        "data.tensors",
        rows=(
            row(
                cell(numbers("Step by step"), code(), stretch=16),
                cell(field("The labels of each batch", "batches"), stretch=9),
                stretch=6,
            ),
            row(
                cell(table("What layer and losses say", "verdicts"), stretch=8),
                cell(table("float64 and float32", "precision"), torch_check(), stretch=7),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "data.outliers",
        rows=(
            row(
                cell(chart("The points and the fits", "fit"), stretch=6),
                cell(chart("Further and further out: drag", "farther"), stretch=5),
                stretch=6,
            ),
            row(
                cell(table("What each rule finds", "rules"), table("Scaling", "scalings"), code("Python"), stretch=12),
                cell(numbers("What the fits are worth"), bars("After scaling", "scaled"), SKLEARN, stretch=13),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "data.save",
        rows=(
            row(
                cell(EPOCHS, stretch=5),
                cell(
                    chart(
                        "Original, loaded, not loaded",
                        "outputs",
                        "Here the outputs of both networks will be compared.\nPress Run.",
                    ),
                    stretch=6,
                ),
                stretch=5,
            ),
            row(
                cell(table("state_dict", "entries"), table("What a pickle is", "instructions"), code(), stretch=6),
                cell(
                    table(
                        "Saved and loaded",
                        "numbers",
                        "Here stands what loading gave.\nPress Run.",
                    ),
                    table("Who reads what", "readers", "Here files will be read, good and bad.\nPress Run."),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "data.own",
        rows=(
            row(
                cell(
                    table("The columns", "columns", "Here stands what was read of a table."),
                    image_rows("Some images", "images", "Here some images of each class will be seen."),
                    stretch=8,
                ),
                cell(bars("The classes", "classes"), scatter("The rows", "rows"), stretch=4),
                stretch=5,
            ),
            row(
                cell(table("Where it can be used", "uses"), code("Python"), stretch=7),
                cell(
                    numbers(),
                    table("Counted again", "check", "Here a few lines of Python will count again."),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
)
