"""Transforms one after another."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, pictures, table

PIPELINES: tuple[Layout, ...] = (
    Layout(
        "transforms.pipeline",
        rows=(
            row(
                cell(
                    pictures(
                        "Samples: the same image each time",
                        "samples",
                        "Here pictures will appear as soon as torch is loaded.",
                    ),
                    stretch=5,
                ),
                cell(
                    pictures("Stage by stage", "stages", "Here pictures will appear as soon as torch is loaded."),
                    stretch=4,
                ),
                stretch=4,
            ),
            row(
                cell(
                    table("After each stage", "stages"),
                    table("Is the label kept?", "label"),
                    code(),
                    stretch=6,
                ),
                cell(chart("How the values are spread", "histogram"), stretch=3),
                stretch=3,
            ),
        ),
    ),
)
