"""Letters, and how many channels recognise them best."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Plot,
    bars,
    chart,
    code,
    confusion,
    curves,
    feature_maps,
    field,
    kernels,
    losses,
    numbers,
    sheet,
    strip,
    table,
)

PAGES = (
    Layout(
        "cnn.letters",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    curves(
                        "Loss and error",
                        losses(Curve("train_loss", "training", 0), Curve("test_loss", "test", 1)),
                        Plot(
                            "Error", "wrong answers", "",
                            (Curve("train_error", "training", 0), Curve("test_error", "test", 1)), share=True, log=True,
                        ),
                        steps="optimiser steps",
                    ),
                    stretch=11,
                ),
                cell(
                    sheet("21 test images", "examples"),
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
            ),
            row(
                cell(confusion("test", by="truth"), bars("Wrong, by letter", "by_class"), stretch=11),
                cell(sheet(), code(), stretch=10),
            ),
        ),
    ),
    Layout(
        "cnn.channels",
        rows=(
            row(
                cell(
                    field("Test error", "map", "Here the errors will stand.\nPress Run to start."),
                    field("The course's", "course"),
                    field("As it drew them", "swapped"),
                    stretch=5,
                ),
                cell(table("The networks", "networks"), stretch=7),
                stretch=6,
            ),
            row(
                cell(
                    chart("Error over the parameters", "parameters"),
                    chart("Error over conv1 + conv2", "channels"),
                    stretch=6,
                ),
                cell(numbers("What the error goes with"), stretch=6),
                stretch=5,
            ),
        ),
    ),
)  # fmt: skip
