"""Networks that learn by heart, and when one stops."""

from __future__ import annotations

from app.core.language import tr
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
    torch_check,
)
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series


def _three_sets() -> View:
    """Show loss and accuracy of all three sets, and the test accuracy of the weights kept so far."""
    sets = ("train", tr("training"), 0), ("dev", tr("dev"), 2), ("test", tr("test"), 1)
    losses, right = (
        tuple(Series("epoch", f"{name}_{of}", words, colour=colour) for name, words, colour in sets)
        for of in ("loss", "accuracy")
    )
    kept = Series("epoch", "kept_test_accuracy", tr("test, weights kept so far"), colour=3)
    panels = (
        Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
        Panel(tr("Accuracy"), tr("right answers"), "%", (*right, kept), y_range=(0.0, 100.0), scale=100.0),
    )
    return CurvesView(tr("Three sets"), "curves", panels)


LEARNING: tuple[Layout, ...] = (
    Layout(
        "overfitting.iris",
        rows=(
            row(
                cell(loss_and_accuracy(TRAINING, TEST), stretch=11),
                cell(confusion("test", "test flowers"), numbers(), code(), stretch=8),
                stretch=5,
            ),
            row(
                cell(
                    scatter("Four measurements, two at a time", "flowers"),
                    shares("Probabilities, flower by flower", "flowers"),
                    stretch=11,
                ),
                cell(chart("What the test can say", "steps"), stretch=8),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.boundaries",
        rows=(
            row(
                cell(field("Error everywhere", "errors"), field("What it says", "prices"), stretch=6),
                cell(chart("On the way to the other city", "along"), stretch=5),
                stretch=6,
            ),
            row(
                cell(numbers(), code(), stretch=6),
                cell(
                    chart("Error: click to move the city", "growing"),
                    loss_and_accuracy(
                        TRAINING,
                        TEST,
                        loss="squared error of scaled prices",
                        unit="",
                        accuracy=None,
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.scale",
        rows=(
            row(
                cell(chart("Examples, to scale", "squares"), stretch=5),
                cell(chart("Parameters against examples", "parameters"), stretch=6),
                stretch=6,
            ),
            row(
                cell(table("Data sets", "sets"), table("Networks", "networks"), stretch=8),
                cell(numbers(), torch_check(), code(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.early_stopping",
        rows=(
            row(
                cell(_three_sets, stretch=6),
                cell(field("What it learned", "boundary"), numbers(), code(), stretch=5),
                stretch=6,
            ),
            row(
                cell(
                    chart(
                        "Promised and kept, over 40 seeds",
                        "promised",
                        "At the end of a run, 40 more trainings show here what the dev set promises, and what the test "
                        "set says of it.",
                    ),
                    stretch=6,
                ),
                cell(
                    table(
                        "Over 40 seeds",
                        "seeds",
                        "At the end of a run, the means over 40 trainings will stand here, with their intervals.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
)
