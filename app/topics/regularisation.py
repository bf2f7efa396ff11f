"""Regularisation: what keeps a network from learning by heart."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, field, histograms, matrices, numbers, table
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series


def _both_ways() -> View:
    """Show the loss, and the accuracy in training with dropout on and off beside that of the test."""
    losses = (
        Series("epoch", "train_loss", tr("training, dropout on"), "line + marker", 2),
        Series("epoch", "test_loss", tr("test"), "line + marker", 1),
    )
    shares = (
        Series("epoch", "train_accuracy", tr("training, dropout off"), "line + marker", 0),
        Series("epoch", "dropout_accuracy", tr("training, dropout on"), "line + marker", 2),
        Series("epoch", "test_accuracy", tr("test"), "line + marker", 1),
    )
    panels = (
        Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
        Panel(tr("Accuracy"), tr("right answers"), "%", shares, y_range=(0.0, 100.0), scale=100.0),
    )
    return CurvesView(tr("One network, measured both ways"), "curves", panels)


def _penalties() -> View:
    """Show the loss of all three networks, and the penalty beside it."""
    losses = (
        Series("epoch", "none_loss", tr("no penalty"), "line + marker", 2),
        Series("epoch", "l1_loss", "L1", "line + marker", 0),
        Series("epoch", "l2_loss", "L2", "line + marker", 1),
    )
    added = (
        Series("epoch", "l1_penalty", "L1", "line + marker", 0),
        Series("epoch", "l2_penalty", "L2", "line + marker", 1),
    )
    panels = (
        Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
        Panel(tr("Penalty"), tr("added to the loss"), "", added),
    )
    return CurvesView(tr("Penalty and loss"), "curves", panels)


def _zeros() -> View:
    """Show how many weights of each network are as good as 0."""
    zeros = (
        Series("epoch", "none_zeros", tr("no penalty"), "line + marker", 2),
        Series("epoch", "l1_zeros", "L1", "line + marker", 0),
        Series("epoch", "l2_zeros", "L2", "line + marker", 1),
    )
    return CurvesView(tr("Zeros"), "zeros", (Panel(tr("Zeros"), tr("weights"), "", zeros),))


def _last_batch() -> View:
    """Show the test accuracy, averaged both ways."""
    shares = (
        Series("epoch", "test_accuracy", tr("every example counts the same"), "line + marker", 0),
        Series("epoch", "test_by_batches", tr("mean of two batches"), "line + marker", 1),
    )
    panel = Panel(tr("Accuracy"), tr("test examples"), "%", shares, y_range=(0.0, 100.0), scale=100.0)
    return CurvesView(tr("A small last test batch"), "curves", (panel,))


def _noise() -> View:
    """Show loss and accuracy of the network with noise and of the one without."""
    losses = (
        Series("epoch", "clean_loss", tr("training, with noise"), "line + marker", 0),
        Series("epoch", "test_loss", tr("test, with noise"), "line + marker", 1),
        Series("epoch", "plain_train_loss", tr("training, without"), "line + marker", 2),
        Series("epoch", "plain_test_loss", tr("test, without"), "line + marker", 3),
    )
    shares = (
        Series("epoch", "train_accuracy", tr("training, with noise"), "line + marker", 0),
        Series("epoch", "test_accuracy", tr("test, with noise"), "line + marker", 1),
        Series("epoch", "plain_train_accuracy", tr("training, without"), "line + marker", 2),
        Series("epoch", "plain_test_accuracy", tr("test, without"), "line + marker", 3),
    )
    panels = (
        Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
        Panel(tr("Accuracy"), tr("right answers"), "%", shares, y_range=(0.0, 100.0), scale=100.0),
    )
    return CurvesView(tr("With noise and without"), "curves", panels)


PAGES: tuple[Layout, ...] = (
    Layout(
        "regularisation.dropout",
        rows=(
            row(
                cell(matrices("One layer of ten", "layer"), chart("Its mean, draw by draw", "means"), stretch=5),
                cell(field("What the network says of every point", "plane"), numbers(), code(), stretch=6),
                stretch=6,
            ),
            row(
                cell(_both_ways, stretch=6),
                cell(
                    chart(
                        "Ten rates",
                        "rates",
                        "Here the accuracy with ten rates will appear at the end. A point opens its run.\nPress Run.",
                    ),
                    chart(
                        "Training − test",
                        "gaps",
                        "Here it will stand how far training lies above the test, measured both ways.\nPress Run.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "regularisation.weights",
        rows=(
            row(
                cell(
                    histograms(
                        "No penalty",
                        "none",
                        "Here you will see how its weights are spread, step after step.\nPress Run.",
                    )
                ),
                cell(
                    histograms("L1", "l1", "Here you will see how its weights are spread, step after step.\nPress Run.")
                ),
                cell(
                    histograms("L2", "l2", "Here you will see how its weights are spread, step after step.\nPress Run.")
                ),
                stretch=5,
            ),
            row(
                cell(
                    _penalties,
                    _zeros,
                    chart(
                        "Ten strengths",
                        "strengths",
                        "Here the accuracy with ten strengths of the penalty will appear at the end.\nPress Run.",
                    ),
                    stretch=5,
                ),
                cell(
                    numbers("Three networks"),
                    table(
                        "Weight decay",
                        "decay",
                        "Here weight decay in torch will be compared with the penalty at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "regularisation.batches",
        rows=(
            row(
                cell(
                    chart("At equal epochs: accuracy", "epochs accuracy"),
                    chart("Loss", "epochs loss"),
                    chart("Test", "epochs test_accuracy"),
                ),
                cell(
                    chart("At equal updates: accuracy", "updates accuracy"),
                    chart("Loss", "updates loss"),
                    chart("Test", "updates test_accuracy"),
                ),
                stretch=5,
            ),
            row(
                cell(table("All sizes", "sizes"), table("Left over", "left_out"), numbers("The result"), code()),
                cell(_last_batch, table("What one counts", "last")),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "regularisation.augmentation_noise",
        rows=(
            row(
                cell(field("With noise", "plane")),
                cell(field("Without", "plain")),
                stretch=6,
            ),
            row(
                cell(_noise, chart("What a step sees", "seen"), stretch=4),
                cell(
                    numbers("Both networks"),
                    table(
                        "All kinds",
                        "kinds",
                        "Here all kinds of noise will be compared over several seeds at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
)
"""In the order of the course."""
