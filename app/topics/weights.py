"""Weights: how they begin, move and stay."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    accuracies,
    chart,
    code,
    curves,
    histograms,
    layer_tree,
    losses,
    numbers,
    of_layers,
    table,
    torch_check,
)

CHANGE_IN_AN_EPOCH = of_layers("Change in an epoch", "change", "relative to size", "%", log=True, scale=100.0)
MOVED = of_layers("Moved since the first weights", "moved", "relative to size", "%", scale=100.0)
FREEZE = Layout(
    "weights.freeze",
    # Below each other: the same steps from left to right.
    rows=(
        row(
            cell(
                curves(
                    "Accuracy",
                    accuracies(
                        Curve("test_accuracy", "with frozen layers, test", 0),
                        Curve("free_test_accuracy", "never frozen, test", 1),
                    ),
                    name="accuracy",
                    steps="optimiser steps",
                ),
                curves(
                    "Loss",
                    losses(
                        Curve("test_loss", "with frozen layers, test", 0),
                        Curve("free_test_loss", "never frozen, test", 1),
                    ),
                    name="loss",
                    steps="optimiser steps",
                ),
                stretch=5,
            ),
            cell(layer_tree("What learns", "network"), stretch=6),
            stretch=5,
        ),
        row(
            cell(CHANGE_IN_AN_EPOCH, stretch=5),
            cell(table("Parameter by parameter", "parameters"), code(), stretch=6),
            stretch=5,
        ),
    ),
)

ACCURACY = curves(
    "Accuracy",
    accuracies(
        Curve("train_accuracy", "train, mean over the epoch", 0), Curve("test_accuracy", "test, after the epoch", 1)
    ),
    name="accuracy",
    steps="optimiser steps",
)
CHANGE = Layout(
    "weights.change",
    # Below each other: the same steps from left to right.
    rows=(
        row(
            cell(ACCURACY, stretch=1),
            cell(
                chart("Gain and change", "epochs", "Here three epochs and more are compared.\nPress Run."),
                chart("Epoch by epoch", "pairs", "Here three epochs and more are compared.\nPress Run."),
                stretch=1,
            ),
            stretch=4,
        ),
        row(
            cell(CHANGE_IN_AN_EPOCH, MOVED, of_layers("‖ΔW‖", "length", "not divided by anything"), stretch=1),
            cell(
                table("Layer by layer", "layers", "Here each layer gets a row.\nPress Run."),
                table("What goes together", "numbers", "Here three epochs and more are compared.\nPress Run."),
                stretch=1,
            ),
            stretch=4,
        ),
        row(
            cell(of_layers("Condition number", "condition", "largest ÷ smallest singular value", log=True), stretch=1),
            cell(code(), stretch=1),
            stretch=4,
        ),
    ),
)
SEEDS = Layout(
    "weights.seeds",
    rows=(
        row(
            cell(chart("All numbers of the four networks", "all"), stretch=1),
            cell(chart("Differences", "differences"), stretch=1),
            stretch=5,
        ),
        row(cell(numbers("Largest differences"), torch_check(), stretch=5), cell(code(), stretch=6), stretch=5),
    ),
)
HISTOGRAMS = Layout(
    "weights.histograms",
    rows=(
        row(
            cell(histograms("Epoch by epoch", "weights"), ACCURACY, MOVED, stretch=1),
            cell(
                table("Layer by layer", "layers", "Here each layer gets a row.\nPress Run."),
                table(
                    "By initialisation",
                    "rules",
                    "Tick “All initialisations”, and press Run:\nhere each of them gets a row.",
                ),
                code(),
                stretch=1,
            ),
            stretch=1,
        ),
        row(
            cell(chart("First and last", "first_last"), chart("By initialisation", "rules"), stretch=1),
            cell(
                chart("Spread by layer", "spreads", "Here the layers stand side by side: click one.\nPress Run."),
                stretch=1,
            ),
            stretch=1,
        ),
    ),
)

PAGES: tuple[Layout, ...] = (SEEDS, CHANGE, FREEZE, HISTOGRAMS)
"""In the order of the course."""
