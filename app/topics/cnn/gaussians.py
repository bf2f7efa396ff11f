"""Blobs that are narrow or wide, or of any place and width."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    BATCHES,
    Curve,
    Plot,
    chart,
    code,
    confusion,
    curves,
    feature_maps,
    field,
    kernels,
    loss_and_accuracy,
    numbers,
    sheet,
    strip,
)

ERRORS = curves(
    "Errors",
    Plot(
        "Place and width",
        "test MSE",
        "",
        (Curve("test_cx", "centre, x", 0), Curve("test_cy", "centre, y", 1), Curve("test_width", "width W", 2)),
        log=True,
    ),
    name="errors",
    steps="optimiser steps",
)

PAGES = (
    Layout(
        "cnn.gaussians",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    loss_and_accuracy(*BATCHES, loss="cross-entropy, or MSE", unit=""),
                    ERRORS,
                    stretch=11,
                ),
                cell(
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
            ),
            row(
                cell(
                    chart(
                        "Answers", "answers", "Here the answers for the test images will stand.\nPress Run to start."
                    ),
                    confusion("test"),
                    field("Correlations", "correlations", "Here it will stand how alike the maps of a layer are."),
                    field("Found", "found", "Place and width: here a circle will stand for the answer."),
                    stretch=11,
                ),
                cell(sheet(), numbers(), code(), stretch=10),
            ),
        ),
    ),
)
