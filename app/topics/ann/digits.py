"""Digits, read by dense networks."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Trace,
    bars,
    code,
    confusion,
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


def _curve(value: str, label: str, colour: int, *, optional: bool = False) -> Series:
    return Series("epoch", value, label, colour=colour, optional=optional)


def _of_layers(title: str, measure: str, *, log: bool) -> View:
    """Show a measure of the weights of each layer, over the optimiser steps."""
    series = tuple(
        _curve(f"{measure}_hidden{number}", f"hidden{number}", colour, optional=True)
        for number, colour in enumerate(HIDDEN, start=1)
    )
    output = _curve(f"{measure}_output", "output", OUTPUT)
    panel = Panel(title, tr("relative to size"), "%", (*series, output), log=log, scale=100.0)
    return CurvesView(title, measure, (panel,), tr("optimiser steps"))


def _accuracy() -> View:
    """Show the accuracy alone."""
    series = (
        _curve("train_accuracy", tr("train, mean over the epoch"), 0),
        _curve("test_accuracy", tr("test, after the epoch"), 1),
    )
    panel = Panel(tr("Accuracy"), tr("right answers"), "%", series, y_range=(0.0, 100.0), scale=100.0)
    return CurvesView(tr("Accuracy"), "accuracy", (panel,), tr("optimiser steps"))


def _probability() -> View:
    """Show what becomes of the output that has nothing to learn, and how well the others do."""
    unseen = _curve("missing_probability", tr("on the digit left out"), 3)
    others = _curve("train_probability", tr("on what is learned"), 0)
    accuracy = (
        _curve("train_accuracy", tr("the nine digits, train"), 2),
        _curve("test_accuracy", tr("the nine digits, test"), 1),
    )
    panels = (
        Panel(tr("Probability of the digit left out"), tr("mean"), "%", (unseen, others), log=True, scale=100.0),
        Panel(tr("Accuracy"), tr("right answers"), "%", accuracy, y_range=(0.0, 100.0), scale=100.0),
    )
    return CurvesView(tr("Probability and accuracy"), "curves", panels, tr("optimiser steps"))


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
                cell(_probability, stretch=5),
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
            row(cell(_accuracy, stretch=5), cell(table("Layer by layer", "layers"), stretch=4), stretch=4),
            row(
                cell(lambda: _of_layers(tr("Change in an epoch"), "change", log=True), stretch=5),
                cell(lambda: _of_layers(tr("Moved since the first weights"), "moved", log=False), stretch=4),
                stretch=4,
            ),
            row(cell(histograms("Weights of each layer", "weights"), stretch=5), cell(code(), stretch=4), stretch=5),
        ),
    ),
)
