"""The maths that deep learning stands on."""

from __future__ import annotations

from app.language import tr
from app.layout import Layout, cell, row
from app.views.cells import CellsView
from app.views.chart import ChartView
from app.views.matrices import MatricesView
from app.views.table import TableView

TOPIC = "Maths"
PAGES: tuple[Layout, ...] = (
    Layout(
        "maths.life",
        rows=(
            row(
                cell(lambda: CellsView(tr("Cells: draw with the mouse"), "life"), stretch=3),
                cell(lambda: ChartView(tr("Population"), "population"), stretch=2),
                stretch=5,
            ),
            row(
                cell(lambda: MatricesView(tr("The rule, at the cell under the pointer"), "rule"), stretch=3),
                cell(lambda: TableView(tr("Numbers"), "numbers"), stretch=2),
                stretch=2,
            ),
        ),
    ),
)
