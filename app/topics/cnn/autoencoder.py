"""A convolutional autoencoder, and beside it one that resizes."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, chart, code, curves, feature_maps, image_rows, kernels, numbers, strip
from app.views.sketch import SketchView

LOSSES = curves(
    "Over the epochs",
    Plot(
        "Loss",
        "MSE",
        "",
        (
            Curve("network_train_loss", "network, training", 2),
            Curve("network_test_loss", "network, test", 0),
            Curve("resized_test_loss", "resized, test", 1),
            Curve("floor", "floor", 3),
        ),
        log=True,
    ),
    Plot(
        "Checkerboard",
        "of the error",
        "",
        (Curve("network_checkerboard", "network", 0), Curve("resized_checkerboard", "resized", 1)),
        share=True,
    ),
    steps="optimiser steps",
)

PAGES = (
    Layout(
        "cnn.autoencoder",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    image_rows("Test images", "reconstructions"),
                    image_rows(
                        "Errors, enlarged", "errors", "Here the middle of each image will stand, less the clean one."
                    ),
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
                cell(LOSSES, stretch=8),
                stretch=11,
            ),
            row(
                cell(
                    chart(
                        "Errors over frequencies",
                        "spectrum",
                        "Here a checkerboard will be a peak.\nPress Run to start.",
                    ),
                    lambda: SketchView(tr("Your drawing")),
                    image_rows("What becomes of it", "drawing", "Draw a digit, where digits are the data."),
                    stretch=10,
                ),
                cell(numbers(), code(), stretch=8),
                stretch=9,
            ),
        ),
    ),
)
