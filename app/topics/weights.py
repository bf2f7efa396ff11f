"""Weights: how they begin, move and stay."""

from __future__ import annotations

from app.core.language import tr
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
    image_rows,
    loss_and_accuracy,
    matrices,
    numbers,
    table,
    torch_check,
)
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series
from app.views.strip import StripView

COLOURS = (2, 3, 4, 0, 1, 2)
"""Of as many hidden layers as a network can have, as in ann.weights_over_time."""


def _of_layers(title: str, words: str, measure: str, *, log: bool = False) -> View:
    """Show a measure of each layer over the epochs."""
    series = tuple(
        Series("epoch", f"{measure}_hidden{number}", f"hidden{number}", colour=colour, optional=True)
        for number, colour in enumerate(COLOURS, start=1)
    )
    last = Series("epoch", f"{measure}_output", "output", colour=5, optional=True)
    return CurvesView(title, measure, (Panel(title, words, "", (*series, last), log=log),))


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
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(cell(matrices("One layer, written out", "product")), stretch=5),
            row(
                cell(table("Layer by layer", "layers"), numbers(), stretch=10),
                cell(torch_check(), code(), stretch=11),
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
                    stretch=5,
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
                cell(loss_and_accuracy(TRAINING, TEST), stretch=5),
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
                cell(image_rows("Weights of units of the first layer", "units"), stretch=5),
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
                    lambda: _of_layers(tr("Different units"), tr("units that are no copy of another one"), "different"),
                    stretch=5,
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
                    lambda: _of_layers(tr("Signal"), tr("root mean square"), "signal", log=True),
                    lambda: _of_layers(tr("Gradient"), tr("root mean square"), "gradient", log=True),
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
)
"""In the order of the course."""
