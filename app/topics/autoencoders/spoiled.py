"""Images with noise or bars: a network that learned from clean images, and one that learned from spoiled ones."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, chart, code, curves, image_rows, strip, table


def _both(source: str, name: str, learned: str) -> tuple[Curve, Curve]:
    """Return the errors of both networks on a source; `name` is that of the second, which has `learned`."""
    return Curve(f"clean_{source}_mse", "learned from clean", 0), Curve(f"{name}_{source}_mse", learned, 1)


NOISE = curves(
    "Error on test images",
    Plot("Given noisy", "test MSE", "", _both("test", "noisy", "learned from noisy")),
    Plot("Given clean", "test MSE", "", _both("plain", "noisy", "learned from noisy")),
    steps="optimiser steps",
)
BARS = curves(
    "Error on test images",
    Plot("Given with bars", "test MSE", "", _both("test", "barred", "learned with bars")),
    Plot("Given clean", "test MSE", "", _both("plain", "barred", "learned with bars")),
    steps="optimiser steps",
)

DENOISE = Layout(
    "autoencoders.denoise",
    rows=(
        row(cell(strip()), stretch=0),
        row(
            cell(image_rows("Test images", "reconstructions"), stretch=5),
            cell(
                chart(
                    "Drag the noise of the test",
                    "strengths",
                    "Here the errors will stand over the noise.\nDrag there, and the images follow.",
                ),
                stretch=4,
            ),
            stretch=10,
        ),
        row(
            cell(NOISE, stretch=4),
            cell(table("Errors", "numbers", "Here the errors of both networks will stand."), code(), stretch=5),
            stretch=8,
        ),
    ),
)

OCCLUSION = Layout(
    "autoencoders.occlusion",
    rows=(
        row(cell(strip()), stretch=0),
        row(
            cell(image_rows("Test images", "reconstructions"), stretch=5),
            cell(
                chart(
                    "Drag the width of the bars",
                    "strengths",
                    "Here it will stand how alike outputs and originals are.\nDrag there, and the images follow.",
                ),
                stretch=4,
            ),
            stretch=10,
        ),
        row(
            cell(
                table("What two measures say", "numbers", "Here both measures will stand beside each other."),
                code(),
                stretch=4,
            ),
            cell(BARS, stretch=3),
            stretch=8,
        ),
    ),
)
