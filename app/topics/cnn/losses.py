"""Losses of one's own: of given arrays, and in training side by side."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, code, curves, image_rows, matrices, numbers, pictures, table, torch_check

KINDS = (
    ("l1", "L1"),
    ("l2_mean", "L2+|mean|"),
    ("r_batch", "−r, batch"),
    ("r_image", "−r, image"),
    ("typed", "your loss"),
)


def _of(what: str) -> tuple[Curve, ...]:
    return tuple(Curve(f"{name}_test_{what}", label, colour) for colour, (name, label) in enumerate(KINDS))


PAGES = (
    Layout(
        "cnn.losses",
        rows=(
            row(
                cell(matrices("Edit ŷ and y; behind them stands n times the gradient of each loss", "arrays")),
                stretch=6,
            ),
            row(
                cell(
                    image_rows("Test images: pick one", "reconstructions"),
                    image_rows("With the best scale and offset", "fitted", "Here the same outputs will stand, scaled."),
                    pictures(
                        "Gradients of the picked image",
                        "gradients",
                        "Here it will stand how each loss pulls at each pixel.\nPress Run to start.",
                    ),
                    stretch=11,
                ),
                cell(
                    curves(
                        "On test images",
                        Plot("Squared error", "test MSE", "", _of("mse")),
                        Plot("Own loss", "of each", "", _of("loss")),
                        steps="optimiser steps",
                    ),
                    code(),
                    stretch=8,
                ),
                stretch=12,
            ),
            row(
                cell(numbers("Losses of the arrays"), stretch=9),
                cell(
                    table(
                        "What the outputs are worth",
                        "scales",
                        "Here the error will stand, as it is and with the best scale and offset.\nPress Run to start.",
                    ),
                    torch_check(),
                    stretch=11,
                ),
                stretch=9,
            ),
        ),
    ),
)
