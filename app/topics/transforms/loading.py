"""From images to batches."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

LOADING: tuple[Layout, ...] = (
    Layout(
        "transforms.dataset",
        rows=(
            row(
                cell(lambda: CodeView(tr("PyTorch"), "code"), stretch=12),
                cell(lambda: PicturesView(tr("The batch"), "batch"), stretch=9),
                stretch=11,
            ),
            row(
                cell(lambda: PicturesView(tr("One image, fetched"), "item"), stretch=2),
                cell(
                    lambda: TableView(tr("What ran how often"), "counts"),
                    lambda: TableView(tr("Every image"), "images"),
                    lambda: ChartView(
                        tr("Time a batch takes"), "times", tr("It is measured at the end of a run, in turns.")
                    ),
                    stretch=5,
                ),
                stretch=8,
            ),
        ),
    ),
)
