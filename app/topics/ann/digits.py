"""Digits, read by dense networks."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Plot,
    Trace,
    accuracies,
    bars,
    code,
    confusion,
    curves,
    histograms,
    image_rows,
    layer_tree,
    loss_and_accuracy,
    table,
)
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series
from app.views.sheet import SheetView
from app.views.strip import StripView

BATCHES = loss_and_accuracy(
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
)
HIDDEN, OUTPUT = (2, 3, 4, 0, 1, 2), 5
"""The colours of as many hidden layers as a network can have, and of its output."""


def _of_layers(title: str, measure: str, *, log: bool) -> View:
    """Show a measure of the weights of each layer, over the optimiser steps."""
    series = tuple(
        Series("epoch", f"{measure}_hidden{number}", f"hidden{number}", colour=colour, optional=True)
        for number, colour in enumerate(HIDDEN, start=1)
    )
    output = Series("epoch", f"{measure}_output", "output", colour=OUTPUT)
    panel = Panel(title, tr("relative to size"), "%", (*series, output), log=log, scale=100.0)
    return CurvesView(title, measure, (panel,), tr("optimiser steps"))


ACCURACY = curves(
    "Accuracy",
    accuracies(
        Curve("train_accuracy", "train, mean over the epoch", 0), Curve("test_accuracy", "test, after the epoch", 1)
    ),
    name="accuracy",
    steps="optimiser steps",
)
PROBABILITY = curves(
    "Probability and accuracy",
    Plot(
        "Probability of the digit left out",
        "mean",
        "",
        (
            Curve("missing_probability", "on the digit left out", 3),
            Curve("train_probability", "on what is learned", 0),
        ),
        share=True,
        log=True,
    ),
    accuracies(
        Curve("train_accuracy", "the nine digits, train", 2), Curve("test_accuracy", "the nine digits, test", 1)
    ),
    steps="optimiser steps",
)


DIGITS: tuple[Layout, ...] = (
    Layout(
        "ann.mnist",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(BATCHES, stretch=11),
                cell(
                    histograms("Weights of each layer", "weights"), layer_tree("Layers", "network"), code(), stretch=10
                ),
            ),
            row(
                cell(confusion("test"), stretch=11),
                cell(
                    lambda: SheetView(tr("Test images"), "test"),
                    bars("What it says of the image", "answer", "Here the probabilities of an image will stand."),
                    stretch=10,
                ),
            ),
        ),
    ),
    Layout(
        "ann.scrambled",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(
                    loss_and_accuracy(
                        Trace("epoch", "plain_test", "as they are", 0),
                        Trace("epoch", "fixed_test", "one order for all", 1),
                        Trace("epoch", "each_test", "an order for each", 3),
                        Trace("epoch", "each_train", "an order for each, train", 2),
                        steps="optimiser steps",
                    ),
                ),
                stretch=5,
            ),
            row(
                cell(image_rows("Test images", "images"), image_rows("Mean of each digit", "means"), stretch=5),
                cell(code(), stretch=4),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.missing",
        rows=(
            row(
                cell(PROBABILITY, stretch=5),
                cell(bars("Taken for", "taken", "Here it will stand what the digit left out is taken for."), stretch=5),
            ),
            row(
                cell(lambda: SheetView(tr("The digit left out"), "missing"), confusion("missing"), stretch=5),
                cell(
                    table("Its output", "output"),
                    bars("What it says of the image", "answer", "Here the probabilities of an image will stand."),
                    code(),
                    stretch=5,
                ),
            ),
        ),
    ),
    Layout(
        "ann.weights_over_time",
        # Below each other: the same steps from left to right.
        rows=(
            row(cell(ACCURACY, stretch=5), cell(table("Layer by layer", "layers"), stretch=4), stretch=4),
            row(
                cell(lambda: _of_layers(tr("Change in an epoch"), "change", log=True), stretch=5),
                cell(lambda: _of_layers(tr("Moved since the first weights"), "moved", log=False), stretch=4),
                stretch=4,
            ),
            row(cell(histograms("Weights of each layer", "weights"), stretch=5), cell(code(), stretch=4), stretch=5),
        ),
    ),
)
