"""Weights: how they begin, move and stay."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    TEST,
    TRAINING,
    Curve,
    Make,
    accuracies,
    bars,
    chart,
    code,
    curves,
    histograms,
    image_rows,
    layer_tree,
    loss_and_accuracy,
    losses,
    matrices,
    numbers,
    of_layers,
    strip,
    table,
    torch_check,
)

CHANGE_IN_AN_EPOCH = of_layers("Change in an epoch", "change", "relative to size", "%", log=True, scale=100.0)
MOVED = of_layers("Moved in all", "moved", "relative to size", "%", scale=100.0)


def _with_and_without(measure: str) -> tuple[Curve, Curve]:
    """Return the curves of the network with frozen layers, and of the one that never has any."""
    return (
        Curve(f"test_{measure}", "with frozen layers, test", 0),
        Curve(f"free_test_{measure}", "never frozen, test", 1),
    )


FREEZE = Layout(
    "weights.freeze",
    # Below each other: the same steps from left to right.
    rows=(
        row(
            cell(
                curves(
                    "Accuracy",
                    accuracies(*_with_and_without("accuracy")),
                    name="accuracy",
                    steps="optimiser steps",
                ),
                curves("Loss", losses(*_with_and_without("loss")), name="loss", steps="optimiser steps"),
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
            cell(histograms("Epoch by epoch", "weights"), ACCURACY, MOVED, stretch=3),
            cell(
                table("Layer by layer", "layers", "Here each layer gets a row.\nPress Run."),
                table(
                    "By initialisation",
                    "rules",
                    "Tick “All initialisations”, and press Run:\nhere each of them gets a row.",
                ),
                code(),
                stretch=4,
            ),
            stretch=1,
        ),
        row(
            cell(chart("First and last", "first_last"), chart("By initialisation", "rules"), stretch=3),
            cell(
                chart("Spread by layer", "spreads", "Here the layers stand side by side: click one.\nPress Run."),
                stretch=4,
            ),
            stretch=1,
        ),
    ),
)


def _compared() -> tuple[Make, ...]:
    """Show kinds of networks side by side, as a table and as bars."""
    return (
        table(
            "Compared", "compared", "Here each kind gets its interval over seeds, when the run has ended.\nPress Run."
        ),
        bars(
            "Side by side",
            "compared",
            "Here all kinds will be compared over seeds, when the run has ended.\nPress Run.",
        ),
    )


PAGES: tuple[Layout, ...] = (
    Layout(
        "weights.shapes",
        rows=(
            row(cell(strip()), stretch=0),
            row(cell(matrices("One layer, written out", "product")), stretch=5),
            row(
                cell(table("Layer by layer", "layers"), numbers(), stretch=6),
                cell(torch_check(), code(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "weights.initialisation",
        rows=(
            row(
                cell(
                    chart("A signal, each activation", "functions"),
                    chart("Each rule", "rules"),
                    stretch=4,
                ),
                cell(
                    table("Variances", "variances"),
                    table("Signals", "signals"),
                    table(
                        "By torch", "check", "Here torch will check the numbers, when the run has ended.\nPress Run."
                    ),
                    code("By hand", "by_hand"),
                    stretch=7,
                ),
                stretch=5,
            ),
            row(
                cell(loss_and_accuracy(TRAINING, TEST), stretch=4),
                cell(
                    table(
                        "Scale or family",
                        "effects",
                        "Here it will stand what is due to the scale and what to the family, when the run has ended.\n"
                        "Press Run.",
                    ),
                    *_compared(),
                    numbers(),
                    code(),
                    stretch=7,
                ),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "weights.identical",
        rows=(
            row(
                cell(image_rows("Weights of units of the first layer", "units"), stretch=4),
                cell(table("Layer by layer", "layers"), numbers(), code(), stretch=7),
                stretch=5,
            ),
            row(
                cell(
                    curves(
                        "Accuracy",
                        accuracies(
                            Curve("train_accuracy", "chosen, training", 0),
                            Curve("test_accuracy", "chosen, test", 1),
                            Curve("usual_train_accuracy", "usual, training", 2),
                            Curve("usual_test_accuracy", "usual, test", 3),
                        ),
                    ),
                    of_layers("Different units", "different", "units that are no copy of another one", steps=""),
                    stretch=4,
                ),
                cell(*_compared(), stretch=7),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "weights.scale",
        rows=(
            row(
                cell(
                    chart("Signals at first", "signals"),
                    chart("Gradients at first", "gradients"),
                    stretch=5,
                ),
                cell(
                    chart(
                        "Accuracy over the deviation",
                        "accuracies",
                        "Here the accuracy with each deviation will appear at the end.\nPress Run.",
                    ),
                    numbers(),
                    code(),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(
                    of_layers("Signal", "signal", "root mean square", log=True, steps=""),
                    of_layers("Gradient", "gradient", "root mean square", log=True, steps=""),
                    stretch=5,
                ),
                cell(
                    curves(
                        "Accuracy",
                        accuracies(Curve("train_accuracy", "training", 0), Curve("test_accuracy", "test", 1)),
                    ),
                    table("Layer by layer", "layers"),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    SEEDS,
    CHANGE,
    FREEZE,
    HISTOGRAMS,
)
"""In the order of the course."""
