"""Digits, read by dense networks."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    BATCHES,
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
    sheet,
    strip,
    table,
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
            row(cell(strip()), stretch=0),
            row(
                cell(loss_and_accuracy(*BATCHES), stretch=11),
                cell(
                    histograms("Weights of each layer", "weights"), layer_tree("Layers", "network"), code(), stretch=10
                ),
            ),
            row(
                cell(confusion("test"), stretch=11),
                cell(
                    sheet(),
                    bars("What it says of the image", "answer", "Here the probabilities of an image will stand."),
                    stretch=10,
                ),
            ),
        ),
    ),
    Layout(
        "ann.scrambled",
        rows=(
            row(cell(strip()), stretch=0),
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
                cell(sheet("The digit left out", "missing"), confusion("missing"), stretch=5),
                cell(
                    table("Its output", "output"),
                    bars("What it says of the image", "answer", "Here the probabilities of an image will stand."),
                    code(),
                    stretch=5,
                ),
            ),
        ),
    ),
)
