"""Digits through a narrow layer: one network, five of which some have tied weights, and a sweep over sizes."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    BATCHES,
    Curve,
    Plot,
    bars,
    chart,
    code,
    curves,
    field,
    image_rows,
    loss_and_accuracy,
    strip,
    table,
)
from app.views.sketch import SketchView

ERRORS = curves(
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

DIGITS = Layout(
    "autoencoders.digits",
    rows=(
        row(cell(strip()), stretch=0),
        row(
            cell(image_rows("Test images", "reconstructions"), stretch=10),
            cell(
                lambda: SketchView(tr("Your drawing")),
                stretch=4,
            ),
            cell(
                image_rows(
                    "What becomes of it", "drawing", "Draw a digit.\nWhat the network makes of it will stand here."
                ),
                stretch=5,
            ),
            stretch=9,
        ),
        row(
            cell(loss_and_accuracy(*BATCHES, loss="mean over all pixels", unit="", accuracy=None), stretch=11),
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
)

TIED = Layout(
    "autoencoders.tied",
    rows=(
        row(cell(strip()), stretch=0),
        row(
            cell(image_rows("Test images", "reconstructions"), stretch=5),
            cell(ERRORS, stretch=4),
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
)

SIZE = Layout(
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
            cell(table("Code by code", "codes", "Here the best encoder of each code will stand."), stretch=5),
            stretch=5,
        ),
        row(
            cell(
                chart(
                    "Error over the encoder", "encoders", "Here a line will stand for each code.\nPress Run to start."
                )
            ),
            stretch=5,
        ),
    ),
)
