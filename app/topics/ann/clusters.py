"""Regression, and clusters to be told apart."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import TRAINING, chart, code, field, loss_and_accuracy, matrices, numbers, table, torch_check

CLUSTERS: tuple[Layout, ...] = (
    Layout(
        "ann.regression",
        rows=(
            row(
                cell(chart("The points and the prediction", "fit"), stretch=16),
                cell(
                    numbers(),
                    code("Code"),
                    table(
                        "With and without ReLU",
                        "with_and_without",
                        "Here the same network will be compared with and without its ReLU.\nPress Run.",
                    ),
                    stretch=13,
                ),
                stretch=4,
            ),
            row(
                cell(loss_and_accuracy(TRAINING, loss="mean squared error", unit="", accuracy=None), stretch=16),
                cell(
                    chart("Residuals", "residuals"),
                    chart(
                        "Loss with and without ReLU",
                        "with_and_without",
                        "Here the losses with and without ReLU will be drawn at the end.\nPress Run.",
                    ),
                    stretch=13,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.slopes",
        rows=(
            row(
                cell(
                    chart(
                        "Loss: click a point to open that network",
                        "loss",
                        "Here the final loss of each network will appear, over the slope of its line.\nPress Run.",
                    )
                ),
                cell(
                    chart(
                        "Correlation: click a point to open that network",
                        "correlation",
                        "Here the correlation of y and ŷ will appear, over the slope.\nPress Run.",
                    )
                ),
                stretch=4,
            ),
            row(
                cell(
                    chart(
                        "Dead networks",
                        "dead",
                        "Here the share of dead networks will appear, over the slope.\nPress Run.",
                    )
                ),
                cell(
                    table(
                        "By slope",
                        "slopes",
                        "Here each slope gets a row: how many died, and how good the others are.\nPress Run.",
                    )
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.binary",
        rows=(
            row(
                cell(field("What the network says of every point", "boundary"), stretch=13),
                cell(
                    numbers(),
                    table("Extreme logits", "extremes"),
                    code("Code"),
                    stretch=13,
                ),
                stretch=4,
            ),
            row(
                cell(loss_and_accuracy(TRAINING, unit="nats"), stretch=13),
                cell(
                    table(
                        "Simple tools",
                        "tools",
                        "Here nearest neighbours, k-means and a straight line will be compared with the network."
                        "\nPress Run.",
                    ),
                    stretch=13,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.learning_rates",
        rows=(
            row(
                cell(
                    chart(
                        "Accuracy: click a point to open that run",
                        "accuracy",
                        "Here the accuracy of each network will appear, over its learning rate.\nPress Run.",
                    ),
                    stretch=3,
                ),
                cell(
                    chart(
                        "Networks that learned",
                        "share",
                        "Here the share of networks above 70 % will appear, over the learning rate.\nPress Run.",
                    ),
                    stretch=2,
                ),
            ),
            row(
                cell(
                    chart(
                        "All losses: click a curve to open that run",
                        "curves",
                        "Here the losses of all networks will be drawn, over the epochs.\nPress Run.",
                    ),
                    stretch=3,
                ),
                cell(
                    table(
                        "By learning rate",
                        "rates",
                        "Here each learning rate gets a row: how accurate its networks are.\nPress Run.",
                    ),
                    stretch=2,
                ),
            ),
        ),
    ),
    Layout(
        "ann.multilayer",
        rows=(
            row(
                cell(field("What the network says of every point", "boundary"), stretch=13),
                cell(loss_and_accuracy(TRAINING, unit="nats"), stretch=12),
                stretch=4,
            ),
            row(
                cell(table("Layers", "layers"), numbers(), code("Code"), stretch=13),
                cell(
                    chart(
                        "50 rates: click a point to open that run",
                        "rates",
                        "Here the accuracy with each of 50 learning rates will appear at the end.\nPress Run.",
                    ),
                    stretch=12,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.linear_collapse",
        rows=(
            row(
                cell(
                    matrices("The weights, multiplied out", "weights"),
                    matrices("The biases, carried through", "biases"),
                ),
                stretch=2,
            ),
            row(
                cell(chart("The output along a line", "line"), stretch=3),
                cell(
                    numbers("At five inputs"),
                    torch_check(),
                    code(),
                    stretch=4,
                ),
                stretch=3,
            ),
        ),
    ),
)
