"""Regularisation: what keeps a network from learning by heart."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, field, matrices, numbers
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series


def _both_ways() -> View:
    """Show the loss, and the accuracy in training with dropout on and off beside that of the test."""
    losses = (
        Series("epoch", "train_loss", tr("training, dropout on"), "line", 2),
        Series("epoch", "test_loss", tr("test"), "line", 1),
    )
    shares = (
        Series("epoch", "train_accuracy", tr("training, dropout off"), "line", 0),
        Series("epoch", "dropout_accuracy", tr("training, dropout on"), "line", 2),
        Series("epoch", "test_accuracy", tr("test"), "line", 1),
    )
    panels = (
        Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
        Panel(tr("Accuracy"), tr("right answers"), "%", shares, y_range=(0.0, 100.0), scale=100.0),
    )
    return CurvesView(tr("One network, measured both ways"), "curves", panels)


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
                        "Rates from 0 to 0.9: click a point to open that run",
                        "rates",
                        "Here the accuracy with each rate of dropout will appear at the end.\nPress Run.",
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
)
"""In the order of the course."""
