"""A convolutional network that learns digits."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import BATCHES, code, confusion, feature_maps, kernels, loss_and_accuracy, sheet, strip

PAGES = (
    Layout(
        "cnn.mnist",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(loss_and_accuracy(*BATCHES), stretch=11),
                cell(
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
            ),
            row(
                cell(confusion("test"), stretch=11),
                cell(sheet(), code(), stretch=10),
            ),
        ),
    ),
)
