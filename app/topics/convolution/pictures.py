"""Kernels on photographs."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, numbers, pictures, table

PICTURES: tuple[Layout, ...] = (
    Layout(
        "convolution.kernels",
        rows=(
            row(
                cell(
                    pictures(
                        "The picture and what the kernel makes of it",
                        "filtered",
                        "Here pictures will appear as soon as torch is loaded.",
                    )
                ),
                stretch=5,
            ),
            row(
                cell(matrices("Kernel: type into it", "kernel"), stretch=8),
                cell(matrices("This pixel, taken apart", "apart"), stretch=17),
                cell(
                    numbers(),
                    code(),
                    stretch=11,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "convolution.colour",
        rows=(
            row(
                cell(
                    pictures("What each plane adds", "sums", "Here pictures will appear as soon as torch is loaded."),
                    pictures("All channels", "channels", "Here pictures will appear as soon as torch is loaded."),
                ),
                stretch=5,
            ),
            row(
                cell(matrices("The first kernel: type into its cells", "kernel"), stretch=12),
                cell(
                    table("Shapes", "shapes"),
                    table("This pixel", "apart"),
                    code(),
                    stretch=14,
                ),
                stretch=3,
            ),
        ),
    ),
)
