"""What a deep output sees of the input."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, numbers, pictures, table

RECEPTIVE: tuple[Layout, ...] = (
    Layout(
        "convolution.receptive_field",
        rows=(
            row(
                cell(
                    pictures(
                        "What one output sees: what is possible, and what matters",
                        "fields",
                        "Here the input and its gradient will be seen.",
                    ),
                    stretch=13,
                ),
                cell(chart("Receptive field against depth", "growth"), stretch=8),
                stretch=9,
            ),
            row(
                cell(table("Layer by layer", "layers"), stretch=13),
                cell(
                    numbers(),
                    code(),
                    stretch=8,
                ),
                stretch=7,
            ),
        ),
    ),
)
