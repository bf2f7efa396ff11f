"""The error as a score of strangeness."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, bars, chart, code, curves, image_rows, table

WATCHED = curves(
    "Over the epochs",
    Plot(
        "Reconstruction error",
        "MSE",
        "",
        (
            Curve("train_mse", "training", 0),
            Curve("test_mse", "test", 2),
            Curve("unseen_mse", "never seen", 1),
        ),
    ),
    Plot("Area under the ROC curve", "of the error", "", (Curve("auc", "never seen against test", 1),)),
    steps="optimiser steps",
)

ANOMALY = Layout(
    "autoencoders.anomaly",
    rows=(
        row(
            cell(
                chart(
                    "Errors: click to move the threshold",
                    "spread",
                    "Here the errors of both kinds of images will stand.\nPress Run to start.",
                ),
                stretch=6,
            ),
            cell(
                chart("ROC curves", "roc", "Here a curve will stand for each score.\nPress Run to start."),
                WATCHED,
                code(),
                stretch=5,
            ),
            stretch=10,
        ),
        row(
            cell(
                image_rows("Never seen, lowest errors", "missed"),
                image_rows("Like the learned, highest errors", "alarms"),
                stretch=6,
            ),
            cell(
                table("Numbers", "numbers", "Here the areas under the curves will stand.\nPress Run to start."),
                bars("By class", "per_class", "Here each class that was never seen will stand."),
                stretch=5,
            ),
            stretch=9,
        ),
    ),
)
