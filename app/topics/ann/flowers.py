"""The playground, irises, and the shapes of networks."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    TEST,
    TRAINING,
    chart,
    code,
    confusion,
    field,
    loss_and_accuracy,
    numbers,
    scatter,
    shares,
    table,
    units,
)

FLOWERS: tuple[Layout, ...] = (
    Layout(
        "ann.playground",
        rows=(
            row(
                cell(field("The plane", "plane"), stretch=11),
                cell(units("The network: drag a weight, or click it", "network"), stretch=12),
                stretch=7,
            ),
            row(
                cell(loss_and_accuracy(TRAINING, TEST, loss="as chosen", unit=""), stretch=12),
                cell(
                    numbers(),
                    confusion("points", "points"),
                    stretch=8,
                ),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.iris",
        rows=(
            row(
                cell(scatter("Four measurements, two at a time", "flowers"), stretch=11),
                cell(
                    confusion("flowers", "flowers"),
                    numbers(),
                    table("Sums", "sums"),
                    code(),
                    stretch=8,
                ),
                stretch=3,
            ),
            row(
                cell(shares("Probabilities, flower by flower", "flowers"), stretch=11),
                cell(loss_and_accuracy(TRAINING, TEST, loss="as chosen", unit=""), stretch=8),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "ann.three_clusters",
        rows=(
            row(
                cell(field("One softmax: that of the loss", "plain")),
                cell(field("Two: another one before the loss", "double")),
                stretch=5,
            ),
            row(
                cell(chart("Loss", "loss"), stretch=9),
                cell(
                    chart("Accuracy", "accuracy"),
                    chart("Confidence", "confidence"),
                    stretch=9,
                ),
                cell(table("What it costs", "numbers"), stretch=15),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.hidden_units",
        rows=(
            row(
                cell(
                    chart(
                        "Accuracy over the units: click a point to open its run",
                        "accuracy",
                        "Here you will see the accuracy of networks with 1 to 128 hidden units; "
                        "a click opens that very run.\nPress Run.",
                    ),
                    chart(
                        "Final loss",
                        "loss",
                        "Here you will see the loss at the end, over the number of hidden units.\nPress Run.",
                    ),
                ),
                stretch=3,
            ),
            row(
                cell(
                    chart(
                        "Losses of all runs",
                        "curves",
                        "Here the losses of all networks will appear, a curve a network.\nPress Run.",
                    )
                ),
                cell(table("Best and worst", "extremes", "Here the best and the worst runs appear.\nPress Run.")),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "ann.depth_breadth",
        rows=(
            row(
                cell(
                    chart(
                        "Accuracy over units, by depth: click a point to open its run",
                        "units",
                        "Here you will see accuracy over units per layer, a line a depth; "
                        "a click opens that very run.\nPress Run.",
                    )
                ),
                stretch=3,
            ),
            row(
                cell(
                    chart(
                        "Accuracy over parameters",
                        "parameters",
                        "Here you will see accuracy over the number of parameters, and their r.\nPress Run.",
                    ),
                    field(
                        "Layers × units",
                        "map",
                        "Here you will see accuracy over layers and units as a map.\nPress Run.",
                    ),
                    stretch=1,
                ),
                cell(
                    table("By depth", "depths", "Here the mean and spread of each depth appear.\nPress Run."),
                    stretch=1,
                ),
                stretch=2,
            ),
        ),
    ),
)
