"""From a file to a tensor."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, pictures, table

TENSORS: tuple[Layout, ...] = (
    Layout(
        "transforms.to_tensor",
        rows=(
            row(
                cell(
                    pictures("Click on a pixel", "pictures", "Here pictures will appear as soon as torch is loaded."),
                    pictures("Channels", "planes", "Here pictures will appear as soon as torch is loaded."),
                    pictures("Axes confused", "confused", "Here pictures will appear as soon as torch is loaded."),
                    stretch=20,
                ),
                cell(
                    table("Before and after", "facts"),
                    code(),
                    stretch=17,
                ),
                stretch=9,
            ),
            row(
                cell(
                    matrices("A few pixels as numbers: point at one", "patch"),
                    table("One after the other in memory", "memory"),
                    table("All arrays, all functions", "every"),
                ),
                stretch=4,
            ),
        ),
    ),
)
