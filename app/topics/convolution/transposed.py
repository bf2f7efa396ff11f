"""From few numbers to many."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, numbers, pictures, table, torch_check

TRANSPOSED: tuple[Layout, ...] = (
    Layout(
        "convolution.transposed",
        rows=(
            row(
                cell(
                    matrices("Stamp by stamp", "stamping"),
                    matrices("There and back: no inverse", "back"),
                    pictures("Why transposed: the matrix", "matrix"),
                    matrices("y = Cᵀ · x", "equation"),
                ),
                stretch=8,
            ),
            row(
                cell(pictures("Stamps, and where they meet", "pictures"), stretch=11),
                cell(
                    table("Sizes", "arithmetic"),
                    numbers(),
                    torch_check(),
                    code(),
                    stretch=10,
                ),
                stretch=7,
            ),
        ),
    ),
)
