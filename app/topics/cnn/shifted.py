"""Dense and convolutional networks on digits that are not in the middle."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Trace,
    chart,
    code,
    confusion,
    feature_maps,
    image_rows,
    kernels,
    loss_and_accuracy,
    sheet,
    strip,
    table,
)

PAGES = (
    Layout(
        "cnn.shifted",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    loss_and_accuracy(
                        Trace("epoch", "convolutional_test", "convolutional, shifted", 0),
                        Trace("epoch", "dense_test", "dense, shifted", 1),
                        Trace("epoch", "convolutional_unshifted", "convolutional, as it is", 2),
                        Trace("epoch", "dense_unshifted", "dense, as it is", 3),
                        steps="optimiser steps",
                    ),
                    stretch=11,
                ),
                cell(
                    chart(
                        "Over the distance",
                        "distances",
                        "Here the accuracy will stand over the distance by which the test is moved.\n"
                        "Press Run to start.",
                    ),
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(
                    image_rows("Images as given", "images"),
                    image_rows("Two axes, both dims=1", "rolls"),
                    sheet(),
                    stretch=11,
                ),
                cell(
                    table(
                        "Numbers", "numbers", "Here it will stand what moving the images changes.\nPress Run to start."
                    ),
                    confusion("test"),
                    code(),
                    code("Dense", "dense"),
                    stretch=10,
                ),
                stretch=10,
            ),
        ),
    ),
)
