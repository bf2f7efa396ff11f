"""What learning is, with two weights."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, graph, table
from app.views.sandwich import SandwichView

PAGES: tuple[Layout, ...] = (
    Layout(
        "introduction.sandwich",
        rows=(
            row(cell(graph("From the sandwich to the loss, and back", "sandwich")), stretch=4),
            row(
                cell(table("Every number", "numbers"), code(), stretch=15),
                cell(lambda: SandwichView(tr("The sandwich"), "sandwich"), stretch=6),
                cell(
                    chart("All sandwiches", "plane"),
                    chart("Amounts", "amounts"),
                    chart("Loss", "loss"),
                    stretch=10,
                ),
                stretch=3,
            ),
        ),
    ),
)
