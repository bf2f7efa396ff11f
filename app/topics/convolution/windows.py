"""A kernel that travels, number by number, and whether it is turned round."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, numbers, pictures, table

WINDOWS: tuple[Layout, ...] = (
    Layout(
        "convolution.by_number",
        rows=(
            row(cell(matrices("The window travels over the image", "convolution")), stretch=5),
            row(
                cell(
                    matrices("One number of the output, taken apart", "apart"),
                    matrices("Image", "image"),
                    stretch=3,
                ),
                cell(
                    numbers(),
                    table("Odd, even", "centres"),
                    table("Check", "check", "At the end of a run torch computes the same numbers.\nPress Run."),
                    code(),
                    stretch=2,
                ),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "convolution.flip",
        rows=(
            row(
                cell(pictures("What comes back", "outcome", "Here SciPy and torch will answer, once torch is loaded.")),
                stretch=5,
            ),
            row(
                cell(
                    pictures("Given to both", "given"),
                    matrices("Kernel: type into it", "kernels"),
                ),
                cell(
                    table("Which equals which", "comparison"),
                    numbers(),
                    code(),
                ),
                stretch=4,
            ),
        ),
    ),
)
