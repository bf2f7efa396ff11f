"""Autoencoders: networks that have to say again what they were shown."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Make, Trace, chart, code, field, image_rows, loss_and_accuracy, numbers, pictures
from app.views.picture import PictureView

LOSS = loss_and_accuracy(
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
    loss="mean over all pixels",
    unit="",
    accuracy=None,
)


def decoded(empty: str = "Here the point under your hand will be decoded.\nPress Run to start.") -> Make:
    """Show the image that a place of the plane is decoded to."""
    return lambda: PictureView(tr("Decoded"), "decoded", tr(empty))


PLANE = field("The code: drag in it", "plane", "Here each test image will be a point, its code.\nPress Run to start.")
GRID = pictures("Decoded everywhere", "grid", "Here points all over the plane will be decoded.\nPress Run to start.")

PAGES: tuple[Layout, ...] = (
    Layout(
        "autoencoders.latent",
        rows=(
            row(
                cell(PLANE, GRID, field("Two components of the pixels", "pixels"), stretch=8),
                cell(decoded(), stretch=5),
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
)
"""In the order of the course."""
