"""What sizes come out, and which settings give a size."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, matrices, pictures, table, torch_check

SIZES: tuple[Layout, ...] = (
    Layout(
        "convolution.size",
        rows=(
            row(
                cell(pictures("Input and output, to scale", "drawing"), stretch=5),
                cell(chart("The output's size when one setting changes", "curve"), stretch=3),
                stretch=9,
            ),
            row(
                cell(
                    table("The formula with the numbers put in", "arithmetic"),
                    torch_check(),
                    code(),
                    stretch=12,
                ),
                cell(table("What there is to count", "counts"), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "convolution.choose",
        rows=(
            row(cell(matrices("The task", "task")), stretch=4),
            row(
                cell(
                    table("Your answer", "verdicts"),
                    torch_check(),
                    code(),
                ),
                stretch=5,
            ),
            row(
                cell(pictures("Input and output, to scale", "drawing"), stretch=5),
                cell(
                    table("Solutions", "solutions"),
                    chart("Wanted and made", "plane"),
                    stretch=3,
                ),
                stretch=7,
            ),
        ),
    ),
)
