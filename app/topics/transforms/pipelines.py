"""Transforms one after another."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

PIPELINES: tuple[Layout, ...] = (
    Layout(
        "transforms.pipeline",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("Samples: the same image each time"),
                        "samples",
                        tr("Here pictures will appear as soon as torch is loaded."),
                    ),
                    stretch=5,
                ),
                cell(
                    lambda: PicturesView(
                        tr("Stage by stage"), "stages", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                    stretch=4,
                ),
                stretch=4,
            ),
            row(
                cell(
                    lambda: TableView(tr("After each stage"), "stages"),
                    lambda: TableView(tr("Is the label kept?"), "label"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=5,
                ),
                cell(lambda: ChartView(tr("How the values are spread"), "histogram"), stretch=4),
                stretch=3,
            ),
        ),
    ),
)
