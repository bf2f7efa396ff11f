"""Autoencoders: networks that have to say again what they were shown."""

from __future__ import annotations

from app.core.language import tr
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
from app.views.sketch import SketchView
from app.views.strip import StripView

LOSS = loss_and_accuracy(
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
    loss="mean over all pixels",
    unit="",
    accuracy=None,
)

NOISE = curves(
    "Error on test images",
    Plot(
        "Given noisy",
        "test MSE",
        "",
        (Curve("clean_test_mse", "learned from clean", 0), Curve("noisy_test_mse", "learned from noisy", 1)),
    ),
    Plot(
        "Given clean",
        "test MSE",
        "",
        (Curve("clean_plain_mse", "learned from clean", 0), Curve("noisy_plain_mse", "learned from noisy", 1)),
    ),
    steps="optimiser steps",
)
BARS = curves(
    "Error on test images",
    Plot(
        "Given with bars",
        "test MSE",
        "",
        (Curve("clean_test_mse", "learned from clean", 0), Curve("barred_test_mse", "learned with bars", 1)),
    ),
    Plot(
        "Given clean",
        "test MSE",
        "",
        (Curve("clean_plain_mse", "learned from clean", 0), Curve("barred_plain_mse", "learned with bars", 1)),
    ),
    steps="optimiser steps",
)

TIED = curves(
    "Error on test images",
    Plot(
        "Test images",
        "test MSE",
        "",
        (
            Curve("free_test_mse", "free", 0),
            Curve("wide_test_mse", "free, σ = 1", 1),
            Curve("tied_test_mse", "code tied", 2),
            Curve("course_test_mse", "code tied, σ = 1", 3),
            Curve("all_test_mse", "all tied", 4),
        ),
        log=True,
    ),
    steps="optimiser steps",
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
        "autoencoders.digits",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(image_rows("Test images", "reconstructions"), stretch=11),
                cell(
                    lambda: SketchView(tr("Your drawing")),
                    stretch=4,
                ),
                cell(
                    image_rows(
                        "What becomes of it", "drawing", "Draw a digit.\nWhat the network makes of it will stand here."
                    ),
                    stretch=4,
                ),
                stretch=9,
            ),
            row(
                cell(LOSS, stretch=11),
                cell(
                    table("Errors", "numbers", "Here the error will stand beside those of simpler ways."),
                    bars("By digit", "by_class", "Here the error of each digit will stand."),
                    chart("Code of an image", "code_units", "Here the code of the image that is picked will stand."),
                    code(),
                    stretch=8,
                ),
                stretch=10,
            ),
        ),
    ),
    Layout(
        "autoencoders.denoise",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(image_rows("Test images", "reconstructions"), stretch=5),
                cell(
                    chart(
                        "Drag the noise of the test",
                        "strengths",
                        "Here the errors will stand over the noise.\nDrag there, and the images follow.",
                    ),
                    stretch=4,
                ),
                stretch=10,
            ),
            row(
                cell(NOISE, stretch=5),
                cell(table("Errors", "numbers", "Here the errors of both networks will stand."), code(), stretch=4),
                stretch=8,
            ),
        ),
    ),
    Layout(
        "autoencoders.occlusion",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(image_rows("Test images", "reconstructions"), stretch=5),
                cell(
                    chart(
                        "Drag the width of the bars",
                        "strengths",
                        "Here it will stand how alike outputs and originals are.\nDrag there, and the images follow.",
                    ),
                    stretch=4,
                ),
                stretch=10,
            ),
            row(
                cell(
                    table("What two measures say", "numbers", "Here both measures will stand beside each other."),
                    code(),
                    stretch=5,
                ),
                cell(BARS, stretch=4),
                stretch=8,
            ),
        ),
    ),
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
        "autoencoders.size",
        rows=(
            row(
                cell(
                    field(
                        "Error over encoder and code",
                        "map",
                        "Here the errors will stand, a cell a network.\nPress Run to start.",
                    ),
                    stretch=6,
                ),
                cell(table("Code by code", "codes"), stretch=5),
                stretch=5,
            ),
            row(cell(chart("Error over the encoder", "encoders")), stretch=5),
        ),
    ),
    Layout(
        "autoencoders.tied",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(image_rows("Test images", "reconstructions"), stretch=5),
                cell(TIED, stretch=5),
                stretch=11,
            ),
            row(
                cell(
                    table(
                        "Parameters, first scale, error",
                        "numbers",
                        "Here the five networks will stand beside each other.",
                    ),
                    code(),
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
