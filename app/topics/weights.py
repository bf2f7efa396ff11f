"""Weights: how they begin, move and stay."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, numbers, table, torch_check
from app.views.strip import StripView

PAGES: tuple[Layout, ...] = (
    Layout(
        "weights.shapes",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(cell(matrices("One layer, written out", "product")), stretch=5),
            row(
                cell(table("Layer by layer", "layers"), numbers(), stretch=10),
                cell(torch_check(), code(), stretch=11),
                stretch=5,
            ),
        ),
    ),
)
"""In the order of the course."""
