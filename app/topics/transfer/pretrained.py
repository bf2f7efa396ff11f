"""An encoder that has learned without labels, before a classifier with few of them."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, accuracies, chart, code, confusion, curves, image_rows, pictures, table
from app.views.sheet import SheetView
from app.views.strip import StripView

PAGES = (
    Layout(
        "transfer.pretrained_autoencoder",
        rows=(
            row(cell(lambda: StripView(tr("Classifier"))), stretch=0),
            row(
                cell(
                    curves(
                        "First without labels, then with",
                        Plot(
                            "Autoencoder",
                            "MSE",
                            "",
                            (Curve("autoencoder_train_loss", "training", 3), Curve("autoencoder_test_loss", "test", 4)),
                            log=True,
                        ),
                        accuracies(
                            Curve("pretrained_test_accuracy", "pretrained", 0),
                            Curve("naive_test_accuracy", "naive", 1),
                            Curve("frozen_test_accuracy", "frozen", 2),
                            words="right answers, test",
                        ),
                        steps="optimiser steps",
                    ),
                    stretch=11,
                ),
                cell(
                    image_rows("Given back", "reconstructions"),
                    pictures(
                        "conv1",
                        "maps1",
                        "Here the maps of one image will stand, with the encoder and without.\n"
                        "Press Run: they come with the classifiers.",
                    ),
                    pictures("conv2", "maps2", "Here the maps of the second convolution will stand."),
                    pictures("Weights alone", "bare", "Here the maps will stand that the weights alone would make."),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(
                    table(
                        "Numbers",
                        "numbers",
                        "Here the three classifiers will stand side by side.\nPress Run to start.",
                    ),
                    chart(
                        "Over the labels",
                        "labels",
                        "Here the accuracies will stand over the number of labels.\n"
                        "They come behind the run, with so many seeds as are set under Comparison.",
                    ),
                    table("Gains", "gains", "Here it will stand whether there is a gain, with its interval."),
                    confusion("test"),
                    stretch=11,
                ),
                cell(
                    table("What is copied", "copied"),
                    lambda: SheetView(tr("Test images"), "test"),
                    code(),
                    stretch=10,
                ),
                stretch=10,
            ),
        ),
    ),
)
