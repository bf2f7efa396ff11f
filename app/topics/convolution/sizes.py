"""What sizes come out, and which settings give a size."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

SIZES: tuple[Layout, ...] = (
    Layout(
        "convolution.size",
        rows=(
            row(
                cell(lambda: PicturesView(tr("Input and output, to scale"), "drawing"), stretch=5),
                cell(lambda: ChartView(tr("The output's size when one setting changes"), "curve"), stretch=3),
                stretch=9,
            ),
            row(
                cell(
                    lambda: TableView(tr("The formula with the numbers put in"), "arithmetic"),
                    lambda: TableView(tr("The same from torch"), "check", tr("Here torch will say its sizes.")),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=12,
                ),
                cell(lambda: TableView(tr("What there is to count"), "counts"), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "convolution.choose",
        rows=(
            row(cell(lambda: MatricesView(tr("The task"), "task")), stretch=4),
            row(
                cell(
                    lambda: TableView(tr("Your answer"), "verdicts"),
                    lambda: TableView(tr("The same from torch"), "check", tr("Here torch will say its sizes.")),
                    lambda: CodeView(tr("PyTorch"), "code"),
                ),
                stretch=5,
            ),
            row(
                cell(lambda: PicturesView(tr("Input and output, to scale"), "drawing"), stretch=5),
                cell(
                    lambda: TableView(tr("Solutions"), "solutions"),
                    lambda: ChartView(tr("Wanted and made"), "plane"),
                    stretch=3,
                ),
                stretch=7,
            ),
        ),
    ),
)
