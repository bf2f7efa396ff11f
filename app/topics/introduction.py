"""What learning is, with two weights."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.graph.view import GraphView
from app.views.sandwich import SandwichView
from app.views.table.view import TableView

PAGES: tuple[Layout, ...] = (
    Layout(
        "introduction.sandwich",
        rows=(
            row(cell(lambda: GraphView(tr("From the sandwich to the loss, and back"), "sandwich")), stretch=4),
            row(
                cell(lambda: TableView(tr("Every number"), "numbers"), stretch=15),
                cell(lambda: SandwichView(tr("The sandwich"), "sandwich"), stretch=6),
                cell(
                    lambda: ChartView(tr("All sandwiches"), "plane"),
                    lambda: ChartView(tr("Amounts"), "amounts"),
                    lambda: ChartView(tr("Loss"), "loss"),
                    stretch=10,
                ),
                stretch=3,
            ),
        ),
    ),
)
