"""Autoencoders: networks that have to say again what they were shown."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Plot,
    Trace,
    bars,
    chart,
    code,
    curves,
    field,
    image_rows,
    loss_and_accuracy,
    numbers,
    picture,
    pictures,
    table,
)

LOSS = loss_and_accuracy(
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
    loss="mean over all pixels",
    unit="",
    accuracy=None,
)


DECODED = picture("Decoded", "decoded", "Here the point under your hand will be decoded.\nPress Run to start.")
PLANE = field("The code: drag in it", "plane", "Here each test image will be a point, its code.\nPress Run to start.")
GRID = pictures("Decoded everywhere", "grid", "Here points all over the plane will be decoded.\nPress Run to start.")

PARTS = curves(
    "Both parts of the loss",
    Plot(
        "Reconstruction",
        "cross-entropy of all pixels",
        "nats an image",
        (Curve("train_reconstruction", "training", 0), Curve("test_reconstruction", "test", 1)),
    ),
    Plot(
        "KL divergence", "all units", "nats an image", (Curve("train_kl", "training", 0), Curve("test_kl", "test", 1))
    ),
    steps="optimiser steps",
)
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
UNITS = "Here the KL divergence of each unit of the code will stand."

PAGES: tuple[Layout, ...] = (
    Layout(
        "autoencoders.latent",
        rows=(
            row(
                cell(PLANE, GRID, field("Two components of the pixels", "pixels"), stretch=8),
                cell(DECODED, stretch=5),
                stretch=11,
            ),
            row(
                cell(
                    image_rows("Test images: pick one", "reconstructions"),
                    image_rows(
                        "A walk",
                        "walk",
                        "Here images will stand between two codes.\nPress Run to start.",
                    ),
                    field("Units", "units", "Here the mean of each unit will stand for each class."),
                    stretch=8,
                ),
                cell(
                    LOSS,
                    numbers(),
                    chart("Variance", "shares", "Here the components of pixels and code will be compared."),
                    code(),
                    stretch=7,
                ),
                stretch=9,
            ),
        ),
    ),
    Layout(
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
    ),
    Layout(
        "autoencoders.variational",
        rows=(
            row(
                cell(
                    pictures(
                        "Drawn anew",
                        "samples",
                        "Here codes will be drawn from the normal distribution, and decoded.\nPress Run to start.",
                    ),
                    GRID,
                    stretch=8,
                ),
                cell(PLANE, stretch=8),
                cell(DECODED, stretch=4),
                stretch=11,
            ),
            row(
                cell(image_rows("Test images: pick one", "reconstructions"), stretch=8),
                cell(PARTS, bars("Units", "units", UNITS), numbers(), code(), stretch=7),
                stretch=10,
            ),
        ),
    ),
)
"""In the order of the course."""
