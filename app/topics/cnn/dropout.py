"""What dropout does to feature maps, and to a training."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Trace,
    chart,
    code,
    confusion,
    feature_maps,
    kernels,
    loss_and_accuracy,
    pictures,
    sheet,
    strip,
    table,
)

PAGES = (
    Layout(
        "cnn.dropout",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    loss_and_accuracy(
                        Trace("epoch", "train", "training, dropout on", 0),
                        Trace("epoch", "learned", "training, dropout off", 2),
                        Trace("epoch", "test", "test", 1),
                        steps="optimiser steps",
                    ),
                    stretch=10,
                ),
                cell(
                    pictures(
                        "The same maps, with some dropped",
                        "masks",
                        "Here the maps of an image will stand, with numbers and with whole maps dropped.\n"
                        "Press Run to start.",
                    ),
                    feature_maps(),
                    kernels(),
                    stretch=11,
                ),
                stretch=10,
            ),
            row(
                cell(sheet(), confusion("test"), code(), stretch=10),
                cell(
                    chart(
                        "The share: drag it",
                        "noise",
                        "Here it will stand how far dropout moves the sums of the next layer.\nPress Run to start.",
                    ),
                    table("Numbers", "numbers", "Here the accuracies will stand.\nPress Run to start."),
                    stretch=11,
                ),
                stretch=9,
            ),
        ),
    ),
)
