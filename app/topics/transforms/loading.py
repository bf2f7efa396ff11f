"""From images to batches."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, pictures, table

LOADING: tuple[Layout, ...] = (
    Layout(
        "transforms.dataset",
        rows=(
            row(
                cell(code(), stretch=12),
                cell(pictures("The batch", "batch"), stretch=9),
                stretch=11,
            ),
            row(
                cell(pictures("One image, fetched", "item"), stretch=2),
                cell(
                    table("What ran how often", "counts"),
                    table("Every image", "images"),
                    chart("Time a batch takes", "times", "It is measured at the end of a run, in turns."),
                    stretch=5,
                ),
                stretch=8,
            ),
        ),
    ),
)
